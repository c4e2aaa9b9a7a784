package io.nearstream.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.client.KeyChange;
import io.nearstream.client.KeyValue;
import io.nearstream.client.KeyValueOutcome;
import io.nearstream.client.KeyValueReader;
import io.nearstream.client.KeyValueRequest;
import io.nearstream.client.KeyValueWatch;
import io.nearstream.client.KeyValueWriter;
import io.nearstream.client.KeyValues;
import io.nearstream.client.LiveReadOptions;
import io.nearstream.client.NearCache;
import io.nearstream.client.NearCacheOptions;
import io.nearstream.client.NearstreamClient;
import io.nearstream.client.NearstreamException;
import io.nearstream.client.WatchOptions;
import io.nearstream.core.keyvalue.KeyValueEntry;
import io.nearstream.core.model.Version;
import io.nearstream.embedded.testing.Await;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Keys are put, deleted and expire; the three readers, a watch and a plain Flink client see it. */
@Timeout(240)
class KeyValueReadsITCase {
    private static final Duration RECOVERY = Duration.ofSeconds(10);
    private static final Duration RUNNING = Duration.ofSeconds(90);
    private static final int KEYS = 200;

    /** Good ones in a row, after the job has started again. */
    private static final int READS_AFTER = 2_000;

    @TempDir private Path dir;

    /** Each job has a subtask on each TaskManager. */
    private EmbeddedOptions onTwoTaskManagers() {
        return EmbeddedOptions.in(dir)
                .withCluster(2, 2, 2)
                .withOverrides(Map.of("taskmanager.load-balance.mode", "SLOTS"));
    }

    @Test
    void everyReaderSeesPutsDeletesAndExpiries() throws Exception {
        try (EmbeddedNearstream nearstream = EmbeddedNearstream.start(onTwoTaskManagers());
                NearstreamClient client = NearstreamClient.connect(nearstream.bootstrap())) {
            KeyValues keys = client.keyValues();
            KeyValueWriter writer = keys.writer();
            KeyValueReader live = keys.live(LiveReadOptions.of(nearstream.stateAddresses()));
            NearCache cached = keys.cached(live, NearCacheOptions.defaults());
            Map<String, KeyValueReader> readers = new LinkedHashMap<>();
            readers.put("strong", keys.strong());
            readers.put("live", live);
            readers.put("cached", cached);
            ConcurrentLinkedQueue<String> told = new ConcurrentLinkedQueue<>();
            KeyValueWatch watch =
                    keys.watch(WatchOptions.fromNow(), change -> told.add(text(change)));

            KeyValueOutcome first = writer.apply(put("k", "one").ifAbsent()).get();
            assertThat(first.applied()).isTrue();
            Version version = first.version().orElseThrow();
            assertThat(writer.apply(put("k", "other").ifAbsent()).get())
                    .isEqualTo(new KeyValueOutcome(false, Optional.of(version)));
            awaitEverywhere(readers, "k", Optional.of("one"));
            assertThat(plain(nearstream, "k").version()).isEqualTo(version);

            writer.append(put("k", "two")).get();
            awaitEverywhere(readers, "k", Optional.of("two"));
            assertThat(writer.apply(put("k", "late").ifVersion(version)).get().applied()).isFalse();
            writer.apply(KeyValueRequest.delete("k")).get();
            awaitEverywhere(readers, "k", Optional.empty());
            assertThat(plain(nearstream, "k").deleted()).isTrue();

            writer.apply(put("brief", "soon gone").ttl(Duration.ofSeconds(2))).get();
            awaitEverywhere(readers, "brief", Optional.of("soon gone"));
            awaitEverywhere(readers, "brief", Optional.empty());
            awaitEverywhere(readers, "never put", Optional.empty());
            String large = "x".repeat(1 << 20);
            writer.apply(put("large", large)).get();
            awaitEverywhere(readers, "large", Optional.of(large));

            Await.until("the watch has told everything", () -> told.contains("large=1048576"));
            assertThat(told)
                    .containsExactly(
                            "k=3", "k=3", "k=none", "brief=9", "brief=none", "large=1048576");
            watch.close();
            assertThat(told(keys))
                    .containsExactlyInAnyOrder("k=none", "brief=none", "large=1048576");
            Await.until("the cache serves from memory", () -> hits(cached) > 0);
            assertThat(client.keyValues()).isSameAs(keys);
        }
    }

    /** A lost TaskManager shows as errors in between, never as an absence or a wrong value. */
    @Test
    void liveReadsRecoverByThemselves() throws Exception {
        try (EmbeddedNearstream nearstream = EmbeddedNearstream.start(onTwoTaskManagers());
                NearstreamClient client = NearstreamClient.connect(nearstream.bootstrap())) {
            KeyValues keys = client.keyValues();
            for (int i = 0; i < KEYS; i++) {
                keys.writer().append(put("k" + i, "v" + i));
            }
            keys.writer().flush();
            KeyValueReader live = keys.live(LiveReadOptions.of(nearstream.stateAddresses()));
            for (int i = 0; i < KEYS; i++) {
                int key = i;
                Await.until("k" + i + " is there", () -> live.get("k" + key).get().isPresent());
            }
            NearCache cached = keys.cached(live, NearCacheOptions.defaults());
            Await.until("the cache serves from memory", () -> hits(cached) > 0);
            nearstream.flink().checkpoint(nearstream.ingestJobId());
            int restarts = nearstream.flink().numRestarts(nearstream.ingestJobId());

            Random random = new Random(1);
            List<String> errors = new ArrayList<>();
            nearstream.flink().killTaskManager(1);
            long killed = System.nanoTime();
            nearstream.flink().startTaskManager();
            long lastError = killed;
            int good = 0;
            while (good < READS_AFTER) {
                String key = "k" + random.nextInt(KEYS);
                try {
                    Optional<KeyValue> found =
                            live.get(key).get(RUNNING.toMillis(), TimeUnit.MILLISECONDS);
                    assertThat(found.map(KeyValueReadsITCase::text))
                            .hasValue("v" + key.substring(1));
                    good = restarted(nearstream, restarts) ? good + 1 : 0;
                } catch (ExecutionException failure) {
                    assertThat(failure).hasCauseInstanceOf(NearstreamException.class);
                    errors.add(failure.getCause().getMessage());
                    lastError = System.nanoTime();
                    good = 0;
                }
            }
            assertThat(Duration.ofNanos(lastError - killed))
                    .as(errors.toString())
                    .isLessThan(RECOVERY);
            assertThat(errors).allMatch(error -> error.contains("The state cannot be reached"));
            long hits = hits(cached);
            keys.writer().apply(put("k0", "after")).get();
            Await.until(
                    "the cache follows the job that started again",
                    () ->
                            cached.get("k0")
                                    .get()
                                    .map(KeyValueReadsITCase::text)
                                    .equals(Optional.of("after")));
            Await.until("it serves from memory again", () -> hits(cached) > hits);
            assertThat(cached.failure()).isEmpty();
        }
    }

    private static boolean restarted(EmbeddedNearstream nearstream, int before) {
        return nearstream.flink().numRestarts(nearstream.ingestJobId()) > before;
    }

    @Test
    void nobodyListeningIsAnErrorThatSaysSo() throws Exception {
        try (EmbeddedNearstream nearstream = EmbeddedNearstream.start(EmbeddedOptions.in(dir));
                NearstreamClient client = NearstreamClient.connect(nearstream.bootstrap());
                KeyValueReader live =
                        client.keyValues()
                                .live(
                                        LiveReadOptions.of(List.of("127.0.0.1:1"))
                                                .withDeadline(Duration.ofMillis(200)))) {
            assertThatThrownBy(() -> live.get("k").get())
                    .hasCauseInstanceOf(NearstreamException.class)
                    .hasMessageContaining("The state cannot be reached")
                    .hasMessageContaining("127.0.0.1:1");
            assertThat(client.keyValues().strong().get("k").get()).isEmpty();
        }
    }

    private static KeyValueRequest put(String key, String value) {
        return KeyValueRequest.put(key, value.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(KeyValue value) {
        return new String(value.value(), StandardCharsets.UTF_8);
    }

    private static String text(KeyChange change) {
        return change.key()
                + "="
                + change.value().map(value -> "" + value.value().length).orElse("none");
    }

    private static long hits(NearCache cache) throws Exception {
        cache.get("k").get();
        return cache.stats().hits();
    }

    private static void awaitEverywhere(
            Map<String, KeyValueReader> readers, String key, Optional<String> expected)
            throws Exception {
        for (Map.Entry<String, KeyValueReader> reader : readers.entrySet()) {
            Await.until(
                    "%s of %s".formatted(reader.getKey(), key),
                    () ->
                            reader.getValue()
                                    .get(key)
                                    .get()
                                    .map(KeyValueReadsITCase::text)
                                    .equals(expected));
        }
    }

    /** What a watch from the beginning tells of everything so far. */
    private static List<String> told(KeyValues keys) throws Exception {
        Map<String, String> newest = new LinkedHashMap<>();
        try (KeyValueWatch watch =
                keys.watch(
                        WatchOptions.fromBeginning(),
                        change -> newest.put(change.key(), text(change)))) {
            watch.caughtUp().get(RUNNING.toMillis(), TimeUnit.MILLISECONDS);
        }
        return List.copyOf(newest.values());
    }

    /** What anybody reads by the published name and serializers, without our client. */
    private static KeyValueEntry plain(EmbeddedNearstream nearstream, String key) throws Exception {
        return KeyValueStateITCase.query(nearstream.stateAddresses().get(0), key);
    }
}

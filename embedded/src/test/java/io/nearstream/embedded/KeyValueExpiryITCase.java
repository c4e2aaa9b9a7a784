package io.nearstream.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.client.ClientOptions;
import io.nearstream.client.KeyValueReader;
import io.nearstream.client.KeyValueRequest;
import io.nearstream.client.KeyValueWriter;
import io.nearstream.client.LiveReadOptions;
import io.nearstream.client.NearstreamClient;
import io.nearstream.embedded.testing.Await;
import io.nearstream.embedded.testing.TopicReading;
import io.nearstream.jobs.common.config.NearstreamOptions;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.jobs.common.wire.KeyValueWire;
import io.nearstream.jobs.ingest.IngestJob;
import io.nearstream.schemas.KeyValueChange;
import io.nearstream.schemas.wire.AvroWire;
import io.nearstream.schemas.wire.UndecodableException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What has expired stays expired and what was deleted stays deleted, over a kill, the replay after
 * it, and a restore at another parallelism; and both are forgotten after the horizon.
 */
@Timeout(240)
class KeyValueExpiryITCase {
    private static final Duration RUNNING = Duration.ofSeconds(60);
    private static final Duration SOON = Duration.ofMillis(500);
    private static final byte[] VALUE = {7};

    /** Each with a number behind it: several keys, so that every subtask has some. */
    private static final List<String> GONE = List.of("expired", "deleted", "put-after-delete");

    private static final List<String> KEPT = List.of("kept", "long-lived", "again");
    private static final int KEYS = 8;

    /** Shorter than the test, so that the end of it is seen, too. */
    private static final Map<String, String> FORGET_SOON =
            Map.of(
                    NearstreamOptions.TOMBSTONE_HORIZON.key(),
                    "6 s",
                    // No checkpoint but those that are asked for: what a kill replays is known.
                    CheckpointingOptions.CHECKPOINTING_INTERVAL.key(),
                    "1 h");

    @TempDir private Path dir;

    @Test
    void expiredAndDeletedStaySoAndAreForgottenInTime() throws Exception {
        EmbeddedOptions options =
                EmbeddedOptions.in(dir).withCluster(2, 2, 2).withOverrides(FORGET_SOON);
        try (EmbeddedNearstream nearstream = EmbeddedNearstream.start(options);
                NearstreamClient client =
                        NearstreamClient.connect(
                                ClientOptions.of(nearstream.bootstrap())
                                        .withKeyValues(Duration.ofSeconds(30), 1_000));
                KeyValueReader strong = client.keyValues().strong()) {
            KeyValueWriter writer = client.keyValues().writer();
            nearstream.flink().checkpoint(nearstream.ingestJobId());
            write(writer);
            List<String> gone = names(GONE).toList();
            Await.until("they expire", () -> strong.getAll(gone).join().isEmpty());
            assertKeys(strong);

            // All of it was written since the only checkpoint, and is replayed.
            Kills.killAndReplace(nearstream, 0);
            assertKeys(strong);
            assertLive(client, nearstream, nearstream.ingestJobId());

            writer.apply(put("expires-meanwhile").ttl(SOON)).join();
            String savepoint = nearstream.flink().savepoint(nearstream.ingestJobId(), true);
            JobID narrow = restart(nearstream, savepoint, 1);
            Await.until(
                    "what expired while nothing ran is gone",
                    () -> strong.get("expires-meanwhile").join().isEmpty());
            assertKeys(strong);
            assertLive(client, nearstream, narrow);
            assertChanges(nearstream.bootstrap());
            assertKeys(strong);
            assertLive(client, nearstream, narrow);
            assertThat(nearstream.flink().numRestarts(narrow)).isZero();
        }
    }

    private static void write(KeyValueWriter writer) {
        for (int i = 0; i < KEYS; i++) {
            writer.append(put("expired-" + i).ttl(SOON));
            writer.append(put("deleted-" + i));
            writer.append(put("put-after-delete-" + i));
            writer.append(put("kept-" + i));
            writer.append(put("long-lived-" + i).ttl(Duration.ofHours(1)));
            writer.append(put("again-" + i).ttl(SOON));
            writer.append(KeyValueRequest.delete("deleted-" + i));
            writer.append(KeyValueRequest.delete("put-after-delete-" + i));
            writer.append(put("put-after-delete-" + i).ttl(SOON));
            writer.append(KeyValueRequest.delete("again-" + i));
            writer.append(put("again-" + i));
        }
        writer.flush();
    }

    private static KeyValueRequest put(String key) {
        return KeyValueRequest.put(key, VALUE);
    }

    private static void assertKeys(KeyValueReader reader) {
        List<String> kept = names(KEPT).toList();
        List<String> all = Stream.concat(names(GONE), kept.stream()).toList();
        assertThat(reader.getAll(all).join()).containsOnlyKeys(kept);
    }

    private static Stream<String> names(List<String> kinds) {
        return kinds.stream()
                .flatMap(kind -> IntStream.range(0, KEYS).mapToObj(i -> kind + "-" + i));
    }

    /** Once strong reads of the same keys are answered, the replay is behind these. */
    private static void assertLive(
            NearstreamClient client, EmbeddedNearstream nearstream, JobID job) {
        LiveReadOptions options =
                LiveReadOptions.of(nearstream.stateAddresses())
                        .withJob(job)
                        .withDeadline(Duration.ofSeconds(20));
        try (KeyValueReader live = client.keyValues().live(options)) {
            assertKeys(live);
        }
    }

    private static JobID restart(EmbeddedNearstream nearstream, String savepoint, int parallelism)
            throws IOException, InterruptedException {
        Configuration configuration = nearstream.flink().configuration();
        configuration.set(NearstreamOptions.BOOTSTRAP, nearstream.bootstrap());
        configuration.set(NearstreamOptions.PARALLELISM, parallelism);
        configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(500));
        JobGraph graph =
                new NamedJob("ingest-at-" + parallelism, IngestJob::jobGraph).graph(configuration);
        graph.setSavepointRestoreSettings(SavepointRestoreSettings.forPath(savepoint));
        JobID job = nearstream.flink().submit(graph);
        nearstream.flink().awaitRunning(job, RUNNING);
        return job;
    }

    /** Each state of a key is said once; a key that is gone ends as a tombstone, then as null. */
    private static void assertChanges(String bootstrap) throws Exception {
        try (TopicReading changes = new TopicReading(bootstrap, TopicNames.KV_CHANGES)) {
            List<String> gone = Stream.concat(Stream.of("expires-meanwhile"), names(GONE)).toList();
            Await.until(
                    "what is gone is forgotten",
                    () -> {
                        Map<String, List<Optional<KeyValueChange>>> byKey = byKey(changes.poll());
                        return gone.stream()
                                .allMatch(
                                        key ->
                                                byKey.containsKey(key)
                                                        && last(byKey.get(key)).isEmpty());
                    });
            Map<String, List<Optional<KeyValueChange>>> byKey = byKey(changes.poll());
            byKey.values().forEach(KeyValueExpiryITCase::assertVersionsIncrease);
            gone.stream()
                    .map(byKey::get)
                    .map(states -> states.get(states.size() - 2).orElseThrow())
                    .forEach(state -> assertThat(state.getDeleted()).isTrue());
            assertThat(names(KEPT).map(byKey::get))
                    .noneMatch(states -> last(states).orElseThrow().getDeleted());
        }
    }

    private static Optional<KeyValueChange> last(List<Optional<KeyValueChange>> states) {
        return states.get(states.size() - 1);
    }

    private static void assertVersionsIncrease(List<Optional<KeyValueChange>> states) {
        assertThat(
                        states.stream()
                                .flatMap(Optional::stream)
                                .map(state -> KeyValueWire.version(state.getVersion()))
                                .toList())
                .isSorted()
                .doesNotHaveDuplicates();
    }

    private static Map<String, List<Optional<KeyValueChange>>> byKey(
            List<ConsumerRecord<byte[], byte[]>> records) throws UndecodableException {
        AvroWire wire = AvroWire.of(KeyValueChange.getClassSchema());
        Map<String, List<Optional<KeyValueChange>>> byKey = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            if (!KeyValueWire.isProgress(record.key())) {
                byKey.computeIfAbsent(
                                new String(record.key(), StandardCharsets.UTF_8),
                                key -> new ArrayList<>())
                        .add(
                                record.value() == null
                                        ? Optional.empty()
                                        : Optional.of(
                                                (KeyValueChange) wire.decode(record.value())));
            }
        }
        return byKey;
    }
}

package io.nearstream.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.core.keyvalue.KeyValueEntry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** The cache over a source and a feed that do what each test says. */
class NearCacheTest {
    private static final long MAX_STALENESS_MS = 500;

    /** Keeps its gets until the test answers them. */
    private static final class FakeSource implements KeyValueReader {
        final List<CompletableFuture<Optional<KeyValue>>> gets = new ArrayList<>();

        @Override
        public CompletableFuture<Optional<KeyValue>> get(String key) {
            CompletableFuture<Optional<KeyValue>> get = new CompletableFuture<>();
            gets.add(get);
            return get;
        }

        @Override
        public CompletableFuture<Map<String, KeyValue>> getAll(Collection<String> keys) {
            throw new UnsupportedOperationException("The cache asks key by key.");
        }

        @Override
        public void close() {
            throw new UnsupportedOperationException("The source is not the cache's.");
        }
    }

    private final class SetClock extends Clock {
        @Override
        public long millis() {
            return now;
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(now);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    private long now = 10_000;
    private final FakeSource source = new FakeSource();
    private final NearCache cache =
            new NearCache(
                    source,
                    NearCacheOptions.defaults()
                            .withMaxStaleness(Duration.ofMillis(MAX_STALENESS_MS))
                            .withClock(new SetClock()),
                    () -> {});
    private final ChangeFeed.Listener feed = cache.listener();

    private void load(String key, KeyValueEntry entry) {
        cache.get(key);
        source.gets.get(source.gets.size() - 1).complete(Entries.answer(entry));
    }

    private static Optional<String> text(CompletableFuture<Optional<KeyValue>> get) {
        assertThat(get).isCompleted();
        return Entries.text(get.join());
    }

    @Test
    void loadedKeyIsServedFromMemoryWithBytesOfItsOwn() {
        feed.asOf(now);
        load("k", Entries.entry(1, "v"));
        CompletableFuture<Optional<KeyValue>> hit = cache.get("k");
        hit.join().orElseThrow().value()[0] = 'X';

        assertThat(text(cache.get("k"))).contains("v");
        assertThat(source.gets).hasSize(1);
        assertThat(cache.stats()).isEqualTo(new NearCacheStats(2, 1, 0, 1));
        assertThat(cache.stats().hitRate()).isEqualTo(2 / 3.0);
        assertThat(cache.get("k").join().orElseThrow().version()).isEqualTo(Entries.version(1));
    }

    @Test
    void callersOfOneLoadDoNotShareBytes() {
        feed.asOf(now);
        CompletableFuture<Optional<KeyValue>> first = cache.get("k");
        CompletableFuture<Optional<KeyValue>> second = cache.get("k");
        assertThat(source.gets).hasSize(1);
        source.gets.get(0).complete(Entries.answer(Entries.entry(1, "v")));
        first.join().orElseThrow().value()[0] = 'X';

        assertThat(text(second)).contains("v");
        assertThat(text(cache.get("k"))).contains("v");
    }

    @Test
    void valueIsServedUpToTheBoundAndNotBeyond() {
        feed.asOf(now);
        load("k", Entries.entry(1, "v"));
        now += MAX_STALENESS_MS;
        assertThat(text(cache.get("k"))).contains("v");
        now++;
        CompletableFuture<Optional<KeyValue>> refused = cache.get("k");

        assertThat(refused).isNotDone();
        assertThat(cache.stats().refusedAsStale()).isEqualTo(1);
        source.gets.get(1).complete(Entries.answer(Entries.entry(2, "w")));
        assertThat(text(refused)).contains("w");
        feed.asOf(now);
        assertThat(text(cache.get("k"))).contains("w");
        assertThat(cache.asOf()).isEqualTo(now);
    }

    @Test
    void nothingIsServedBeforeAnyTimeIsKnown() {
        load("k", Entries.entry(1, "v"));
        assertThat(cache.get("k")).isNotDone();
        assertThat(cache.stats().refusedAsStale()).isEqualTo(1);
    }

    @Test
    void changesDeletesAndExpiriesAreSeen() {
        feed.asOf(now);
        load("k", Entries.entry(1, "v"));
        feed.changed("k", Entries.expiring(2, "w", now + 1));
        assertThat(text(cache.get("k"))).contains("w");
        now++;
        assertThat(text(cache.get("k"))).isEmpty();
        feed.changed("k", Entries.entry(3, "x"));
        assertThat(text(cache.get("k"))).contains("x");
        feed.changed("k", Entries.deleted(4));
        assertThat(text(cache.get("k"))).isEmpty();
        assertThat(source.gets).hasSize(1);
    }

    @Test
    void absenceIsRemembered() {
        feed.asOf(now);
        load("k", Entries.deleted(1));
        assertThat(text(cache.get("k"))).isEmpty();
        assertThat(source.gets).hasSize(1);
        feed.changed("k", Entries.entry(2, "v"));
        assertThat(text(cache.get("k"))).contains("v");
    }

    @Test
    void lostChangeMakesTheSourceTell() {
        feed.asOf(now);
        load("k", Entries.entry(1, "v"));
        assertThat(feed.wants("k")).isTrue();
        assertThat(feed.wants("other")).isFalse();
        feed.lost("k");
        assertThat(cache.get("k")).isNotDone();
    }

    @Test
    void failureOfTheSourceIsTheAnswerAndIsNotKept() {
        feed.asOf(now);
        CompletableFuture<Optional<KeyValue>> get = cache.get("k");
        source.gets.get(0).completeExceptionally(new NearstreamException("cannot be reached"));
        assertThatThrownBy(get::get)
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(NearstreamException.class)
                .hasMessageContaining("cannot be reached");
        load("k", Entries.entry(1, "v"));
        assertThat(text(cache.get("k"))).contains("v");
    }

    @Test
    void loadThatTakesLongIsNotJoined() {
        feed.asOf(now);
        cache.get("k");
        now += MAX_STALENESS_MS + 1;
        CompletableFuture<Optional<KeyValue>> second = cache.get("k");
        assertThat(source.gets).hasSize(2);
        source.gets.get(0).complete(Entries.answer(Entries.entry(1, "old")));
        source.gets.get(1).complete(Entries.answer(Entries.entry(2, "new")));

        assertThat(text(second)).contains("new");
        feed.asOf(now);
        assertThat(text(cache.get("k"))).contains("new");
    }

    @Test
    void manyKeysAreReadTogether() {
        feed.asOf(now);
        load("a", Entries.entry(1, "A"));
        CompletableFuture<Map<String, KeyValue>> all = cache.getAll(List.of("a", "b", "c"));
        source.gets.get(1).complete(Entries.answer(Entries.entry(2, "B")));
        source.gets.get(2).complete(Optional.empty());
        assertThat(all.join()).containsOnlyKeys("a", "b");
    }

    @Test
    void badKeysAreRefusedAndAClosedCacheSaysSo() {
        assertThatThrownBy(() -> cache.get("")).isInstanceOf(IllegalArgumentException.class);
        cache.close();
        assertThatThrownBy(() -> cache.get("k").get()).hasMessageContaining("closed");
    }

    @Test
    void optionsOutOfRangeAreNamed() {
        NearCacheOptions fine = NearCacheOptions.defaults();
        assertThatThrownBy(() -> fine.withRoom(0, 1 << 20)).hasMessageContaining("entriesMax");
        assertThatThrownBy(() -> fine.withRoom(1, 1)).hasMessageContaining("bytesMax");
        assertThatThrownBy(() -> fine.withMaxStaleness(Duration.ZERO))
                .hasMessageContaining("maxStaleness");
        assertThatThrownBy(() -> WatchOptions.fromNow().withKeysRemembered(0))
                .hasMessageContaining("keysRemembered");
        LiveReadOptions live = LiveReadOptions.of(List.of("h:1"));
        assertThatThrownBy(() -> LiveReadOptions.of(List.of())).hasMessageContaining("HOST:PORT");
        assertThatThrownBy(() -> LiveReadOptions.of(List.of("h")))
                .hasMessageContaining("HOST:PORT with a port between 1 and 65535, but was 'h'");
        assertThatThrownBy(() -> live.withDeadline(Duration.ofMillis(1)))
                .hasMessageContaining("deadline");
        assertThatThrownBy(() -> live.withAttemptTimeout(Duration.ofSeconds(3)))
                .hasMessageContaining("attemptTimeout");
        assertThatThrownBy(() -> live.withInFlightMax(0)).hasMessageContaining("inFlightMax");
        assertThatThrownBy(() -> ClientOptions.of("h:1").withKeyValues(Duration.ZERO, 1))
                .hasMessageContaining("keyValueDeadline");
        assertThatThrownBy(() -> ClientOptions.of("h:1").withKeyValues(Duration.ofHours(1), 1))
                .hasMessageContaining("keyValueDeadline");
    }
}

package io.nearstream.bench.keyvalue;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.client.KeyValue;
import io.nearstream.client.KeyValueReader;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class StalenessSamplesTest {
    private static final long MS = 1_000_000;
    private static final int VALUE_BYTES = 40;

    private final KeySpace keys = new KeySpace("user", 1, 0, VALUE_BYTES);
    private final KvTally tally = new KvTally();
    private final MapStore shown = new MapStore();
    private final StalenessSamples samples =
            new StalenessSamples(keys, new Cache(shown), tally, () -> this.now);
    private long now;

    /** Shows what it is told to. */
    private record Cache(MapStore shown) implements KeyValueReader {
        @Override
        public CompletableFuture<Optional<KeyValue>> get(String key) {
            return shown.read(key);
        }

        @Override
        public CompletableFuture<Map<String, KeyValue>> getAll(Collection<String> names) {
            throw new UnsupportedOperationException("Nobody asks for many.");
        }

        @Override
        public void close() {
            // Nothing is its own.
        }
    }

    @Test
    void aCacheThatStandsStillForASecondHasItsShareOfSamples() {
        for (int i = 0; i < 250; i++) {
            samples.open(0, keys.issue(0), now);
            samples.look();
            now += 4 * MS;
        }
        assertThat(samples.openSamples()).isEqualTo(250);

        shown.put(keys.name(0), keys.value(0, keys.issued(0)));
        while (samples.openSamples() > 0) {
            samples.look();
        }

        Latency staleness = samples.staleness();
        assertThat(staleness.samples()).isEqualTo(250);
        assertThat(staleness.p50()).isCloseTo(500, Offset.offset(10.0));
        assertThat(staleness.max()).isCloseTo(1_000, Offset.offset(10.0));
        assertThat(tally.wrongReads()).isZero();
    }

    @Test
    void whatIsNeverSeenCountsWithItsAgeAndFailedPutsDoNot() {
        samples.open(0, keys.issue(0), 0).orElseThrow();
        samples.open(0, keys.issue(0), 0).orElseThrow().drop();
        now = 70 * MS;

        samples.look();

        assertThat(samples.staleness().samples()).isEqualTo(1);
        assertThat(samples.staleness().max()).isCloseTo(70, Offset.offset(1.0));
    }

    @Test
    void samplesBeyondTheBoundAreCounted() {
        int sequence = keys.issue(0);
        for (int i = 0; i < StalenessSamples.OPEN_MAX + 3; i++) {
            samples.open(0, sequence, 0);
        }

        assertThat(samples.openSamples()).isEqualTo(StalenessSamples.OPEN_MAX);
        assertThat(samples.skipped()).isEqualTo(3);
    }
}

package io.nearstream.bench;

import java.time.Duration;

/**
 * How long a benchmark measures.
 *
 * @param warmUpLoads collections that are loaded, asked and dropped before the measured one, so
 *     that the JIT has settled; 0 to 10, 0 measures a cold start
 * @param warmUp probes before each measurement, so that the JIT has settled
 * @param latency one probe in flight
 * @param throughput many probes in flight
 * @param singleWrites writes into the loaded index for each figure of freshness, 1 to 100,000
 */
public record Phases(
        int warmUpLoads, Duration warmUp, Duration latency, Duration throughput, int singleWrites) {
    /** After so many loads the JIT takes less than a fifth of the CPU; after one, half of it. */
    public static final int WARM_UP_LOADS_DEFAULT = 8;

    private static final int WARM_UP_LOADS_MAX = 10;
    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofHours(1);
    private static final int SINGLE_WRITES_MAX = 100_000;

    /** What a report is made with. */
    public static final Phases DEFAULT = of(WARM_UP_LOADS_DEFAULT, Duration.ofSeconds(20), 300);

    public Phases {
        if (warmUpLoads < 0 || warmUpLoads > WARM_UP_LOADS_MAX) {
            throw new IllegalArgumentException(
                    "--warm-up-loads must be between 0 and %d, but was %d."
                            .formatted(WARM_UP_LOADS_MAX, warmUpLoads));
        }
        requireRange("warm-up", warmUp);
        requireRange("latency", latency);
        requireRange("throughput", throughput);
        if (singleWrites < 1 || singleWrites > SINGLE_WRITES_MAX) {
            throw new IllegalArgumentException(
                    "--single-writes must be between 1 and %d, but was %d."
                            .formatted(SINGLE_WRITES_MAX, singleWrites));
        }
    }

    /**
     * Throughput for so long, a single probe for three quarters of it, warm-ups for two fifths.
     *
     * @param throughput 1 s to 1 h
     */
    public static Phases of(int warmUpLoads, Duration throughput, int singleWrites) {
        if (throughput.toSeconds() < 1 || throughput.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "--seconds must be between 1 and %d, but was %d."
                            .formatted(LONGEST.toSeconds(), throughput.toSeconds()));
        }
        return new Phases(
                warmUpLoads,
                throughput.multipliedBy(2).dividedBy(5),
                throughput.multipliedBy(3).dividedBy(4),
                throughput,
                singleWrites);
    }

    private static void requireRange(String name, Duration value) {
        if (value.compareTo(SHORTEST) < 0 || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "%s must be between %s and %s, but was %s."
                            .formatted(name, SHORTEST, LONGEST, value));
        }
    }
}

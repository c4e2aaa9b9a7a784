package io.nearstream.bench;

import io.nearstream.core.model.CollectionSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What a benchmark of probes beside writes does.
 *
 * @param base vectors to load
 * @param query vectors to ask for
 * @param collection the collection's settings; its name and uid are chosen by the benchmark
 * @param queries rows of the query file that are used, at most; 1 or more
 * @param probesPerSecond sent at this pace, whatever becomes of them, 1 to 10,000
 * @param step how long each share of the ingest limit is measured, 1 s to 1 h
 * @param warmUpLoads collections that are loaded and dropped first, 0 to 10
 * @param overrides options of Flink and of the jobs that win over the profile's
 */
public record MixedPlan(
        Path base,
        Path query,
        CollectionSettings collection,
        int queries,
        int probesPerSecond,
        Duration step,
        int warmUpLoads,
        Map<String, String> overrides) {
    /** Of the ingest limit, what is written beside the probes. */
    static final List<Double> SHARES = List.of(0.0, 0.25, 0.5, 0.75, 1.0);

    /** Of each step before the clock counts, writes and probes going on. */
    public static final Duration LEAD_IN = Duration.ofSeconds(2);

    public static final int PROBES_PER_SECOND_DEFAULT = 100;
    private static final int PROBES_PER_SECOND_MAX = 10_000;
    private static final int WARM_UP_LOADS_MAX = 10;
    private static final long STEP_SECONDS_MAX = 3_600;

    public MixedPlan {
        requireRange("--queries", queries, 1, Integer.MAX_VALUE);
        requireRange("--probes-per-s", probesPerSecond, 1, PROBES_PER_SECOND_MAX);
        requireRange("--seconds", step.toSeconds(), 1, STEP_SECONDS_MAX);
        requireRange("--warm-up-loads", warmUpLoads, 0, WARM_UP_LOADS_MAX);
        overrides = Map.copyOf(overrides);
    }

    private static void requireRange(String option, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    "%s must be between %d and %d, but was %d."
                            .formatted(option, least, most, value));
        }
    }
}

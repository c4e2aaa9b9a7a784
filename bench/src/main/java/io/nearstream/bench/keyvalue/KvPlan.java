package io.nearstream.bench.keyvalue;

import java.util.Optional;
import java.util.Set;

/**
 * What a key-value benchmark does.
 *
 * @param load what is asked of the store
 * @param target what is measured
 * @param warmUpLoads loads of other keys, deleted again, before the measured one, 0 to 10; 0
 *     measures a cold start
 * @param warmUpOperations of the same workload before it is measured, so that the JIT has settled;
 *     0 to 10,000,000
 * @param samples single calls for each figure of one in flight, of visibility and of staleness, 1
 *     to 100,000
 * @param cacheEntries keys that a near cache has room for, 1 to 10,000,000
 * @param yardsticks what is measured beside it
 * @param redis {@code HOST:PORT} of a Redis server; without it that yardstick is left out
 */
public record KvPlan(
        KvLoad load,
        KvTarget target,
        int warmUpLoads,
        long warmUpOperations,
        int samples,
        int cacheEntries,
        Set<Yardstick> yardsticks,
        Optional<String> redis) {
    private static final int WARM_UP_LOADS_MAX = 10;
    private static final long WARM_UP_MIN = 50_000;
    private static final long WARM_UP_MAX = 10_000_000;
    private static final int CACHE_MAX = 10_000_000;
    private static final int SAMPLES_MAX = 100_000;

    public KvPlan {
        if (warmUpLoads < 0 || warmUpLoads > WARM_UP_LOADS_MAX) {
            throw new IllegalArgumentException(
                    "--warm-up-loads must be between 0 and %d, but was %d."
                            .formatted(WARM_UP_LOADS_MAX, warmUpLoads));
        }
        if (warmUpOperations < 0 || warmUpOperations > WARM_UP_MAX) {
            throw new IllegalArgumentException(
                    "--warm-up-ops must be between 0 and %d, but was %d."
                            .formatted(WARM_UP_MAX, warmUpOperations));
        }
        if (samples < 1 || samples > SAMPLES_MAX) {
            throw new IllegalArgumentException(
                    "--samples must be between 1 and %d, but was %d."
                            .formatted(SAMPLES_MAX, samples));
        }
        if (cacheEntries < 1 || cacheEntries > CACHE_MAX) {
            throw new IllegalArgumentException(
                    "--cache-entries must be between 1 and %d, but was %d."
                            .formatted(CACHE_MAX, cacheEntries));
        }
        yardsticks = Set.copyOf(yardsticks);
    }

    /** Half as many operations as are measured, but enough for the JIT. */
    public static long warmUpFor(long operations) {
        return Math.min(WARM_UP_MAX, Math.max(WARM_UP_MIN, operations / 2));
    }

    /** Keys that the workload may insert, at most. */
    int insertsMax() {
        return load.workload().inserts()
                ? Math.toIntExact(load.operations() + warmUpOperations + 2L * load.threads())
                : 0;
    }
}

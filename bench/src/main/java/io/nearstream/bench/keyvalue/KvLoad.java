package io.nearstream.bench.keyvalue;

import io.nearstream.core.model.Limits;

/**
 * What is asked of the store; {@link #of} gives the defaults, {@code with...} changes some.
 *
 * @param workload the mix of operations
 * @param distribution which keys they use
 * @param read how they read
 * @param records keys that are loaded first, 1 to 10,000,000
 * @param operations that are measured, 1 to 1,000,000,000; 10,000,000 where the workload inserts
 * @param valueBytes of every value, 24 to 1 MiB
 * @param inFlight operations under way, 1 to 10,000; their values 64 MiB at most
 * @param threads that send them, 1 to 64 and to {@code inFlight}
 * @param backgroundPutsPerSecond puts beside cached reads, 0 to 100,000; only where the workload
 *     itself does not write, whose writes could overtake them
 * @param seed of all that is random
 */
public record KvLoad(
        Workload workload,
        Distribution distribution,
        ReadWay read,
        int records,
        long operations,
        int valueBytes,
        int inFlight,
        int threads,
        int backgroundPutsPerSecond,
        long seed) {
    private static final int RECORDS_MAX = 10_000_000;
    private static final int THREADS_MAX = 64;
    private static final int IN_FLIGHT_MAX = 10_000;
    private static final long OPERATIONS_MAX = 1_000_000_000;
    private static final long IN_FLIGHT_BYTES_MAX = 64L << 20;
    private static final int BACKGROUND_MAX = 100_000;

    public KvLoad {
        requireRange("--records", records, 1, RECORDS_MAX);
        requireRange("--ops", operations, 1, workload.inserts() ? RECORDS_MAX : OPERATIONS_MAX);
        requireRange("--value-bytes", valueBytes, Values.LENGTH_MIN, Limits.DEFAULT.valueBytes());
        requireRange(
                "--in-flight",
                inFlight,
                1,
                Math.min(IN_FLIGHT_MAX, IN_FLIGHT_BYTES_MAX / valueBytes));
        requireRange("--threads", threads, 1, Math.min(THREADS_MAX, inFlight));
        requireRange("--background-puts-per-s", backgroundPutsPerSecond, 0, BACKGROUND_MAX);
        if (backgroundPutsPerSecond > 0 && (workload.writes() || read != ReadWay.CACHED)) {
            throw new IllegalArgumentException(
                    "--background-puts-per-s is for --workload C --read cached, but they were %s and %s."
                            .formatted(workload, read.key()));
        }
    }

    /** 100,000 keys of 100 bytes, as many operations, 16 in flight, live reads. */
    public static KvLoad of(Workload workload) {
        return new KvLoad(
                workload,
                workload.distribution(),
                ReadWay.LIVE,
                100_000,
                100_000,
                100,
                16,
                1,
                0,
                1);
    }

    /** The same with other reads. */
    public KvLoad reading(ReadWay way, Distribution which) {
        return new KvLoad(
                workload,
                which,
                way,
                records,
                operations,
                valueBytes,
                inFlight,
                threads,
                backgroundPutsPerSecond,
                seed);
    }

    /** The same with other sizes. */
    public KvLoad sized(int keys, long count, int bytes) {
        return new KvLoad(
                workload,
                distribution,
                read,
                keys,
                count,
                bytes,
                inFlight,
                threads,
                backgroundPutsPerSecond,
                seed);
    }

    /** The same under another pressure. */
    public KvLoad pressed(int underWay, int senders, int putsPerSecond) {
        return new KvLoad(
                workload,
                distribution,
                read,
                records,
                operations,
                valueBytes,
                underWay,
                senders,
                putsPerSecond,
                seed);
    }

    /** The same with another seed. */
    public KvLoad seeded(long other) {
        return new KvLoad(
                workload,
                distribution,
                read,
                records,
                operations,
                valueBytes,
                inFlight,
                threads,
                backgroundPutsPerSecond,
                other);
    }

    private static void requireRange(String option, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    "%s must be between %d and %d, but was %d."
                            .formatted(option, least, most, value));
        }
    }
}

package io.nearstream.jobs.ingest.tick;

import java.util.Arrays;

/**
 * How long partitions have had no new record, told from the ends of their logs. A tick of our own
 * moves an end like any record, so a partition that stays idle is due again one idle time later.
 * Not thread-safe.
 */
final class IdlePartitions {
    private final long idleMs;
    private long[] ends = {};
    private long[] movedAt = {};

    /** A partition is idle after so many milliseconds, at least 1. */
    IdlePartitions(long idleMs) {
        if (idleMs < 1) {
            throw new IllegalArgumentException(
                    "idleMs must be at least 1, but was " + idleMs + ".");
        }
        this.idleMs = idleMs;
    }

    /**
     * Takes the ends of all partitions as they are now.
     *
     * @param currentEnds by partition; there may be more of them than before
     * @return by partition, how long it has been idle in milliseconds, or 0 where it is not due a
     *     tick; one that is due counts as ticked
     */
    long[] observe(long nowMs, long[] currentEnds) {
        int known = ends.length;
        if (currentEnds.length > known) {
            ends = Arrays.copyOf(ends, currentEnds.length);
            movedAt = Arrays.copyOf(movedAt, currentEnds.length);
            Arrays.fill(ends, known, ends.length, -1);
        }
        long[] idle = new long[currentEnds.length];
        for (int partition = 0; partition < currentEnds.length; partition++) {
            if (currentEnds[partition] != ends[partition]) {
                ends[partition] = currentEnds[partition];
                movedAt[partition] = nowMs;
            } else if (nowMs - movedAt[partition] >= idleMs) {
                idle[partition] = nowMs - movedAt[partition];
                movedAt[partition] = nowMs;
            }
        }
        return idle;
    }
}

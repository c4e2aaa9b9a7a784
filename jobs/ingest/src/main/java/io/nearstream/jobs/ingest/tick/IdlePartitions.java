package io.nearstream.jobs.ingest.tick;

import java.util.Arrays;

/**
 * Which partitions are due a tick, told from the ends of their logs. Not thread-safe.
 *
 * <p>A partition is due when it has had no record for the idle time. It is due earlier when some
 * partition was written to since its last tick, at most twice in an idle time: whoever wrote may be
 * waiting for his write to be readable, and that takes a later record in every partition.
 */
final class IdlePartitions {
    private static final int EARLY_TICKS_PER_IDLE_TIME = 2;
    private static final long NEVER = Long.MIN_VALUE / 4;

    private final long idleMs;
    private Partition[] partitions = {};
    private long writtenAt = NEVER;

    private static final class Partition {
        private long end;
        private long recordAt;
        private long writtenAt = NEVER;
        private long tickedAt = NEVER;
        private long ticksUnderWay;

        Partition(long end, long now) {
            this.end = end;
            this.recordAt = now;
        }

        /** Whether there were records since the last look that are no ticks of ours. */
        boolean moveTo(long newEnd, long now) {
            long records = newEnd - end;
            if (records == 0) {
                return false;
            }
            long ours = Math.max(0, Math.min(records, ticksUnderWay));
            ticksUnderWay -= ours;
            end = newEnd;
            recordAt = now;
            if (records != ours) {
                writtenAt = now;
                return true;
            }
            return false;
        }
    }

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
     * @return by partition, how long it has had no record in milliseconds where it is due a tick,
     *     else -1; one that is due counts as ticked
     */
    long[] observe(long nowMs, long[] currentEnds) {
        int known = partitions.length;
        if (currentEnds.length > known) {
            partitions = Arrays.copyOf(partitions, currentEnds.length);
            for (int i = known; i < partitions.length; i++) {
                partitions[i] = new Partition(currentEnds[i], nowMs);
            }
        }
        for (int i = 0; i < currentEnds.length; i++) {
            if (partitions[i].moveTo(currentEnds[i], nowMs)) {
                writtenAt = nowMs;
            }
        }
        long[] due = new long[currentEnds.length];
        for (int i = 0; i < due.length; i++) {
            due[i] = isDue(partitions[i], nowMs) ? tick(partitions[i], nowMs) : -1;
        }
        return due;
    }

    private boolean isDue(Partition partition, long nowMs) {
        if (nowMs - partition.recordAt >= idleMs) {
            partition.ticksUnderWay = 0; // what has not come by now is lost
            return true;
        }
        return partition.writtenAt != nowMs
                && partition.tickedAt < writtenAt
                && (nowMs - partition.tickedAt) * EARLY_TICKS_PER_IDLE_TIME >= idleMs;
    }

    private static long tick(Partition partition, long nowMs) {
        long idle = nowMs - partition.recordAt;
        partition.ticksUnderWay++;
        partition.tickedAt = nowMs;
        partition.recordAt = nowMs;
        return idle;
    }
}

package io.nearstream.jobs.common.wire;

import io.nearstream.schemas.Progress;
import java.util.HashMap;
import java.util.Map;

/**
 * The time of one partition of changes: the least watermark over all sink subtasks of the ingest
 * job, each from its newest Progress record. When their number changes, time stands still until all
 * of the new ones have spoken. Progress that was once written stays true, so time never goes back.
 * Not thread-safe.
 */
public final class ProgressClock {
    /** Before anything is known. */
    public static final long UNKNOWN = Long.MIN_VALUE;

    private final Map<Integer, Long> bySubtask = new HashMap<>();
    private int subtasks;
    private long time = UNKNOWN;

    /** Takes a record of the partition and returns its {@link #time()}. */
    public long observe(Progress progress) {
        if (progress.getOf() != subtasks) {
            bySubtask.clear();
            subtasks = progress.getOf();
        }
        bySubtask.merge(progress.getSubtask(), progress.getWatermark(), Math::max);
        if (bySubtask.size() >= subtasks) {
            long least =
                    bySubtask.values().stream().mapToLong(Long::longValue).min().orElse(UNKNOWN);
            time = Math.max(time, least);
        }
        return time;
    }

    /** Every change up to this append time has been read; {@link #UNKNOWN} at first. */
    public long time() {
        return time;
    }
}

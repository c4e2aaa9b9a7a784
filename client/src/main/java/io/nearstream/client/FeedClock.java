package io.nearstream.client;

import io.nearstream.jobs.common.wire.ProgressClock;
import io.nearstream.schemas.Progress;
import java.util.HashMap;
import java.util.Map;

/**
 * The time of one partition of changes to a reader that also asks the job itself. When the job
 * starts again it stands where its checkpoint was, and repeats what it wrote after that; until it
 * has, what it answers may be older than what this partition says. So time starts again, too. Not
 * thread-safe.
 */
final class FeedClock {
    private final Map<Integer, Long> watermarks = new HashMap<>();
    private ProgressClock clock = new ProgressClock();
    private long epoch = Long.MIN_VALUE;

    /** Takes a record of the partition; true if the job has started again. */
    boolean observe(Progress progress) {
        if (progress.getEpoch() < epoch) {
            return false; // Written late by a task that has been replaced.
        }
        Long before = watermarks.get(progress.getSubtask());
        // A job that starts again from the same checkpoint is in the same epoch.
        boolean restarted =
                !watermarks.isEmpty()
                        && (progress.getEpoch() > epoch
                                || before != null && progress.getWatermark() < before);
        if (restarted) {
            watermarks.clear();
            clock = new ProgressClock();
        }
        epoch = progress.getEpoch();
        watermarks.put(progress.getSubtask(), progress.getWatermark());
        clock.observe(progress);
        return restarted;
    }

    /** As {@link ProgressClock#time()}, since the job last started. */
    long time() {
        return clock.time();
    }
}

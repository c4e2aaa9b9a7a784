package io.nearstream.jobs.ingest.write;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The largest append time seen in each partition: the time of a version. It never goes back, also
 * where the broker's clock does, so versions of one partition grow with their offsets. Not
 * thread-safe.
 */
final class AppendClock {
    private static final long UNSEEN = Long.MIN_VALUE;

    private long[] times = {};
    private boolean[] own = {};

    /** Takes an append time into account and returns the partition's time. */
    long advance(int partition, long appendTime) {
        if (partition >= times.length) {
            grow(partition + 1);
        }
        own[partition] = true;
        if (appendTime > times[partition]) {
            times[partition] = appendTime;
        }
        return times[partition];
    }

    /** Takes over what some subtask knew when the state was written. */
    void restore(PartitionTime time) {
        if (time.partition() >= times.length) {
            grow(time.partition() + 1);
        }
        times[time.partition()] = Math.max(times[time.partition()], time.appendTime());
    }

    /**
     * What goes into the state.
     *
     * @param all also the partitions of which this clock has read nothing itself; one subtask
     *     carries them on, or the time of a partition that is just changing hands would be lost
     */
    List<PartitionTime> snapshot(boolean all) {
        List<PartitionTime> known = new ArrayList<>();
        for (int partition = 0; partition < times.length; partition++) {
            if (times[partition] != UNSEEN && (all || own[partition])) {
                known.add(new PartitionTime(partition, times[partition]));
            }
        }
        return known;
    }

    private void grow(int length) {
        int before = times.length;
        times = Arrays.copyOf(times, length);
        own = Arrays.copyOf(own, length);
        Arrays.fill(times, before, length, UNSEEN);
    }
}

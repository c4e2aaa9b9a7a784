package io.nearstream.jobs.query.route;

import io.nearstream.jobs.query.message.BucketKey;
import java.io.Serializable;
import org.apache.flink.api.common.functions.Partitioner;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;

/**
 * Which subtask owns a bucket, as Flink assigns key groups.
 *
 * @param maxParallelism key groups of the job
 */
public record Owners(int maxParallelism) implements Serializable {
    /** The subtask that owns a bucket. */
    public int subtask(BucketKey bucket, int parallelism) {
        return subtask(bucket.keyGroup(maxParallelism), parallelism);
    }

    /** The subtask that owns a key group. */
    public int subtask(int keyGroup, int parallelism) {
        return KeyGroupRangeAssignment.computeOperatorIndexForKeyGroup(
                maxParallelism, parallelism, keyGroup);
    }

    /**
     * A partitioner for messages that name their subtask as {@code -1 - subtask}, or a key group.
     */
    public Partitioner<Integer> partitioner() {
        return (target, parallelism) -> target < 0 ? -1 - target : subtask(target, parallelism);
    }

    /** How a message names a subtask to {@link #partitioner}. */
    public static int toSubtask(int subtask) {
        return -1 - subtask;
    }
}

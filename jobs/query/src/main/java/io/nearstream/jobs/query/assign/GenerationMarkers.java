package io.nearstream.jobs.query.assign;

import io.nearstream.jobs.common.control.CollectionDirectory;
import io.nearstream.jobs.common.control.CollectionState;
import io.nearstream.jobs.query.message.BucketOp;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.streaming.api.operators.Output;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;

/**
 * Tells every bucket subtask when this subtask has left older generations of a collection: nothing
 * behind the marker is placed by them. Kept nowhere: after a restart markers are sent again.
 */
final class GenerationMarkers {
    private final CollectionDirectory directory;
    private final Output<StreamRecord<BucketOp>> output;
    private final int subtask;
    private final int subtasks;
    private final Map<Long, Integer> announced = new HashMap<>();
    private long revision = -1;

    GenerationMarkers(
            CollectionDirectory directory,
            Output<StreamRecord<BucketOp>> output,
            int subtask,
            int subtasks) {
        this.directory = directory;
        this.output = output;
        this.subtask = subtask;
        this.subtasks = subtasks;
    }

    /** Looks for new generations now, and every so often from now on. */
    void schedule(ProcessingTimeService time, long pollMs) {
        announce();
        time.registerTimer(
                time.getCurrentProcessingTime() + pollMs, timestamp -> schedule(time, pollMs));
    }

    /** Sends a marker for every generation taken up since the last call. */
    void announce() {
        long now = directory.revision();
        if (now == revision) {
            return;
        }
        revision = now;
        for (CollectionState collection : directory.all()) {
            int newest = collection.newest().number();
            if (collection.dropped() || announced.getOrDefault(collection.uid(), 0) >= newest) {
                continue;
            }
            announced.put(collection.uid(), newest);
            for (int target = 0; target < subtasks; target++) {
                output.collect(
                        new StreamRecord<>(
                                BucketOp.marker(
                                        collection.uid(), target, newest, subtask, subtasks)));
            }
        }
        announced.keySet().removeIf(uid -> directory.all().stream().noneMatch(c -> c.uid() == uid));
    }
}

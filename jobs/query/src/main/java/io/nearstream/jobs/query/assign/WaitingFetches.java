package io.nearstream.jobs.query.assign;

import io.nearstream.core.model.RecordKey;
import io.nearstream.jobs.query.message.FetchRequest;
import io.nearstream.jobs.query.state.ParkedRequests;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;

/** The fetches of one subtask that wait for query time. Belongs to the task's thread. */
final class WaitingFetches {
    private final ParkedRequests<FetchRequest> parked;
    private final AssignMetrics metrics;
    private final long deadlineMaxMs;

    /**
     * Takes up what was parked at a checkpoint, as far as this subtask owns its records now.
     *
     * @param deadlineMaxMs longest deadline of a probe: later than that nobody waits
     */
    WaitingFetches(
            ParkedRequests<FetchRequest> parked,
            TaskInfo task,
            AssignMetrics metrics,
            long deadlineMaxMs) {
        this.parked = parked;
        this.metrics = metrics;
        this.deadlineMaxMs = deadlineMaxMs;
        for (FetchRequest request : parked.restored()) {
            if (owns(task, request.record())) {
                park(request);
            }
        }
    }

    private static boolean owns(TaskInfo task, RecordKey record) {
        return KeyGroupRangeAssignment.assignKeyToParallelOperator(
                        record,
                        task.getMaxNumberOfParallelSubtasks(),
                        task.getNumberOfParallelSubtasks())
                == task.getIndexOfThisSubtask();
    }

    void park(FetchRequest request) {
        if (!parked.park(request, request.atLeast())) {
            metrics.notParked(); // its deadline turns it into a partial answer
        }
    }

    /** Gives up those that nobody waits for any more, now and every so often. */
    void giveUpLate(ProcessingTimeService time, long pollMs) {
        long now = time.getCurrentProcessingTime();
        parked.giveUp(now, fetch -> fetch.appendTime() + deadlineMaxMs < now);
        time.registerTimer(now + pollMs, timestamp -> giveUpLate(time, pollMs));
    }
}

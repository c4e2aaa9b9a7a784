package io.nearstream.cluster;

import io.nearstream.embedded.FlinkFailure;
import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.rest.messages.job.JobDetailsInfo;
import org.apache.flink.runtime.rest.messages.job.JobDetailsInfo.JobVertexDetailsInfo;

/** Waits until a job runs as it should, and where it is in vain says why. Stateless. */
record JobWait(Sight sight) {
    private static final long POLL_MS = 100;

    /** What is seen of a job. */
    interface Sight {
        /** Its state, its operators, their subtasks; some seconds old. */
        JobDetailsInfo details(JobID job);

        /** Ids of the TaskManagers that the leader believes in, and of whose slots it knows. */
        Set<String> taskManagers();

        /** Ids of the TaskManagers that the subtasks of an operator run on. */
        Set<String> taskManagers(JobID job, JobVertexDetailsInfo vertex);

        /** What it failed of last, as Java prints it; empty where it has not failed. */
        Optional<String> lastFailure(JobID job);
    }

    /** Until every subtask of the job runs. */
    void running(JobID job, Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (true) {
            JobDetailsInfo first = sight.details(job);
            boolean living = isRunning(first) && isOnLivingTaskManagers(first);
            // Asked for again: what was told first may be older than what the TaskManagers are.
            JobDetailsInfo details = living ? sight.details(job) : first;
            requireNotEnded(details);
            if (living && isRunning(details)) {
                return;
            }
            if (System.nanoTime() > deadline) {
                throw new FlinkFailure(
                        "Job '%s' (%s) does not run after %d s: %d subtasks are not there yet.%s"
                                .formatted(
                                        details.getName(),
                                        details.getJobStatus(),
                                        timeout.toSeconds(),
                                        notRunning(details),
                                        reason(job)));
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
    }

    /** Until the job runs with so many subtasks in its widest operator. */
    void parallelism(JobID job, int subtasks, Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        for (JobDetailsInfo details = sight.details(job);
                parallelism(details) != subtasks;
                details = sight.details(job)) {
            requireNotEnded(details);
            if (System.nanoTime() > deadline) {
                throw new FlinkFailure(
                        "Job '%s' has %d subtasks after %d s, not %d.%s"
                                .formatted(
                                        details.getName(),
                                        parallelism(details),
                                        timeout.toSeconds(),
                                        subtasks,
                                        reason(job)));
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
        // With the new number, which may have come since it ran with the old one.
        running(job, timeout);
    }

    /**
     * Until the job runs, and has so many subtasks or, for want of slots, too few for a while. A
     * TaskManager that still looks for an earlier JobManager offers its slots seconds late: the job
     * begins with those of the others, and starts over when the rest has come.
     *
     * @param subtasks that the job is to have
     * @param patience for these, once it runs
     */
    void settled(JobID job, int subtasks, Duration patience, Duration timeout)
            throws InterruptedException {
        running(job, timeout);
        long deadline = System.nanoTime() + patience.toNanos();
        for (JobDetailsInfo details = sight.details(job);
                parallelism(details) < subtasks && System.nanoTime() < deadline;
                details = sight.details(job)) {
            requireNotEnded(details);
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
        running(job, timeout);
    }

    private void requireNotEnded(JobDetailsInfo details) {
        if (details.getJobStatus().isGloballyTerminalState()) {
            throw new FlinkFailure(
                    "Job '%s' has ended: %s.%s"
                            .formatted(
                                    details.getName(),
                                    details.getJobStatus(),
                                    reason(details.getJobId())));
        }
    }

    private String reason(JobID job) {
        return sight.lastFailure(job).map(FlinkFailure::reason).orElse("");
    }

    /**
     * The details are some seconds old, and for as long a job that lost its TaskManager is taken to
     * run. All operators share slots, so the widest one is everywhere.
     */
    private boolean isOnLivingTaskManagers(JobDetailsInfo details) {
        JobVertexDetailsInfo widest =
                Collections.max(
                        details.getJobVertexInfos(),
                        Comparator.comparingInt(JobVertexDetailsInfo::getParallelism));
        return sight.taskManagers().containsAll(sight.taskManagers(details.getJobId(), widest));
    }

    /** Whether the job and each of its subtasks runs, as far as is known. */
    static boolean isRunning(JobDetailsInfo details) {
        return details.getJobStatus() == JobStatus.RUNNING && notRunning(details) == 0;
    }

    /** Subtasks of the job that do not run. */
    static int notRunning(JobDetailsInfo details) {
        int waiting = 0;
        for (JobVertexDetailsInfo vertex : details.getJobVertexInfos()) {
            for (Map.Entry<ExecutionState, Integer> state : vertex.getTasksPerState().entrySet()) {
                if (state.getKey() != ExecutionState.RUNNING
                        && state.getKey() != ExecutionState.FINISHED) {
                    waiting += state.getValue();
                }
            }
        }
        return waiting;
    }

    /** Subtasks of the job's widest operator; 0 where there are none yet. */
    static int parallelism(JobDetailsInfo details) {
        return details.getJobVertexInfos().stream()
                .mapToInt(JobVertexDetailsInfo::getParallelism)
                .max()
                .orElse(0);
    }
}

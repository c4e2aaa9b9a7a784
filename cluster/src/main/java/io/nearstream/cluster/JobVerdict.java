package io.nearstream.cluster;

import io.nearstream.embedded.NamedJob;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.JobStatus;

/** Says whether a job is well. */
final class JobVerdict {
    /** A query job that is so far behind is being built up, or cannot keep up. */
    private static final long BEHIND = 10_000;

    private static final long CHECKPOINT_AGE_MAX_MS = 60_000;

    /**
     * A checkpoint is complete before its positions are written to Kafka, and the first write has
     * to wait for the topic of positions; only a job that runs for long should have some.
     */
    private static final long FIRST_POSITION_MAX_MS = 60_000;

    /** The one that was under way when a job restarted always fails. */
    private static final int FAILED_MIN = 3;

    private JobVerdict() {}

    /**
     * What is wrong with a job, a sentence each; empty when nothing is.
     *
     * @param notRunning of its subtasks
     * @param runningMs since it runs, or runs again; 0 while it does not
     */
    static List<String> of(JobStatusReport job, int notRunning, long runningMs) {
        List<String> problems = new ArrayList<>();
        if (!JobStatus.RUNNING.name().equals(job.state()) || notRunning > 0) {
            problems.add(
                    "Job %s is %s, %d of its subtasks do not run."
                            .formatted(job.name(), job.state(), notRunning));
        }
        if (job.failedSince() >= FAILED_MIN) {
            problems.add(
                    "The last %d checkpoints of job %s failed; the web UI says why."
                            .formatted(job.failedSince(), job.name()));
        } else if (job.checkpointAgeMs() > CHECKPOINT_AGE_MAX_MS) {
            problems.add(
                    "The newest checkpoint of job %s is %d s old."
                            .formatted(job.name(), job.checkpointAgeMs() / 1_000));
        }
        if (job.checkpointAgeMs() < 0 && runningMs > CHECKPOINT_AGE_MAX_MS) {
            problems.add(
                    "Job %s has completed no checkpoint in %d s."
                            .formatted(job.name(), runningMs / 1_000));
        } else if (job.lag().isEmpty() && runningMs > FIRST_POSITION_MAX_MS) {
            problems.add(
                    "How far job %s is behind is not known: it has committed no position to Kafka."
                            .formatted(job.name()));
        }
        if (job.totalLag() > BEHIND) {
            problems.add(
                    "Job %s is %,d records behind%s."
                            .formatted(
                                    job.name(),
                                    job.totalLag(),
                                    job.name().equals(NamedJob.QUERY.name())
                                            ? ": it is still being built up from index-changes, or cannot keep up"
                                            : ""));
        }
        return problems;
    }
}

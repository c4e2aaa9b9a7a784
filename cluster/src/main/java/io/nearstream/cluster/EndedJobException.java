package io.nearstream.cluster;

import io.nearstream.embedded.FlinkFailure;
import io.nearstream.embedded.NamedJob;
import java.io.IOException;

/**
 * A JobManager refuses a job since one of its id has ended under it. Without ZooKeeper it remembers
 * that for as long as it lives.
 */
final class EndedJobException extends IOException {
    private static final long serialVersionUID = 1L;

    private EndedJobException(NamedJob job, FlinkFailure refusal) {
        super(
                "The JobManager does not take job %s again, which has ended under it. Start the JobManager anew, then submit the job."
                        .formatted(job.name()),
                refusal);
    }

    /** What REST answers with is a text, in which the class of the failure is named. */
    static void throwIfCauseOf(FlinkFailure refusal, NamedJob job) throws EndedJobException {
        for (Throwable cause = refusal; cause != null; cause = cause.getCause()) {
            String words = cause.toString();
            if (words.contains("DuplicateApplicationSubmissionException")
                    || words.contains("DuplicateJobSubmissionException")) {
                throw new EndedJobException(job, refusal);
            }
        }
    }
}

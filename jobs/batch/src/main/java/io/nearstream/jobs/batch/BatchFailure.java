package io.nearstream.jobs.batch;

/** A batch run cannot do what it was asked for; the message says why, and what to do. */
public final class BatchFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BatchFailure(String message) {
        super(message);
    }

    public BatchFailure(String message, Throwable cause) {
        super(message, cause);
    }
}

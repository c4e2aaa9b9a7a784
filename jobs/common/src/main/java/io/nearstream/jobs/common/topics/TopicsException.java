package io.nearstream.jobs.common.topics;

/** Topics that a job needs are missing, or no broker says. The message says which, and where. */
public final class TopicsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TopicsException(String message, Throwable cause) {
        super(message, cause);
    }
}

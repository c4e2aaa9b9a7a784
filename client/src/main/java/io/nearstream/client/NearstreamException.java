package io.nearstream.client;

/** A call that failed; the message says in one line what, where and what to do. */
public final class NearstreamException extends RuntimeException {
    public NearstreamException(String message) {
        super(message);
    }

    public NearstreamException(String message, Throwable cause) {
        super(message, cause);
    }
}

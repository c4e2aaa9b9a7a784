package io.nearstream.client;

/** A call that failed; the message says in one line what, where and what to do. */
public final class NearstreamException extends RuntimeException {
    private final boolean outcomeUnknown;

    public NearstreamException(String message) {
        super(message);
        this.outcomeUnknown = false;
    }

    public NearstreamException(String message, Throwable cause) {
        this(message, cause, false);
    }

    private NearstreamException(String message, Throwable cause, boolean outcomeUnknown) {
        super(message, cause);
        this.outcomeUnknown = outcomeUnknown;
    }

    /** Of a write that may or may not be in force; the message says so. */
    static NearstreamException unknownOutcome(Throwable cause) {
        String what = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        return new NearstreamException(
                what + " Whether the write is in force is unknown: read the key.", cause, true);
    }

    /**
     * Whether a write may be in force all the same: it was sent, and its answer did not come. Of
     * another failure of {@link KeyValueWriter#apply} the write is not in force.
     */
    public boolean outcomeUnknown() {
        return outcomeUnknown;
    }
}

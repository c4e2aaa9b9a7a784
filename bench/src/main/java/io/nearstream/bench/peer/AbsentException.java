package io.nearstream.bench.peer;

/** A system cannot be measured here; the message says why, for the report. */
public final class AbsentException extends Exception {
    private static final long serialVersionUID = 1;

    /** With the reason, as a report gives it. */
    public AbsentException(String reason) {
        super(reason);
    }
}

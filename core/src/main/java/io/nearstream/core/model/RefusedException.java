package io.nearstream.core.model;

/**
 * An input that is not accepted: its reason code, and a message that names the field, the limit and
 * the value. Carries no stack trace: bad input is an everyday event and must stay cheap.
 */
public final class RefusedException extends Exception {
    private final Reason reason;

    public RefusedException(Reason reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}

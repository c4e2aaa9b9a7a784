package io.nearstream.schemas.wire;

/** Bytes that are not a record of an expected schema. Cheap: carries no stack trace of its own. */
public final class UndecodableException extends Exception {
    public UndecodableException(String message) {
        super(message, null, false, false);
    }
}

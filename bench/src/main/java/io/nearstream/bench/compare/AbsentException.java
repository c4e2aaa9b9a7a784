package io.nearstream.bench.compare;

/** A system cannot be measured here; the message says why, for the report. */
final class AbsentException extends Exception {
    private static final long serialVersionUID = 1;

    AbsentException(String reason) {
        super(reason);
    }
}

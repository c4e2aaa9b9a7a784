package io.nearstream.chaos.history;

/**
 * One operation with what became of it.
 *
 * @param number greater than 0, no other operation of the run has it
 * @param began before it left the client, nanoseconds on the clock of the journal
 * @param ended after its answer came; {@link #NEVER} if none did
 * @param ask what was asked
 * @param answer what was told; {@link Answer.Unknown} if nothing was
 */
public record Operation(long number, long began, long ended, Ask ask, Answer answer) {
    /** The end of an operation that was not answered. */
    public static final long NEVER = Long.MAX_VALUE;

    public Operation {
        if (ended < began) {
            throw new IllegalArgumentException(
                    "Operation %d must not end before it began, but began at %d and ended at %d."
                            .formatted(number, began, ended));
        }
    }

    /** An operation whose answer never came. */
    public static Operation open(long number, long began, Ask ask) {
        return new Operation(number, began, NEVER, ask, new Answer.Unknown("no answer"));
    }

    /** When whatever it did had been done: never, where nobody knows. */
    public long done() {
        return answer instanceof Answer.Unknown ? NEVER : ended;
    }
}

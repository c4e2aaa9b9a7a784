package io.nearstream.core.join;

/**
 * A record of one side as it is from a version on, or that it is gone.
 *
 * @param record which, and from which version on
 * @param delete whether it is gone; then the vector is empty
 * @param vector that the space of the rule accepted, as {@link JoinRule#packed} has it or whole
 * @param eventTime milliseconds since 1970, for the window
 * @param expiresAt on the clock of versions, milliseconds since 1970; {@link #NEVER} for never. A
 *     record is gone from this time on
 */
public record JoinChange(
        RecordRef record, boolean delete, byte[] vector, long eventTime, long expiresAt) {
    /** The expiry of a record that does not expire. */
    public static final long NEVER = Long.MAX_VALUE;

    private static final byte[] NO_BYTES = {};

    /** The record is gone as of this version. */
    public static JoinChange deleted(RecordRef record) {
        return new JoinChange(record, true, NO_BYTES, record.version().time(), NEVER);
    }

    /** Whether a record lives from this version on. */
    public boolean isLive() {
        return !delete && expiresAt > record.version().time();
    }
}

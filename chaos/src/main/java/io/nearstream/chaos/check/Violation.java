package io.nearstream.chaos.check;

/** What may be wrong with a run; each case counts once, under the one name that says most. */
public enum Violation {
    /**
     * A write that was acknowledged is not in the log; or at the end a record or key is missing, or
     * shows an older version than its newest.
     */
    LOST,
    /** One record twice in an answer; or one write more often in the log than it was sent. */
    DUPLICATES,
    /**
     * A record, version or value that nobody wrote, or that was not yet written when it was seen.
     */
    PHANTOMS,
    /** Bytes other than those that were written. */
    CORRUPT,
    /** A record or key shows a version from before a delete that had to be seen. */
    RESURRECTED,
    /**
     * Any other answer that no allowed state explains: a neighbour is missing, a distance is wrong,
     * a read or the outcome of a condition is from no moment of its call.
     */
    WRONG_ANSWERS;

    /** As reports spell it. */
    public String key() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}

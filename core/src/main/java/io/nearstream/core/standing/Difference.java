package io.nearstream.core.standing;

import io.nearstream.core.model.Version;
import java.util.List;

/**
 * What a subscriber is told of a query. {@link #removed} leave the answer, then {@link #added} come
 * in, each at its rank. All with a cause up to a version, folded, are the answer as of that
 * version, except from {@link Kind#LIMITED} to the next {@link Kind#SNAPSHOT}: {@link Kind#RENEWED}
 * may come between them, and does not change that.
 *
 * @param query which
 * @param registered the stamp of the registration that began the query; of a refused one its own
 * @param sequence 1, 2, 3, ... of what is told of the query since then; 0 of a refusal
 * @param kind what this is
 * @param cause the version of the write that caused this; what has no write has its time, the least
 *     partition and the least offset
 * @param removed ids
 * @param added hits, by rank; of a snapshot all, and whatever was there before is gone
 * @param truncated of {@link Kind#SNAPSHOT} and {@link Kind#CHANGE}: the query is a range, and with
 *     this its answer is cut at the cap: more are within the radius. What is removed may be so,
 *     too. A change that neither removes nor adds says that only this is otherwise now
 * @param reason a code, of {@link Kind#ENDED} and {@link Kind#REFUSED}; else empty
 * @param message for people; else empty
 * @param until milliseconds since 1970: when the lease ends, or the limit; else 0
 */
public record Difference(
        QueryName query,
        Version registered,
        long sequence,
        Kind kind,
        Version cause,
        List<String> removed,
        List<Hit> added,
        boolean truncated,
        String reason,
        String message,
        long until) {
    /** The lease is over. */
    public static final String EXPIRED = "EXPIRED";

    /** The subscriber wanted it so. */
    public static final String DROPPED = "DROPPED";

    /** What can be told. Formats number them by their order. */
    public enum Kind {
        /** The whole answer. */
        SNAPSHOT,
        /** A write changed the answer. */
        CHANGE,
        /** The lease is longer; the answer is as it was. */
        RENEWED,
        /** Too much was told: no {@link #CHANGE} is until a time, at which a snapshot comes. */
        LIMITED,
        /** The query is over. */
        ENDED,
        /** The registration is not accepted; a query of its name stays as it was. */
        REFUSED
    }

    /**
     * A record of an answer.
     *
     * @param rank its place, from 0
     */
    public record Hit(String id, double distance, Version version, int rank) {}
}

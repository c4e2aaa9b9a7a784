package io.nearstream.client;

import io.nearstream.core.model.Version;
import io.nearstream.core.standing.Difference;
import io.nearstream.core.standing.QueryName;
import java.util.List;

/**
 * What is known of the answer of a standing query, a top-k or a range. Immutable.
 *
 * @param query which
 * @param status whether the hits are the answer
 * @param hits nearest first, with ranks from 0; empty unless {@link Status#CURRENT} or {@link
 *     Status#LIMITED}
 * @param truncated whether more are within the radius of a range than the hits, which are cut at
 *     its cap: what has left them may be so, too. Jobs of before schema v7 do not say
 * @param registered the stamp of the registration that began the query; {@link Version#NONE} while
 *     nothing is known
 * @param sequence of the newest difference, 0 while nothing is known
 * @param asOf its cause
 * @param leaseEnd when the query ends unless it is renewed, milliseconds since 1970; 0 while that
 *     is not known
 */
public record StandingAnswer(
        QueryName query,
        Status status,
        List<Difference.Hit> hits,
        boolean truncated,
        Version registered,
        long sequence,
        Version asOf,
        long leaseEnd) {
    /** Whether hits are the answer. */
    public enum Status {
        /** They are, as of the newest difference. */
        CURRENT,
        /** They were when too much was to be said; nothing is told until a snapshot comes. */
        LIMITED,
        /** Differences are missing, or came again: the answer is unknown until a snapshot comes. */
        UNKNOWN,
        /** The query is over. */
        ENDED
    }

    public StandingAnswer {
        hits = List.copyOf(hits);
    }
}

package io.nearstream.client;

import io.nearstream.core.standing.Difference;

/**
 * What was told of a standing query, and what is known of it now.
 *
 * @param difference as the job told it
 * @param answer with it; of a refusal that of the query that stands all the same, if one does
 * @param again of a refusal, whether the watch registers the query again: it renews leases, and
 *     there was no room for the query, which there may be later
 */
public record StandingUpdate(Difference difference, StandingAnswer answer, boolean again) {
    StandingUpdate(Difference difference, StandingAnswer answer) {
        this(difference, answer, false);
    }

    /** The same; whether the watch registers the query again. */
    StandingUpdate withAgain(boolean registers) {
        return new StandingUpdate(difference, answer, registers);
    }
}

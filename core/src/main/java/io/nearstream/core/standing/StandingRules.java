package io.nearstream.core.standing;

import io.nearstream.core.similarity.VectorSpace;

/**
 * What holds for all queries of a shard.
 *
 * @param space of the vectors
 * @param cells where records live
 * @param queriesMax queries of a shard, at most, those that wait to begin included
 * @param recordsMax records, at most: with more the shard fails
 * @param differencesPerSecond of a query, at most, in a second of the log's time
 */
public record StandingRules(
        VectorSpace space,
        StandingCells cells,
        int queriesMax,
        int recordsMax,
        int differencesPerSecond) {
    /** Most hits of an answer: more would not fit into a message. */
    public static final int LIMIT_MAX = 1_000;

    /** What a query knows beside its answer, at least. */
    private static final int RESERVE_LEAST = 8;

    public StandingRules {
        positive("queries", queriesMax);
        positive("records", recordsMax);
        positive("differences per second", differencesPerSecond);
    }

    private static void positive(String what, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(
                    "%s must be at least 1, but was %d.".formatted(what, value));
        }
    }

    /** Records that a query with a limit knows, at most. */
    static int capacity(int limit) {
        return limit + Math.max(RESERVE_LEAST, limit);
    }
}

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
    /** Most hits of an answer, however small they are. */
    public static final int LIMIT_MAX = 1_000;

    /** Bytes of a snapshot: a message may have 4 MiB, of which framing takes some. */
    private static final int SNAPSHOT_BYTES_MAX = 3 << 20;

    /** Bytes of a hit beside its id, at most: distance, version, rank, lengths. */
    private static final int HIT_BYTES = 48;

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

    /**
     * Most hits of an answer whose snapshot fits into a message.
     *
     * @param idBytes of a record's id, at most
     */
    public static int hitsThatFit(int idBytes) {
        return Math.min(LIMIT_MAX, SNAPSHOT_BYTES_MAX / (idBytes + HIT_BYTES));
    }

    /** Records that a query with a limit knows, at most. */
    static int capacity(int limit) {
        return limit + Math.max(RESERVE_LEAST, limit);
    }
}

package io.nearstream.jobs.common.topics;

import java.util.List;

/** Names of all topics. A name is permanent: a new record format is a new topic. */
public final class TopicNames {
    /** Vector writes, keyed by {@code collection/id}. */
    public static final String VECTORS = "nearstream.vectors.v1";

    /** Key-value writes, keyed by the user's key. */
    public static final String KV_WRITES = "nearstream.kv-writes.v1";

    /** Settings and codebook chunks of the collections; one partition. */
    public static final String COLLECTIONS = "nearstream.collections.v1";

    /** Newest version of every record with its buckets, keyed by {@code uid/id}. */
    public static final String INDEX_CHANGES = "nearstream.index-changes.v1";

    /** Entries on their way to new buckets, keyed by {@code uid/id}. */
    public static final String INDEX_MOVES = "nearstream.index-moves.v1";

    /** Merged state of every key. */
    public static final String KV_CHANGES = "nearstream.kv-changes.v1";

    /** Answers to key-value requests, keyed by request id. */
    public static final String KV_RESULTS = "nearstream.kv-results.v1";

    /** Probes, keyed by probe id. */
    public static final String PROBES = "nearstream.probes.v1";

    /** Answers, keyed by probe id. */
    public static final String RESULTS = "nearstream.results.v1";

    /** Pairs of the similarity join. */
    public static final String MATCHES = "nearstream.matches.v1";

    /** Standing queries, keyed by {@code subscriber/id}. */
    public static final String STANDING_QUERIES = "nearstream.standing-queries.v1";

    /** What changes in their answers, keyed by subscriber. */
    public static final String STANDING_DIFFERENCES = "nearstream.standing-differences.v1";

    /** Refused writes, keyed by source topic. */
    public static final String DEAD_LETTERS = "nearstream.dead-letters.v1";

    /** All names, in the order of {@code kafka/topics.yaml}. */
    public static final List<String> ALL =
            List.of(
                    VECTORS,
                    KV_WRITES,
                    COLLECTIONS,
                    INDEX_CHANGES,
                    INDEX_MOVES,
                    KV_CHANGES,
                    KV_RESULTS,
                    PROBES,
                    RESULTS,
                    MATCHES,
                    STANDING_QUERIES,
                    STANDING_DIFFERENCES,
                    DEAD_LETTERS);

    /** Topics whose records are ordered by the broker's clock; versions rest on it. */
    static final List<String> APPEND_TIMED =
            List.of(VECTORS, KV_WRITES, COLLECTIONS, PROBES, STANDING_QUERIES);

    private TopicNames() {}
}

package io.nearstream.bench.standing;

import io.nearstream.bench.join.JoinPlan;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import java.util.List;
import java.util.Map;

/**
 * What a benchmark of standing queries does.
 *
 * @param collection the collection's settings; its uid is chosen by the benchmark
 * @param vectors to load, float32; a row's number is its id
 * @param queries that stand, each near a vector of its own, 1 to 1,000,000
 * @param k hits of an answer, 1 to 1,000
 * @param probes cells that a query visits, 1 to 65,536
 * @param load of writes
 * @param checked answers that are judged in the end by brute force, 1 to 10,000 and at most the
 *     queries
 * @param parallelism subtasks of every operator of both jobs, 1 to 64; as many shards
 * @param seed of queries and writes
 * @param overrides options of Flink and of the jobs that win over the profile's
 */
public record StandingPlan(
        CollectionSettings collection,
        List<byte[]> vectors,
        int queries,
        int k,
        int probes,
        Load load,
        int checked,
        int parallelism,
        long seed,
        Map<String, String> overrides) {
    private static final int QUERIES_MAX = 1_000_000;
    private static final int K_MAX = 1_000;
    private static final int PROBES_MAX = 65_536;
    private static final int PER_SECOND_MAX = 1_000_000;
    private static final int SECONDS_MAX = 3_600;
    private static final int CHECKED_MAX = 10_000;
    private static final int PARALLELISM_MAX = 64;

    /**
     * How is written.
     *
     * @param perSecond writes at this pace, whatever becomes of them, 1 to 1,000,000
     * @param seconds of the measured round, 1 to 3,600
     * @param warmUpSeconds of the round before it, 0 to 3,600
     */
    public record Load(int perSecond, int seconds, int warmUpSeconds) {
        public Load {
            requireRange("--writes-per-s", perSecond, 1, PER_SECOND_MAX);
            requireRange("--seconds", seconds, 1, SECONDS_MAX);
            requireRange("--warm-up", warmUpSeconds, 0, SECONDS_MAX);
        }
    }

    public StandingPlan {
        vectors = List.copyOf(vectors);
        overrides = Map.copyOf(overrides);
        requireRange("--queries", queries, 1, QUERIES_MAX);
        requireRange("--k", k, 1, K_MAX);
        requireRange("--probes", probes, 1, PROBES_MAX);
        requireRange("--checked", checked, 1, Math.min(CHECKED_MAX, queries));
        requireRange("--parallelism", parallelism, 1, PARALLELISM_MAX);
        if (collection.encoding() != Encoding.FLOAT32
                || collection.metric() != Metric.L2 && collection.metric() != Metric.COSINE) {
            throw new IllegalArgumentException(
                    "--base must hold float32 vectors (.fvecs) and --metric be l2 or cosine, but were %s and %s."
                            .formatted(collection.encoding(), collection.metric()));
        }
        if (vectors.size() < collection.trainAfter()) {
            throw new IllegalArgumentException(
                    "--train-after must be at most the number of vectors (%d), but was %d: the cells would never be learned."
                            .formatted(vectors.size(), collection.trainAfter()));
        }
    }

    /** Settings of a collection whose cells are learned. */
    public static CollectionSettings collection(
            String name, Metric metric, Encoding encoding, int dimensions, int cells, int train) {
        return JoinPlan.collection(name, metric, encoding, dimensions, cells, train);
    }

    private static void requireRange(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    "%s must be between %d and %d, but was %d."
                            .formatted(option, least, most, value));
        }
    }
}

package io.nearstream.bench.join;

import io.nearstream.core.join.JoinRule;
import io.nearstream.core.model.BucketScheme;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import java.util.List;
import java.util.Map;

/**
 * What a benchmark of the join does.
 *
 * @param collection the collection's settings; its uid is chosen by the benchmark
 * @param vectors to write, in order; a row's number is its id
 * @param truth the pairs among them, and eps
 * @param visiting a of the join; of no matter under JACCARD
 * @param tables bands of the join; of matter under JACCARD only
 * @param hashes minimum hashes of a band; likewise
 * @param warmUps rounds before the measured one: all is written, joined and deleted again; 0 to 10
 * @param parallelism subtasks of every operator of both jobs, 1 to 64
 * @param overrides options of Flink and of the jobs that win over the profile's
 */
public record JoinPlan(
        CollectionSettings collection,
        List<byte[]> vectors,
        TruePairs truth,
        double visiting,
        int tables,
        int hashes,
        int warmUps,
        int parallelism,
        Map<String, String> overrides) {
    private static final int PARALLELISM_MAX = 64;
    private static final int WARM_UPS_MAX = 10;

    /** Of a collection of sets: what the index needs, which the join does not look at. */
    private static final int INDEX_TABLES = 1;

    public JoinPlan {
        overrides = Map.copyOf(overrides);
        requireRange("--parallelism", parallelism, 1, PARALLELISM_MAX);
        requireRange("--warm-ups", warmUps, 0, WARM_UPS_MAX);
        new JoinRule( // refuses what the job would refuse
                collection.metric(),
                collection.encoding(),
                collection.dimensions(),
                truth.eps(),
                false,
                JoinRule.UNLIMITED,
                JoinRule.UNLIMITED,
                true);
        if (collection.buckets() == BucketScheme.LEARNED
                && vectors.size() < collection.trainAfter()) {
            throw new IllegalArgumentException(
                    "--train-after must be at most the number of vectors (%d), but was %d: the cells would never be learned."
                            .formatted(vectors.size(), collection.trainAfter()));
        }
    }

    /** Settings for vectors of a metric; cells are learned, of sets the index has one table. */
    public static CollectionSettings collection(
            String name, Metric metric, Encoding encoding, int dimensions, int cells, int train) {
        boolean sets = metric == Metric.JACCARD;
        return new CollectionSettings(
                name,
                0,
                dimensions,
                metric,
                encoding,
                sets ? BucketScheme.MIN_HASH : BucketScheme.LEARNED,
                sets ? CollectionSettings.HASH_BITS_DEFAULT : 0,
                sets ? INDEX_TABLES : 0,
                1,
                CollectionSettings.TARGET_RECALL_DEFAULT,
                train,
                cells,
                sets ? CollectionSettings.MINIMA_DEFAULT : 0,
                0);
    }

    /** Whether the join goes by cells that the collection has to learn first. */
    boolean learns() {
        return collection.buckets() == BucketScheme.LEARNED;
    }

    private static void requireRange(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    "%s must be between %d and %d, but was %d."
                            .formatted(option, least, most, value));
        }
    }
}

package io.nearstream.jobs.batch;

import io.nearstream.core.model.Metric;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a batch join does.
 *
 * @param left a file
 * @param right another one; empty for a join of the left one with itself
 * @param metric L2, COSINE or HAMMING
 * @param eps largest distance of a pair, as {@link io.nearstream.operators.SimilarityJoin#within}
 *     takes it
 * @param k of each right record the k nearest left ones, of each record the k nearest earlier ones;
 *     empty for all within eps
 * @param visiting how far a record looks into other cells, above 0; 1 finds every pair
 * @param cells of the left file; empty for 4 sqrt(rows), a power of two
 * @param parallelism subtasks, 1 to 64
 * @param heapBytes most bytes of heap that the rows of both files may take
 * @param seed of what is drawn at random
 */
public record BatchJoinPlan(
        Path left,
        Optional<Path> right,
        Metric metric,
        double eps,
        OptionalInt k,
        double visiting,
        OptionalInt cells,
        int parallelism,
        long heapBytes,
        long seed) {
    private static final int K_MAX = 1_000;

    public BatchJoinPlan {
        if (metric == Metric.JACCARD || metric == Metric.INNER_PRODUCT) {
            throw new IllegalArgumentException(
                    "--metric must be l2, cosine or hamming, but was %s: %s."
                            .formatted(
                                    metric.name().toLowerCase(Locale.ROOT),
                                    metric == Metric.JACCARD
                                            ? "no file format holds sets"
                                            : "an inner product is no distance"));
        }
        if (!(eps >= 0 && eps < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "--eps must be 0 or more and finite, but was " + eps + ".");
        }
        if (!(visiting > 0 && visiting <= 1)) {
            throw new IllegalArgumentException(
                    "--visiting must be above 0 and at most 1, but was " + visiting + ".");
        }
        k.ifPresent(count -> BatchSearchPlan.within("--k", count, 1, K_MAX));
        cells.ifPresent(count -> BatchSearchPlan.within("--cells", count, 1, 65_536));
        BatchSearchPlan.within("--memory", heapBytes, 1, Long.MAX_VALUE);
        BatchSearchPlan.within("--parallelism", parallelism, 1, BatchSearchPlan.PARALLELISM_MAX);
    }

    /** The same with another limit of the heap. */
    public BatchJoinPlan withHeap(long bytes) {
        return new BatchJoinPlan(
                left, right, metric, eps, k, visiting, cells, parallelism, bytes, seed);
    }
}

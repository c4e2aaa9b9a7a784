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
 * @param metric L2, COSINE, HAMMING or, of sets, JACCARD
 * @param eps largest distance of a pair, as {@link io.nearstream.operators.SimilarityJoin#within}
 *     takes it
 * @param k of each right record the k nearest left ones, of each record the k nearest earlier ones;
 *     empty for all within eps
 * @param visiting how far a record looks into other cells, above 0; 1 finds every pair, and is what
 *     sets have
 * @param cells of the left file; empty for 4 sqrt(rows), a power of two, and for sets
 * @param bands of sets; empty for what finds .999 of the pairs at eps, and for vectors
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
        Optional<Bands> bands,
        int parallelism,
        long heapBytes,
        long seed) {
    private static final int K_MAX = 1_000;

    public BatchJoinPlan {
        if (metric == Metric.INNER_PRODUCT) {
            throw new IllegalArgumentException(
                    "--metric must be l2, cosine, hamming or jaccard, but was inner-product: an inner product is no distance.");
        }
        if (!(eps >= 0 && eps < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "--eps must be 0 or more and finite, but was " + eps + ".");
        }
        if (!(visiting > 0 && visiting <= 1)) {
            throw new IllegalArgumentException(
                    "--visiting must be above 0 and at most 1, but was " + visiting + ".");
        }
        if (metric == Metric.JACCARD) {
            checkSets(eps, visiting, cells);
        } else if (bands.isPresent()) {
            throw new IllegalArgumentException(
                    "--tables and --hashes divide sets, but --metric was %s: use --cells, or leave them out."
                            .formatted(metric.name().toLowerCase(Locale.ROOT)));
        }
        k.ifPresent(count -> BatchSearchPlan.within("--k", count, 1, K_MAX));
        cells.ifPresent(count -> BatchSearchPlan.within("--cells", count, 1, 65_536));
        BatchSearchPlan.within("--memory", heapBytes, 1, Long.MAX_VALUE);
        BatchSearchPlan.within("--parallelism", parallelism, 1, BatchSearchPlan.PARALLELISM_MAX);
    }

    private static void checkSets(double eps, double visiting, OptionalInt cells) {
        if (!(eps < 1)) {
            throw new IllegalArgumentException(
                    "--eps must be below 1 under jaccard, but was %s: sets without a common element are at 1."
                            .formatted(eps));
        }
        if (cells.isPresent() || visiting != 1) {
            throw new IllegalArgumentException(
                    "--cells and --visiting must be left out under jaccard: sets have no cells. Use --tables and --hashes.");
        }
    }

    /** The same with another limit of the heap. */
    public BatchJoinPlan withHeap(long bytes) {
        return new BatchJoinPlan(
                left, right, metric, eps, k, visiting, cells, bands, parallelism, bytes, seed);
    }
}

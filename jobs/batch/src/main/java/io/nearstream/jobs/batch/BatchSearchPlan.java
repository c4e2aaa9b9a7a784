package io.nearstream.jobs.batch;

import io.nearstream.core.model.Limits;
import io.nearstream.core.model.Metric;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * What a batch search does.
 *
 * @param base file of the vectors that are searched
 * @param query file of the vectors that are looked for
 * @param metric how distance is measured; JACCARD is refused, sets have no cells
 * @param k neighbours, 1 to 1,000
 * @param effort how many buckets a query visits
 * @param cells of the codebook; empty for 4 sqrt(rows), a power of two
 * @param parallelism subtasks, 1 to 64
 * @param heapBytes most bytes of heap that the base may take, or before it the sample of it
 * @param seed of what is drawn at random
 */
public record BatchSearchPlan(
        Path base,
        Path query,
        Metric metric,
        int k,
        Effort effort,
        OptionalInt cells,
        int parallelism,
        long heapBytes,
        long seed) {
    public static final int K_DEFAULT = 10;
    static final int PARALLELISM_MAX = 64;

    /** Of the heap, where nobody says how much: queries, messages and Flink need the rest. */
    private static final double HEAP_SHARE = 0.6;

    public BatchSearchPlan {
        within("--k", k, 1, Limits.DEFAULT.k());
        within("--parallelism", parallelism, 1, PARALLELISM_MAX);
        within("--memory", heapBytes, 1, Long.MAX_VALUE);
        if (metric == Metric.JACCARD) {
            throw new IllegalArgumentException(
                    "--metric must be l2, cosine, inner-product or hamming, but was jaccard: a search goes by cells, which sets have none of. join and dedupe take sets.");
        }
        // Beyond, the settings of the buckets say it.
        cells.ifPresent(count -> within("--cells", count, 2, 65_536));
    }

    /**
     * How many buckets a query visits.
     *
     * @param targetRecall above 0, at most 1; from 1 on all buckets are visited
     * @param probes buckets, whatever the recall
     */
    public record Effort(double targetRecall, OptionalInt probes) {
        public Effort {
            if (!(targetRecall > 0 && targetRecall <= 1)) {
                throw new IllegalArgumentException(
                        "--target-recall must be above 0 and at most 1, but was "
                                + targetRecall
                                + ".");
            }
            probes.ifPresent(count -> within("--probes", count, 1, Integer.MAX_VALUE));
        }
    }

    /** The same with another limit of the heap. */
    public BatchSearchPlan withHeap(long bytes) {
        return new BatchSearchPlan(base, query, metric, k, effort, cells, parallelism, bytes, seed);
    }

    /** Bytes of heap for the base where nobody says how many. */
    public static long heapDefault() {
        return (long) (HEAP_SHARE * Runtime.getRuntime().maxMemory());
    }

    static void within(String option, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    "%s must be between %d and %d, but was %d."
                            .formatted(option, least, most, value));
        }
    }
}

package io.nearstream.jobs.batch.search;

import io.nearstream.core.model.BucketScheme;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.partition.Generation;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.jobs.batch.BatchCounters;
import java.io.Serializable;

/**
 * What every operator of a search knows; travels in the job graph.
 *
 * @param run number of the run, for {@link BatchCounters#of}
 * @param shape of the vectors and of the buckets
 * @param k neighbours, 1 or more
 * @param visits buckets that a query visits, 1 or more
 * @param heapBytes most bytes that the base may take
 */
public record SearchSpec(long run, Shape shape, int k, int visits, long heapBytes)
        implements Serializable {

    /**
     * What vectors and buckets are.
     *
     * @param metric not JACCARD: sets have no cells
     * @param encoding of the base; queries are converted
     * @param dimensions 1 to 4,096
     * @param cells of the codebook at most, 2 or more
     * @param sample vectors that it is learned from, at least as many
     * @param seed of what is drawn at random
     */
    public record Shape(
            Metric metric, Encoding encoding, int dimensions, int cells, int sample, long seed)
            implements Serializable {
        /** As a collection would have it. */
        public CollectionSettings settings() {
            return new CollectionSettings(
                    "batch",
                    1,
                    dimensions,
                    metric,
                    encoding,
                    BucketScheme.LEARNED,
                    0,
                    0,
                    seed,
                    CollectionSettings.TARGET_RECALL_DEFAULT,
                    sample,
                    cells);
        }
    }

    BatchCounters counters() {
        return BatchCounters.of(run);
    }

    VectorSpace space() {
        return VectorSpace.of(shape.settings());
    }

    Generation buckets() {
        return counters().buckets();
    }

    /** Whether a query visits every bucket; then no message says which. */
    boolean visitsAll() {
        return visits >= buckets().bucketCount();
    }

    /** The subtask that keeps a bucket. */
    static int owner(int bucket, int subtasks) {
        return Math.floorMod(bucket, subtasks);
    }
}

package io.nearstream.jobs.batch.join;

import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.VectorSpace;
import java.io.Serializable;

/**
 * What the operators of a join know.
 *
 * @param run number of the run
 * @param metric L2, COSINE, HAMMING or JACCARD
 * @param encoding of the left file; the right one is converted
 * @param dimensions of both
 * @param leftRows rows of the left file: those of the right one are later
 */
public record JoinSpec(long run, Metric metric, Encoding encoding, int dimensions, long leftRows)
        implements Serializable {
    /**
     * A file of a join.
     *
     * @param right whether it is the right one
     * @param encoding of the file
     */
    public record Side(boolean right, Encoding encoding) implements Serializable {}

    VectorSpace space() {
        return VectorSpace.of(metric, encoding, dimensions);
    }
}

package io.nearstream.core.standing;

import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.VectorSpace;

/**
 * Which queries a record may be near enough for, at a part of the cost of a score. It never leaves
 * one out whose score is within its reach. Belongs to one thread.
 */
interface FirstLook {
    /** Queries lie in pages of so many rows, so that growing copies little. */
    int PAGE_BITS = 10;

    /** Rows of a page. */
    int PAGE_ROWS = 1 << PAGE_BITS;

    /** A query takes any slot, which may have been another's; it reaches nothing yet. */
    void put(int slot, byte[] vector);

    /** From now on a query looks no further than this score. */
    void reach(int slot, double score);

    /** The record that is looked at from now on. */
    void meet(byte[] record);

    /**
     * For which queries the score of the record may be within their reach.
     *
     * @param visitors those that are asked about
     * @return for each block of theirs which of its visitors, and of no others, the lowest bit for
     *     the first slot; valid until the next call, and may go on behind the last block
     */
    int[] within(Visitors visitors);

    /** Bytes of heap. */
    long heapBytes();

    /**
     * The one for a space.
     *
     * @param centre of the vectors, as {@link StandingCells#centre} says
     */
    static FirstLook of(VectorSpace space, float[] centre) {
        boolean isDot =
                space.metric() == Metric.L2
                        || space.metric() == Metric.COSINE
                        || space.metric() == Metric.INNER_PRODUCT;
        return space.encoding().isFloat() && isDot
                ? new ByteLook(space, centre)
                : new WholeLook(space);
    }
}

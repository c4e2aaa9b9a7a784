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

    /** Whether the score of a query and the record may be within the reach of the query. */
    boolean mayReach(int slot);

    /** The one for a space. */
    static FirstLook of(VectorSpace space) {
        boolean isDot =
                space.metric() == Metric.L2
                        || space.metric() == Metric.COSINE
                        || space.metric() == Metric.INNER_PRODUCT;
        return space.encoding().isFloat() && isDot ? new ByteLook(space) : new WholeLook(space);
    }
}

package io.nearstream.core.standing;

import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.VectorSpace;
import java.util.Arrays;

/**
 * The vectors of all queries by slot, packed, with how far each of them reaches: what a record that
 * begins is compared with first. Rows lie in pages, so that growing copies nothing. Belongs to one
 * thread.
 */
final class PackedQueries {
    private static final int PAGE_BITS = 10;
    private static final int PAGE_ROWS = 1 << PAGE_BITS;

    /**
     * Under cosine the score depends on which of the two is prepared, by about 1e-7; a nearer look
     * decides.
     */
    private static final double COSINE_SLACK = 1e-5;

    private final VectorSpace space;
    private final int vectorBytes;
    private final double slack;
    private byte[][] pages = {};
    private float[] inverseNorms = {};
    private double[] reaches = {};

    PackedQueries(VectorSpace space) {
        this.space = space;
        this.vectorBytes = space.vectorBytes();
        this.slack = space.metric() == Metric.COSINE ? COSINE_SLACK : 0;
    }

    /** Puts the vector of a query, which reaches nothing yet. */
    void put(int slot, byte[] vector) {
        int page = slot >>> PAGE_BITS;
        if (page == pages.length) {
            pages = Arrays.copyOf(pages, page + 1);
            pages[page] = new byte[PAGE_ROWS * vectorBytes];
            inverseNorms = Arrays.copyOf(inverseNorms, (page + 1) * PAGE_ROWS);
            reaches = Arrays.copyOf(reaches, (page + 1) * PAGE_ROWS);
        }
        System.arraycopy(vector, 0, pages[page], offset(slot), vectorBytes);
        inverseNorms[slot] = space.inverseNorm(vector, 0);
        reaches[slot] = Double.NEGATIVE_INFINITY;
    }

    private int offset(int slot) {
        return (slot & PAGE_ROWS - 1) * vectorBytes;
    }

    /** From now on a query looks no further than this score. */
    void reach(int slot, double score) {
        reaches[slot] = score + slack;
    }

    /** Whether a query may reach a record; if not it does not. */
    boolean mayReach(int slot, VectorSpace.Query record) {
        return space.score(record, pages[slot >>> PAGE_BITS], offset(slot), inverseNorms[slot])
                <= reaches[slot];
    }
}

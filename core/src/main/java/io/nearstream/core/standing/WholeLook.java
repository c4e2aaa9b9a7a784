package io.nearstream.core.standing;

import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.VectorSpace;
import java.util.Arrays;

/** Scores itself, of vectors that are small: packed, so that they come fast out of memory. */
final class WholeLook implements FirstLook {
    /** Under cosine the score depends by about 1e-7 on which of the two is prepared. */
    private static final double COSINE_SLACK = 1e-5;

    private final VectorSpace space;
    private final int vectorBytes;
    private final double slack;
    private byte[][] pages = {};
    private float[] inverseNorms = {};
    private double[] reaches = {};
    private VectorSpace.Query record;
    private int[] within = {};

    WholeLook(VectorSpace space) {
        this.space = space;
        this.vectorBytes = space.vectorBytes();
        this.slack = space.metric() == Metric.COSINE ? COSINE_SLACK : 0;
    }

    @Override
    public void put(int slot, byte[] vector) {
        int page = slot >>> PAGE_BITS;
        while (page >= pages.length) {
            int last = pages.length;
            pages = Arrays.copyOf(pages, last + 1);
            pages[last] = new byte[PAGE_ROWS * vectorBytes];
            inverseNorms = Arrays.copyOf(inverseNorms, (last + 1) * PAGE_ROWS);
            reaches = Arrays.copyOf(reaches, (last + 1) * PAGE_ROWS);
        }
        System.arraycopy(vector, 0, pages[page], offset(slot), vectorBytes);
        inverseNorms[slot] = space.inverseNorm(vector, 0);
        reaches[slot] = Double.NEGATIVE_INFINITY;
    }

    private int offset(int slot) {
        return (slot & PAGE_ROWS - 1) * vectorBytes;
    }

    @Override
    public void reach(int slot, double score) {
        reaches[slot] = score + slack;
    }

    @Override
    public void meet(byte[] vector) {
        record = space.query(vector);
    }

    @Override
    public int[] within(Visitors visitors) {
        within = visitors.masks(within);
        visitors.keep(within, this::mayReach);
        return within;
    }

    private boolean mayReach(int slot) {
        byte[] page = pages[slot >>> PAGE_BITS];
        return space.score(record, page, offset(slot), inverseNorms[slot]) <= reaches[slot];
    }

    @Override
    public long heapBytes() {
        long rows = (long) pages.length * PAGE_ROWS;
        return rows * (vectorBytes + Float.BYTES + Double.BYTES);
    }
}

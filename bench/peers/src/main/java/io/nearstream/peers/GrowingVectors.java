package io.nearstream.peers;

import io.github.jbellis.jvector.graph.RandomAccessVectorValues;
import io.github.jbellis.jvector.vector.types.VectorFloat;
import java.util.Arrays;

/**
 * Vectors by row, for a graph that grows while it is searched. One thread puts; a row may be read
 * by whoever learnt of it from the graph.
 */
final class GrowingVectors implements RandomAccessVectorValues {
    private static final int CAPACITY_FIRST = 1_024;

    private final int dimensions;
    private volatile VectorFloat<?>[] rows = new VectorFloat<?>[CAPACITY_FIRST];
    private volatile int size;

    GrowingVectors(int dimensions) {
        this.dimensions = dimensions;
    }

    void put(int row, VectorFloat<?> vector) {
        VectorFloat<?>[] all = rows;
        if (row >= all.length) {
            all = Arrays.copyOf(all, Math.max(row + 1, 2 * all.length));
        }
        all[row] = vector;
        rows = all;
        size = Math.max(size, row + 1);
    }

    /** Lets a vector go that no node of the graph has any more. */
    void remove(int row) {
        rows[row] = null;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public int dimension() {
        return dimensions;
    }

    @Override
    public VectorFloat<?> getVector(int row) {
        return rows[row];
    }

    @Override
    public boolean isValueShared() {
        return false;
    }

    /** Nothing is shared that a reader would change. */
    @Override
    public RandomAccessVectorValues copy() {
        return this;
    }
}

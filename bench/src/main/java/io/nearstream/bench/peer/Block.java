package io.nearstream.bench.peer;

import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.core.topk.TopK;
import java.util.Arrays;

/**
 * Vectors one behind the other with their rows, scored where they lie. One thread adds; what was
 * added before a searcher was handed over may be searched by others.
 */
final class Block {
    private static final int ROWS_FIRST = 16;

    private final VectorSpace space;
    private byte[] data;
    private int[] rows = new int[ROWS_FIRST];
    private float[] inverseNorms = new float[ROWS_FIRST];
    private int size;

    Block(VectorSpace space) {
        this.space = space;
        this.data = new byte[ROWS_FIRST * space.vectorBytes()];
    }

    void add(int row, byte[] vector) {
        if (size == rows.length) {
            int capacity = Math.max(size + 1, size + size / 2);
            rows = Arrays.copyOf(rows, capacity);
            inverseNorms = Arrays.copyOf(inverseNorms, capacity);
            data = Arrays.copyOf(data, Math.multiplyExact(capacity, space.vectorBytes()));
        }
        int at = size * space.vectorBytes();
        System.arraycopy(vector, 0, data, at, space.vectorBytes());
        rows[size] = row;
        inverseNorms[size] = space.inverseNorm(data, at);
        size++;
    }

    int size() {
        return size;
    }

    /** Bytes of what is in it. */
    long bytes() {
        return size * (long) (space.vectorBytes() + Integer.BYTES + Float.BYTES);
    }

    /** Offers every row that was not seen under this mark. */
    void offer(VectorSpace.Query query, TopK nearest, int[] seen, int mark) {
        int step = space.vectorBytes();
        double threshold = nearest.threshold();
        for (int i = 0; i < size; i++) {
            int row = rows[i];
            if (seen[row] == mark) {
                continue;
            }
            seen[row] = mark;
            double score = space.score(query, data, i * step, inverseNorms[i]);
            if (score <= threshold && nearest.offer(score, row)) {
                threshold = nearest.threshold();
            }
        }
    }
}

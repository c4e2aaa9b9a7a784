package io.nearstream.bench.peer;

import io.nearstream.core.similarity.CoarseCode;
import io.nearstream.core.similarity.CoarseColumns;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.core.topk.TopK;
import java.util.Arrays;
import javax.annotation.Nullable;

/**
 * Vectors one behind the other with their rows, scored where they lie; where that saves something,
 * with the coarse codes that the bucket operator's cache has too, made as there when rows are first
 * searched. One thread adds; what was added before a searcher was handed over may be searched by
 * others, and nothing is added while they search.
 */
final class Block {
    private static final int ROWS_FIRST = 16;

    private final VectorSpace space;
    @Nullable private CoarseColumns codes;
    private byte[] data;
    private int[] rows = new int[0];
    private float[] inverseNorms = new float[0];
    private int size;
    private volatile int coded;

    /** What a search prepares once for all blocks. Belongs to one thread. */
    static final class Question {
        private final VectorSpace.Query query;
        @Nullable private final CoarseCode code;
        @Nullable private final CoarseCode.Query coarse;
        private final TopK nearest;
        private final int[] seen;
        private final int mark;

        /**
         * @param seen by row, the mark of the last question that has seen it
         * @param mark of this question
         */
        Question(
                VectorSpace space,
                @Nullable CoarseCode code,
                byte[] vector,
                int k,
                int[] seen,
                int mark) {
            this.query = space.query(vector);
            this.code = code;
            this.coarse = code == null ? null : code.query(vector).orElse(null);
            this.nearest = new TopK(k);
            this.seen = seen;
            this.mark = mark;
        }

        int[] rows() {
            return nearest.drainRefs();
        }
    }

    Block(VectorSpace space) {
        this.space = space;
        this.data = new byte[0];
        grow(ROWS_FIRST);
    }

    /** Another that is searched while this one grows; without codes. */
    Block copy() {
        Block copy = new Block(space);
        copy.data = Arrays.copyOf(data, Math.max(ROWS_FIRST, size) * space.vectorBytes());
        copy.rows = Arrays.copyOf(rows, Math.max(ROWS_FIRST, size));
        copy.inverseNorms = Arrays.copyOf(inverseNorms, Math.max(ROWS_FIRST, size));
        copy.size = size;
        return copy;
    }

    void add(int row, byte[] vector) {
        if (size == rows.length) {
            grow(size + size / 2);
        }
        int at = size * space.vectorBytes();
        System.arraycopy(vector, 0, data, at, space.vectorBytes());
        rows[size] = row;
        inverseNorms[size] = space.inverseNorm(data, at);
        size++;
    }

    private void grow(int capacity) {
        rows = Arrays.copyOf(rows, capacity);
        inverseNorms = Arrays.copyOf(inverseNorms, capacity);
        data = Arrays.copyOf(data, Math.multiplyExact(capacity, space.vectorBytes()));
    }

    int size() {
        return size;
    }

    /** Bytes on the heap, room for more rows included. */
    long bytes() {
        long coarse = codes == null ? 0 : codes.heapBytes();
        return data.length + (long) (Integer.BYTES + Float.BYTES) * rows.length + coarse;
    }

    /** Offers every row that the question has not seen. */
    void offer(Question question) {
        int step = space.vectorBytes();
        if (question.code != null && coded < size) {
            code(question.code);
        }
        TopK nearest = question.nearest;
        double threshold = nearest.threshold();
        double radius = radius(question, threshold);
        for (int i = 0; i < size; i++) {
            int row = rows[i];
            if (question.seen[row] == question.mark) {
                continue;
            }
            question.seen[row] = question.mark;
            if (question.coarse != null && !codes.mayScore(radius, question.coarse, i)) {
                continue;
            }
            double score = space.score(question.query, data, i * step, inverseNorms[i]);
            if (score <= threshold && nearest.offer(score, row)) {
                threshold = nearest.threshold();
                radius = radius(question, threshold);
            }
        }
    }

    private synchronized void code(CoarseCode code) {
        CoarseColumns columns = codes == null ? new CoarseColumns(code) : codes;
        columns.reserve(size);
        while (columns.count() < size) {
            columns.add(data, columns.count() * space.vectorBytes());
        }
        codes = columns;
        coded = size;
    }

    private static double radius(Question question, double threshold) {
        return question.code == null ? 0 : question.code.radius(threshold);
    }
}

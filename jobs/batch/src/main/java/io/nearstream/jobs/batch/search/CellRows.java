package io.nearstream.jobs.batch.search;

import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.core.topk.TopK;
import io.nearstream.jobs.batch.BatchFailure;
import java.util.Arrays;

/** The rows of one bucket, vectors one behind the other. Belongs to one thread. */
final class CellRows {
    private static final int ROWS_FIRST = 8;

    /** Of an array, in every JVM. */
    private static final int ARRAY_MAX = Integer.MAX_VALUE - 8;

    private final int bucket;
    private final int vectorBytes;
    private byte[] vectors;
    private int[] rows;
    private float[] inverseNorms;
    private int count;

    CellRows(VectorSpace space, int bucket) {
        this.bucket = bucket;
        this.vectorBytes = space.vectorBytes();
        this.vectors = new byte[ROWS_FIRST * vectorBytes];
        this.rows = new int[ROWS_FIRST];
        this.inverseNorms = new float[ROWS_FIRST];
    }

    /** Adds a row; returns by how many bytes this has grown. */
    long add(VectorSpace space, int row, byte[] data, int offset) {
        long before = count == 0 ? 0 : bytes();
        if (count == rows.length) {
            capacity(grown(count, vectorBytes, bucket));
        }
        System.arraycopy(data, offset, vectors, count * vectorBytes, vectorBytes);
        inverseNorms[count] = space.inverseNorm(data, offset);
        rows[count++] = row;
        return bytes() - before;
    }

    /**
     * Rows that a full bucket has room for next.
     *
     * @throws BatchFailure if one array cannot hold more
     */
    static int grown(int count, int vectorBytes, int bucket) {
        int most = ARRAY_MAX / vectorBytes;
        if (count >= most) {
            throw new BatchFailure(
                    "Cell %d has more than the %,d rows of %,d bytes that a cell may have: give more --cells. Rows that are all alike stay in one cell; dedupe them first."
                            .formatted(bucket, most, vectorBytes));
        }
        return (int) Math.min(most, (long) count + Math.max(ROWS_FIRST, count / 4));
    }

    private void capacity(int wanted) {
        vectors = Arrays.copyOf(vectors, wanted * vectorBytes);
        rows = Arrays.copyOf(rows, wanted);
        inverseNorms = Arrays.copyOf(inverseNorms, wanted);
    }

    int count() {
        return count;
    }

    long bytes() {
        return vectors.length + (long) (Integer.BYTES + Float.BYTES) * rows.length;
    }

    /** Offers every row; one that lies in several buckets is kept once. */
    void offer(VectorSpace space, VectorSpace.Query query, TopK nearest) {
        double threshold = nearest.threshold();
        for (int i = 0; i < count; i++) {
            double score = space.score(query, vectors, i * vectorBytes, inverseNorms[i]);
            // What is kept is asked for seldom: only where it may be among the nearest.
            if (score <= threshold && !nearest.holds(rows[i]) && nearest.offer(score, rows[i])) {
                threshold = nearest.threshold();
            }
        }
    }
}

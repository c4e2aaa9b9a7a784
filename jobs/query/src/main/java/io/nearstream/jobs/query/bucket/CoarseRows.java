package io.nearstream.jobs.query.bucket;

import io.nearstream.core.similarity.CoarseCode;
import io.nearstream.jobs.query.entry.EntryRow;
import java.util.Arrays;

/** The coarse codes of a bucket's live rows, one behind the other, by row. Not thread-safe. */
final class CoarseRows {
    private static final int MEASURE_BYTES = 3 * Float.BYTES;

    private final CoarseCode code;
    private byte[] codes = new byte[0];
    private float[] scales = new float[0];
    private float[] squaredLengths = new float[0];
    private float[] errors = new float[0];
    private int count;

    CoarseRows(CoarseCode code) {
        this.code = code;
    }

    /** Codes what was added to the rows since the last call. */
    void addNew(BucketRows rows) {
        if (count == rows.count()) {
            return;
        }
        if (rows.count() > scales.length) {
            int capacity = Math.max(rows.count(), scales.length + scales.length / 2);
            codes = Arrays.copyOf(codes, Math.multiplyExact(capacity, code.bytes()));
            scales = Arrays.copyOf(scales, capacity);
            squaredLengths = Arrays.copyOf(squaredLengths, capacity);
            errors = Arrays.copyOf(errors, capacity);
        }
        for (; count < rows.count(); count++) {
            byte[] block = rows.data(count);
            int vectorAt = EntryRow.vectorAt(block, rows.at(count), code.vectorBytes());
            CoarseCode.Measure measure = code.encode(block, vectorAt, codes, count * code.bytes());
            scales[count] = measure.scale();
            squaredLengths[count] = measure.squaredLength();
            errors[count] = measure.error();
        }
    }

    /** Whether the row may have a score as low as that of the radius. */
    boolean mayScore(double radius, CoarseCode.Query query, int row) {
        return code.mayScore(
                radius,
                query,
                codes,
                row * code.bytes(),
                scales[row],
                squaredLengths[row],
                errors[row]);
    }

    /** Bytes of heap. */
    long heapBytes() {
        return codes.length + (long) MEASURE_BYTES * scales.length;
    }
}

package io.nearstream.core.similarity;

import io.nearstream.kernels.Kernels;
import java.util.Arrays;

/**
 * The coarse codes of many vectors, one behind the other by row, and what belongs to them: a search
 * reads these and, of the vectors themselves, the few that may be near. Not thread-safe while rows
 * are added.
 */
public final class CoarseColumns {
    private static final Kernels KERNELS = Kernels.best();

    /** Scale, squared length, rest and error of a row. */
    private static final int MEASURES = 4;

    private final CoarseCode code;
    private final int bytes;
    private byte[] codes = new byte[0];
    private float[] measures = new float[0];
    private int count;

    /** Without rows. */
    public CoarseColumns(CoarseCode code) {
        this.code = code;
        this.bytes = code.bytes();
    }

    public CoarseCode code() {
        return code;
    }

    /** Rows. */
    public int count() {
        return count;
    }

    /** Makes room for so many rows in all. */
    public void reserve(int rows) {
        int capacity = measures.length / MEASURES;
        if (rows > capacity) {
            int enlarged = Math.max(rows, capacity + capacity / 2);
            codes = Arrays.copyOf(codes, Math.multiplyExact(enlarged, bytes));
            measures = Arrays.copyOf(measures, Math.multiplyExact(enlarged, MEASURES));
        }
    }

    /** Adds the code of the vector at the offset, which was checked, as the next row. */
    public void add(byte[] data, int offset) {
        reserve(count + 1);
        CoarseCode.Measure measure = code.encode(data, offset, codes, count * bytes);
        int at = count * MEASURES;
        measures[at] = measure.scale();
        measures[at + 1] = measure.squaredLength();
        measures[at + 2] = measure.rest();
        measures[at + 3] = measure.error();
        count++;
    }

    /**
     * The codes of some of the rows, in the same order: a code costs more than a copy of it.
     *
     * @param kept by row; may be longer than there are rows
     */
    public CoarseColumns only(boolean[] kept) {
        CoarseColumns some = new CoarseColumns(code);
        some.reserve(count);
        for (int row = 0; row < count; row++) {
            if (kept[row]) {
                System.arraycopy(codes, row * bytes, some.codes, some.count * bytes, bytes);
                System.arraycopy(
                        measures, row * MEASURES, some.measures, some.count * MEASURES, MEASURES);
                some.count++;
            }
        }
        return some;
    }

    /** The squared distance of what two codes stand for, less what rounding may have added. */
    public double apart(CoarseCode.Query q, int row) {
        int at = row * MEASURES;
        int dot = KERNELS.dotInt8(q.code, 0, codes, row * bytes, bytes);
        double lengths = q.squaredLength + measures[at + 1];
        double rest = q.rest - measures[at + 2];
        return lengths - q.doubleScale * measures[at] * dot - code.slack() * lengths + rest * rest;
    }

    /**
     * Whether the row's vector may be within a radius of the query.
     *
     * @param apart of the row, by {@link #apart}
     */
    public boolean mayReach(double radius, CoarseCode.Query q, int row, double apart) {
        double reach = radius + q.error + measures[row * MEASURES + 3];
        return apart <= reach * reach;
    }

    /** Whether the row's vector may have a score as low as that of the radius. */
    public boolean mayScore(double radius, CoarseCode.Query q, int row) {
        return mayReach(radius, q, row, apart(q, row));
    }

    /** Bytes of heap. */
    public long heapBytes() {
        return codes.length + (long) Float.BYTES * measures.length;
    }
}

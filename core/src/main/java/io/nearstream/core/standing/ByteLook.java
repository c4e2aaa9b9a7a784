package io.nearstream.core.standing;

import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.core.similarity.Vectors;
import io.nearstream.kernels.Kernels;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Inner products of vectors whose values are rounded to bytes, a quarter of float32 to bring in,
 * and how far these can be off.
 *
 * <p>A vector v is s c + e with c of int8, a scale s and a rest e. So q r = s_q s_r (c_q c_r) + e_q
 * r + (s_q c_q) e_r, and the last two are at most |e_q| |r| + |s_q c_q| |e_r| (Cauchy and Schwarz).
 * All three metrics say "near enough" as "the inner product is at least ...": 1 - reach under
 * cosine, where all is of length 1; (|q|^2 + |r|^2 - reach) / 2 under L2; -reach under inner
 * product.
 */
final class ByteLook implements FirstLook {
    private static final Kernels KERNELS = Kernels.best();
    private static final int BYTE_MAX = 127;

    /** By how much scores, and sums here, are off, of the squared lengths. */
    private static final double ROUNDING = 2e-5;

    /** Beyond, and below, squares are not trusted: such a vector is always looked at. */
    private static final double SQUARE_MAX = 1e30;

    private static final double SQUARE_MIN = 1e-20;

    /**
     * float32 behind a query's code: what is asked for, scale, lengths of what is rounded, of the
     * rest.
     */
    private static final int FIELDS = 4;

    private static final int SCALE = Float.BYTES;
    private static final int LENGTH = 2 * Float.BYTES;
    private static final int REST = 3 * Float.BYTES;

    /** By how much a product is off whose scale is a float32, of the length. */
    private static final double FLOAT_ROUNDING = 0x1p-22;

    private static final VarHandle FLOAT =
            MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);

    private final VectorSpace space;
    private final int dimensions;
    private final Metric metric;
    private final int rowBytes;

    /** Pages of rows, each a code and what belongs to it: one way to the memory for both. */
    private byte[][] pages = {};

    private double[] squares = {};

    private final byte[] recordCode;
    private double recordScale;
    private double recordLength;
    private double recordRest;
    private double recordAsks;
    private boolean recordIsTrusted;

    ByteLook(VectorSpace space) {
        this.space = space;
        this.dimensions = space.dimensions();
        this.metric = space.metric();
        this.rowBytes = dimensions + FIELDS * Float.BYTES;
        this.recordCode = new byte[dimensions];
    }

    /** A vector as bytes. */
    private record Rounded(double square, double scale, double length, double rest) {
        boolean isTrusted() {
            return square > SQUARE_MIN && square < SQUARE_MAX;
        }
    }

    private Rounded round(byte[] vector, byte[] code, int offset) {
        float[] values = Vectors.toFloats(space.encoding(), vector, 0, dimensions);
        double square = 0;
        double most = 0;
        for (float value : values) {
            square += (double) value * value;
            most = Math.max(most, Math.abs(value));
        }
        double unit = metric == Metric.COSINE ? 1 / Math.sqrt(square) : 1;
        double scale = most * unit / BYTE_MAX;
        double inverse = scale > 0 ? unit / scale : 0;
        double rounded = 0;
        double rest = 0;
        for (int i = 0; i < dimensions; i++) {
            long code1 = Math.round(values[i] * inverse);
            code[offset + i] = (byte) code1;
            double is = code1 * scale;
            double off = values[i] * unit - is;
            rounded += is * is;
            rest += off * off;
        }
        return new Rounded(square, scale, Math.sqrt(rounded), Math.sqrt(rest));
    }

    @Override
    public void put(int slot, byte[] vector) {
        int number = slot >>> PAGE_BITS;
        while (number >= pages.length) {
            int last = pages.length;
            pages = Arrays.copyOf(pages, last + 1);
            pages[last] = new byte[PAGE_ROWS * rowBytes];
            squares = Arrays.copyOf(squares, (last + 1) * PAGE_ROWS);
        }
        byte[] page = pages[number];
        int row = (slot & PAGE_ROWS - 1) * rowBytes;
        Rounded rounded = round(vector, page, row);
        int of = row + dimensions;
        FLOAT.set(page, of, Float.POSITIVE_INFINITY);
        FLOAT.set(page, of + SCALE, (float) rounded.scale());
        FLOAT.set(page, of + LENGTH, Math.nextUp((float) rounded.length()));
        double rest = rounded.rest() + FLOAT_ROUNDING * rounded.length();
        FLOAT.set(page, of + REST, Math.nextUp((float) rest));
        double length = metric == Metric.COSINE ? 1 : rounded.square();
        squares[slot] = rounded.isTrusted() ? length : Double.POSITIVE_INFINITY;
    }

    @Override
    public void reach(int slot, double score) {
        double square = squares[slot];
        double asks =
                switch (metric) {
                    case COSINE -> 1 - score;
                    case L2 -> (square - score) / 2;
                    default -> -score;
                };
        double least =
                square == Double.POSITIVE_INFINITY
                        ? Double.NEGATIVE_INFINITY
                        : asks - ROUNDING * (square + Math.abs(score));
        int of = (slot & PAGE_ROWS - 1) * rowBytes + dimensions;
        FLOAT.set(pages[slot >>> PAGE_BITS], of, Math.nextDown((float) least));
    }

    @Override
    public void meet(byte[] vector) {
        Rounded rounded = round(vector, recordCode, 0);
        double square = metric == Metric.COSINE ? 1 : rounded.square();
        recordIsTrusted = rounded.isTrusted();
        recordScale = rounded.scale();
        recordRest = rounded.rest();
        recordLength = Math.sqrt(square);
        recordAsks = (metric == Metric.L2 ? square / 2 : 0) - ROUNDING * square;
    }

    @Override
    public boolean mayReach(int slot) {
        byte[] page = pages[slot >>> PAGE_BITS];
        int row = (slot & PAGE_ROWS - 1) * rowBytes;
        int of = row + dimensions;
        double least = (float) FLOAT.get(page, of) + recordAsks;
        int dot = KERNELS.dotInt8(recordCode, 0, page, row, dimensions);
        double most =
                dot * ((float) FLOAT.get(page, of + SCALE) * recordScale)
                        + (float) FLOAT.get(page, of + REST) * recordLength
                        + (float) FLOAT.get(page, of + LENGTH) * recordRest;
        return !(most < least) || !recordIsTrusted;
    }
}

package io.nearstream.core.standing;

import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.NibbleBlocks;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.core.similarity.Vectors;
import io.nearstream.kernels.Kernels;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Inner products of vectors whose values are rounded, and how far these can be off: to four bits, a
 * block of queries at a time ({@link NibbleBlocks}), then to bytes, of the few that are left.
 *
 * <p>Vectors are looked at from their centre m, from which they are nearer, so that less is rounded
 * away: q r = (q - m) (r - m) + m (q - m) + m r.
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
    private final float[] centre;
    private final double centreSquare;

    /** Pages of rows, each a code and what belongs to it: one way to the memory for both. */
    private byte[][] pages = {};

    private double[] squares = {};

    /** By slot: the centre times what the query has beyond it. */
    private double[] shifts = {};

    private final NibbleBlocks nibbles;
    private final NibbleBlocks.Probe recordNibbles;
    private int[] within = {};

    private final byte[] recordCode;
    private double recordScale;
    private double recordLength;
    private double recordRest;
    private double recordAsks;
    private boolean recordIsTrusted;

    ByteLook(VectorSpace space, float[] centre) {
        this.space = space;
        this.dimensions = space.dimensions();
        this.metric = space.metric();
        this.rowBytes = dimensions + FIELDS * Float.BYTES;
        boolean known = centre.length == dimensions && square(centre) < SQUARE_MAX;
        this.centre = known ? centre : new float[dimensions];
        this.centreSquare = square(this.centre);
        this.nibbles = new NibbleBlocks(dimensions);
        this.recordNibbles = new NibbleBlocks.Probe(dimensions);
        this.recordCode = new byte[dimensions];
    }

    private static double square(float[] values) {
        double square = 0;
        for (float value : values) {
            square += (double) value * value;
        }
        return square;
    }

    /**
     * A vector as bytes.
     *
     * @param values seen from the centre, zero where the square is not trusted
     * @param square of the vector itself; 1 under cosine
     * @param shift the centre times the values
     * @param length of what the bytes stand for
     */
    private record Rounded(
            float[] values,
            double square,
            boolean isTrusted,
            double shift,
            double scale,
            double length,
            double rest) {}

    private Rounded round(byte[] vector, byte[] code, int offset) {
        float[] values = Vectors.toFloats(space.encoding(), vector, 0, dimensions);
        double square = square(values);
        boolean isTrusted = square > SQUARE_MIN && square < SQUARE_MAX;
        double unit = metric == Metric.COSINE ? 1 / Math.sqrt(square) : 1;
        double most = 0;
        double shift = 0;
        for (int i = 0; i < dimensions; i++) {
            values[i] = isTrusted ? (float) (values[i] * unit - centre[i]) : 0;
            most = Math.max(most, Math.abs(values[i]));
            shift += (double) centre[i] * values[i];
        }
        double scale = most / BYTE_MAX;
        double inverse = scale > 0 ? 1 / scale : 0;
        double rounded = 0;
        double rest = 0;
        for (int i = 0; i < dimensions; i++) {
            long code1 = Math.round(values[i] * inverse);
            code[offset + i] = (byte) code1;
            double is = code1 * scale;
            double off = values[i] - is;
            rounded += is * is;
            rest += off * off;
        }
        return new Rounded(
                values,
                metric == Metric.COSINE ? 1 : square,
                isTrusted,
                shift,
                scale,
                Math.sqrt(rounded),
                Math.sqrt(rest));
    }

    @Override
    public void put(int slot, byte[] vector) {
        int number = slot >>> PAGE_BITS;
        while (number >= pages.length) {
            int last = pages.length;
            pages = Arrays.copyOf(pages, last + 1);
            pages[last] = new byte[PAGE_ROWS * rowBytes];
            squares = Arrays.copyOf(squares, (last + 1) * PAGE_ROWS);
            shifts = Arrays.copyOf(shifts, squares.length);
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
        squares[slot] = rounded.isTrusted() ? rounded.square() : Double.POSITIVE_INFINITY;
        shifts[slot] = rounded.shift();
        if (NibbleBlocks.worthwhile()) {
            nibbles.put(slot, rounded.values());
        }
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
                        : asks
                                - shifts[slot]
                                - ROUNDING * (square + centreSquare + Math.abs(score));
        int of = (slot & PAGE_ROWS - 1) * rowBytes + dimensions;
        FLOAT.set(pages[slot >>> PAGE_BITS], of, Math.nextDown((float) least));
        if (NibbleBlocks.worthwhile()) {
            nibbles.ask(slot, least);
        }
    }

    @Override
    public void meet(byte[] vector) {
        Rounded rounded = round(vector, recordCode, 0);
        recordIsTrusted = rounded.isTrusted();
        recordScale = rounded.scale();
        recordRest = rounded.rest();
        recordLength = Math.sqrt(square(rounded.values()));
        recordAsks =
                (metric == Metric.L2 ? rounded.square() / 2 : 0)
                        - (centreSquare + rounded.shift())
                        - ROUNDING * (rounded.square() + centreSquare);
        if (recordIsTrusted && NibbleBlocks.worthwhile()) {
            recordNibbles.set(rounded.values());
        }
    }

    @Override
    public int[] within(Visitors visitors) {
        within = visitors.masks(within);
        if (recordIsTrusted) {
            if (NibbleBlocks.worthwhile()) {
                int[] blocks = visitors.blockNumbers();
                nibbles.within(recordNibbles, recordAsks, blocks, visitors.blocks(), within);
                visitors.keep(within);
            }
            visitors.keep(within, this::mayReach);
        }
        return within;
    }

    private boolean mayReach(int slot) {
        byte[] page = pages[slot >>> PAGE_BITS];
        int row = (slot & PAGE_ROWS - 1) * rowBytes;
        int of = row + dimensions;
        double least = (float) FLOAT.get(page, of) + recordAsks;
        int dot = KERNELS.dotInt8(recordCode, 0, page, row, dimensions);
        double most =
                dot * ((float) FLOAT.get(page, of + SCALE) * recordScale)
                        + (float) FLOAT.get(page, of + REST) * recordLength
                        + (float) FLOAT.get(page, of + LENGTH) * recordRest;
        return !(most < least);
    }

    @Override
    public long heapBytes() {
        long rows = (long) pages.length * PAGE_ROWS;
        return rows * (rowBytes + 2 * Double.BYTES) + nibbles.heapBytes();
    }
}

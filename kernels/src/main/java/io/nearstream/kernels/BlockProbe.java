package io.nearstream.kernels;

import java.util.Arrays;
import java.util.Objects;

/**
 * A vector that {@link Kernels#rowsWithin} compares with rows: what each word is multiplied with,
 * once for each row, so that it is loaded and not spread.
 *
 * <p>A word x holds n0 + 16 n1 + 256 n2 + 4,096 n3. Its parts need not be taken out one by one: n0
 * c0 + n1 c1 + n2 c2 + n3 c3 is x c0 + (x >>> 4) (c1 - 16 c0) + (x >>> 8) (c2 - 16 c1) + (x >>> 12)
 * (c3 - 16 c2), and all of it may be counted modulo 2^16 where the sum fits. Holds scratch: belongs
 * to one thread.
 */
public final class BlockProbe {
    /** Blocks that are compared at a time: what belongs to the vector is loaded once for them. */
    static final int BLOCKS = 4;

    private static final int NIBBLE_BITS = 4;

    /** For each part what its sum begins with, then the factors of each word. */
    final short[] factors;

    final float[] weights = new float[RowBlocks.NUMBERS];

    /** Sums of some blocks' rows. */
    final int[] sums = new int[BLOCKS * RowBlocks.ROWS];

    /** What a part of those rows sums to. */
    final short[] parts = new short[BLOCKS * RowBlocks.ROWS];

    private final int dimensions;

    /** For vectors of so many values, at least 1. */
    public BlockProbe(int dimensions) {
        this.dimensions = dimensions;
        int words = RowBlocks.words(dimensions);
        int spread = RowBlocks.parts(words) + words * RowBlocks.NIBBLES;
        this.factors = new short[spread * RowBlocks.ROWS];
    }

    /** Values of a part: its sum must fit into 16 bits. */
    public static int partValues() {
        return RowBlocks.PART_WORDS * RowBlocks.NIBBLES;
    }

    /** Parts of a vector of so many values. */
    public static int parts(int dimensions) {
        return RowBlocks.parts(RowBlocks.words(dimensions));
    }

    /**
     * The vector from now on. With any row, no sum of a part, its start included, may leave the
     * range of a short.
     *
     * @param values of the vector, within 16 bits
     * @param starts what each part's sum begins with, within 16 bits
     */
    public void set(int[] values, int[] starts) {
        Objects.checkFromIndexSize(0, dimensions, values.length);
        int at = 0;
        for (int i = 0; i < RowBlocks.words(dimensions) * RowBlocks.NIBBLES; i++) {
            if (i % partValues() == 0) {
                at = spread(starts[i / partValues()], at);
            }
            int before = i % RowBlocks.NIBBLES == 0 ? 0 : value(values, i - 1);
            at = spread(value(values, i) - (before << NIBBLE_BITS), at);
        }
    }

    private int value(int[] values, int i) {
        return i < dimensions ? values[i] : 0;
    }

    private int spread(int factor, int at) {
        Arrays.fill(factors, at, at + RowBlocks.ROWS, (short) factor);
        return at + RowBlocks.ROWS;
    }

    /** Sets a weight, 0 to 3. */
    public void weight(int weight, float value) {
        weights[weight] = value;
    }
}

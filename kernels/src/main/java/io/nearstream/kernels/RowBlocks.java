package io.nearstream.kernels;

import java.util.Arrays;
import java.util.Objects;

/**
 * Rows of nibbles, {@link #ROWS} to a block, with some floats for each, laid out for {@link
 * Kernels#rowsWithin}: in registers a row has a lane of 16 bits, in which four of its values lie,
 * the first in the lowest bits. May be read by many threads while none writes.
 */
public final class RowBlocks {
    /** Rows of a block. */
    public static final int ROWS = 32;

    /** Floats that belong to a row. */
    public static final int NUMBERS = 4;

    /** Values in 16 bits. */
    static final int NIBBLES = 4;

    /** Words after which a sum leaves its 16 bits. */
    static final int PART_WORDS = 32;

    private static final int BITS = 4;
    private static final int HIGHEST = 15;

    final int words;

    /** Word i of a block's rows lies at ROWS * i, in it a row in its lane. */
    short[] codes = {};

    /** Number i of a block's rows lies at ROWS * i, in order of rows. */
    float[] numbers = {};

    private final int dimensions;

    /** Without blocks, for vectors of so many values, at least 1. */
    public RowBlocks(int dimensions) {
        this.dimensions = dimensions;
        this.words = words(dimensions);
    }

    static int words(int dimensions) {
        return (dimensions + NIBBLES - 1) / NIBBLES;
    }

    static int parts(int words) {
        return (words + PART_WORDS - 1) / PART_WORDS;
    }

    /** Registers are read as ints in the end: the first rows are their lower halves. */
    static int lane(int row) {
        int half = ROWS / 2;
        return row < half ? 2 * row : 2 * (row - half) + 1;
    }

    /** Makes room for so many blocks in all; what is new has zeros. */
    public void reserve(int blocks) {
        int now = blocks();
        if (blocks > now) {
            int capacity = Math.max(blocks, now + now / 2);
            codes = Arrays.copyOf(codes, Math.multiplyExact(capacity, ROWS * words));
            numbers = Arrays.copyOf(numbers, capacity * ROWS * NUMBERS);
        }
    }

    /** Blocks that there is room for. */
    public int blocks() {
        return numbers.length / (ROWS * NUMBERS);
    }

    /**
     * Writes the values of a row, of a block that is reserved.
     *
     * @param values 0 to 15
     */
    public void put(int row, byte[] values) {
        int at = row / ROWS * ROWS * words + lane(row % ROWS);
        Objects.checkFromIndexSize(0, dimensions, values.length);
        for (int word = 0; word < words; word++) {
            int bits = 0;
            for (int i = Math.min(dimensions, (word + 1) * NIBBLES) - 1; i >= word * NIBBLES; i--) {
                bits = bits << BITS | values[i] & HIGHEST;
            }
            codes[at + word * ROWS] = (short) bits;
        }
    }

    /** Writes a number, 0 to 3, of a row of a block that is reserved. */
    public void number(int row, int number, float value) {
        numbers[(row / ROWS * NUMBERS + number) * ROWS + row % ROWS] = value;
    }

    /** Bytes of heap. */
    public long heapBytes() {
        return (long) codes.length * Short.BYTES + (long) numbers.length * Float.BYTES;
    }
}

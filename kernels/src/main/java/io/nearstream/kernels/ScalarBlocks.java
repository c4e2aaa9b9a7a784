package io.nearstream.kernels;

import java.util.Objects;

/** Kernels over blocks of rows in plain Java. */
final class ScalarBlocks {
    private static final int ROWS = RowBlocks.ROWS;
    private static final int LOW_SHORT = 0xffff;

    private ScalarBlocks() {}

    static void check(BlockProbe probe, RowBlocks rows, int[] blocks, int count, int[] within) {
        int spread = RowBlocks.parts(rows.words) + rows.words * RowBlocks.NIBBLES;
        if (probe.factors.length != spread * ROWS) {
            throw new IllegalArgumentException(
                    "The probe must be made for rows of %d words.".formatted(rows.words));
        }
        Objects.checkFromIndexSize(0, count, blocks.length);
        Objects.checkFromIndexSize(0, count, within.length);
        for (int i = 0; i < count; i++) {
            Objects.checkIndex(blocks[i], rows.blocks());
        }
    }

    static void rowsWithin(
            BlockProbe probe, RowBlocks rows, int[] blocks, int count, int[] within) {
        check(probe, rows, blocks, count, within);
        float[] weights = probe.weights;
        float[] numbers = rows.numbers;
        for (int i = 0; i < count; i++) {
            int codes = blocks[i] * ROWS * rows.words;
            int bits = 0;
            for (int row = 0; row < ROWS; row++) {
                int sum = sum(probe.factors, rows, codes + RowBlocks.lane(row));
                int at = blocks[i] * ROWS * RowBlocks.NUMBERS + row;
                float most =
                        sum * weights[0] * numbers[at]
                                + (weights[1] * numbers[at + ROWS]
                                        + (weights[2] * numbers[at + 2 * ROWS]
                                                + (numbers[at + 3 * ROWS] - weights[3])));
                bits |= (~Float.floatToRawIntBits(most) >>> (Integer.SIZE - 1)) << row;
            }
            within[i] = bits;
        }
    }

    /** Modulo 2^16 in a part, so the upper bits of a factor do not matter. */
    private static int sum(short[] factors, RowBlocks rows, int first) {
        int sum = 0;
        int f = 0;
        for (int part = 0; part < rows.words; part += RowBlocks.PART_WORDS) {
            int partSum = factors[f];
            f += ROWS;
            int end = Math.min(rows.words, part + RowBlocks.PART_WORDS);
            for (int word = part; word < end; word++) {
                int x = rows.codes[first + word * ROWS] & LOW_SHORT;
                partSum +=
                        x * factors[f]
                                + (x >>> 4) * factors[f + ROWS]
                                + (x >>> 8) * factors[f + 2 * ROWS]
                                + (x >>> 12) * factors[f + 3 * ROWS];
                f += RowBlocks.NIBBLES * ROWS;
            }
            sum += (short) partSum;
        }
        return sum;
    }
}

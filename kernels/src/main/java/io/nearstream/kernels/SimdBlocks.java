package io.nearstream.kernels;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.OR;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Kernels over blocks of rows. A row has a lane, so nothing is summed across a register but the
 * bits in the end; some blocks are summed at a time, since loading what belongs to the probe costs
 * more than multiplying it. No register passes from one method to another: see {@link SimdBytes}.
 */
final class SimdBlocks {
    private static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final int ROWS = RowBlocks.ROWS;
    private static final int HALF = ROWS / 2;

    /** Factors of a word. */
    private static final int STEP = RowBlocks.NIBBLES * ROWS;

    /** The bit of each row. */
    private static final int[] BITS = new int[ROWS];

    static {
        for (int row = 0; row < ROWS; row++) {
            BITS[row] = 1 << row;
        }
    }

    private SimdBlocks() {}

    static void rowsWithin(
            BlockProbe probe, RowBlocks rows, int[] blocks, int count, int[] within) {
        ScalarBlocks.check(probe, rows, blocks, count, within);
        int size = ROWS * rows.words;
        int last = count - 1;
        for (int i = 0; i < count; i += BlockProbe.BLOCKS) {
            // Behind the last block it is summed again, and not looked at.
            int a = blocks[i] * size;
            int b = blocks[Math.min(last, i + 1)] * size;
            int c = blocks[Math.min(last, i + 2)] * size;
            int d = blocks[Math.min(last, i + 3)] * size;
            Arrays.fill(probe.sums, 0);
            int factors = 0;
            for (int word = 0; word < rows.words; word += RowBlocks.PART_WORDS) {
                int words = Math.min(rows.words - word, RowBlocks.PART_WORDS);
                int at = word * ROWS;
                for (int lane = 0; lane < ROWS; lane += SHORTS.length()) {
                    int from = at + lane;
                    add(
                            probe,
                            factors + lane,
                            rows.codes,
                            a + from,
                            b + from,
                            c + from,
                            d + from,
                            words,
                            lane);
                }
                widen(probe);
                factors += ROWS + words * STEP;
            }
            int end = Math.min(BlockProbe.BLOCKS, count - i);
            for (int block = 0; block < end; block++) {
                int first = blocks[i + block] * ROWS * RowBlocks.NUMBERS;
                within[i + block] = bits(probe, block * ROWS, rows.numbers, first);
            }
        }
    }

    /** Sums a part of the rows in a register's lanes, of four blocks, in 16 bits. */
    private static void add(
            BlockProbe probe,
            int factor,
            short[] codes,
            int a,
            int b,
            int c,
            int d,
            int words,
            int lane) {
        short[] factors = probe.factors;
        ShortVector s = ShortVector.fromArray(SHORTS, factors, factor);
        ShortVector t = s;
        ShortVector u = s;
        ShortVector v = s;
        for (int i = 0; i < words; i++) {
            int f = factor + ROWS + i * STEP;
            ShortVector w = ShortVector.fromArray(SHORTS, codes, a + i * ROWS);
            ShortVector x = ShortVector.fromArray(SHORTS, codes, b + i * ROWS);
            ShortVector y = ShortVector.fromArray(SHORTS, codes, c + i * ROWS);
            ShortVector z = ShortVector.fromArray(SHORTS, codes, d + i * ROWS);
            ShortVector k = ShortVector.fromArray(SHORTS, factors, f);
            s = s.add(w.mul(k));
            t = t.add(x.mul(k));
            u = u.add(y.mul(k));
            v = v.add(z.mul(k));
            k = ShortVector.fromArray(SHORTS, factors, f + ROWS);
            s = s.add(w.lanewise(LSHR, 4).mul(k));
            t = t.add(x.lanewise(LSHR, 4).mul(k));
            u = u.add(y.lanewise(LSHR, 4).mul(k));
            v = v.add(z.lanewise(LSHR, 4).mul(k));
            k = ShortVector.fromArray(SHORTS, factors, f + 2 * ROWS);
            s = s.add(w.lanewise(LSHR, 8).mul(k));
            t = t.add(x.lanewise(LSHR, 8).mul(k));
            u = u.add(y.lanewise(LSHR, 8).mul(k));
            v = v.add(z.lanewise(LSHR, 8).mul(k));
            k = ShortVector.fromArray(SHORTS, factors, f + 3 * ROWS);
            s = s.add(w.lanewise(LSHR, 12).mul(k));
            t = t.add(x.lanewise(LSHR, 12).mul(k));
            u = u.add(y.lanewise(LSHR, 12).mul(k));
            v = v.add(z.lanewise(LSHR, 12).mul(k));
        }
        s.intoArray(probe.parts, lane);
        t.intoArray(probe.parts, lane + ROWS);
        u.intoArray(probe.parts, lane + 2 * ROWS);
        v.intoArray(probe.parts, lane + 3 * ROWS);
    }

    /**
     * Adds the sums of a part, of 16 bits, to those of the blocks: even lanes, then odd ones. By
     * way of memory, since no register passes between methods, and written once for all blocks.
     */
    private static void widen(BlockProbe probe) {
        int[] sums = probe.sums;
        for (int block = 0; block < BlockProbe.BLOCKS * ROWS; block += ROWS) {
            for (int lane = 0; lane < ROWS; lane += SHORTS.length()) {
                int row = block + lane / 2;
                IntVector part =
                        ShortVector.fromArray(SHORTS, probe.parts, block + lane)
                                .reinterpretAsInts();
                IntVector.fromArray(INTS, sums, row)
                        .add(part.lanewise(LSHL, 16).lanewise(ASHR, 16))
                        .intoArray(sums, row);
                IntVector.fromArray(INTS, sums, row + HALF)
                        .add(part.lanewise(ASHR, 16))
                        .intoArray(sums, row + HALF);
            }
        }
    }

    /** Which rows of a block are within, by their sums. */
    private static int bits(BlockProbe probe, int sum, float[] numbers, int first) {
        float[] weights = probe.weights;
        FloatVector least = FloatVector.broadcast(FLOATS, weights[3]);
        IntVector beyond = IntVector.zero(INTS);
        for (int row = 0; row < ROWS; row += INTS.length()) {
            int at = first + row;
            IntVector sums = IntVector.fromArray(INTS, probe.sums, sum + row);
            FloatVector most =
                    FloatVector.fromArray(FLOATS, numbers, at + 3 * ROWS)
                            .sub(least)
                            .add(
                                    FloatVector.fromArray(FLOATS, numbers, at + 2 * ROWS)
                                            .mul(weights[2]))
                            .add(FloatVector.fromArray(FLOATS, numbers, at + ROWS).mul(weights[1]))
                            .add(
                                    ((FloatVector) sums.convert(I2F, 0))
                                            .mul(weights[0])
                                            .mul(FloatVector.fromArray(FLOATS, numbers, at)));
            beyond =
                    beyond.lanewise(
                            OR,
                            most.reinterpretAsInts()
                                    .lanewise(ASHR, Integer.SIZE - 1)
                                    .and(IntVector.fromArray(INTS, BITS, row)));
        }
        return ~beyond.reduceLanes(OR);
    }
}

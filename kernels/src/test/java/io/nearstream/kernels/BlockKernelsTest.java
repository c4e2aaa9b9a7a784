package io.nearstream.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.testing.Property;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BlockKernelsTest {
    private static final List<Kernels> ALL = List.of(Kernels.best(), Kernels.scalar());
    private static final int ROWS = RowBlocks.ROWS;
    private static final int LEVELS = 16;

    /** What sums begin with, as a multiple of the vector's values. */
    private static final int START = -7;

    @Test
    void rowsAreThoseOfTheFormulaForEveryRemainder() {
        AtomicLong within = new AtomicLong();
        AtomicLong all = new AtomicLong();
        Property.holds(
                4,
                random -> {
                    for (int dimensions = 1; dimensions <= 300; dimensions++) {
                        check(random, dimensions, within, all);
                    }
                    check(random, 4_096, within, all);
                });
        assertThat(within.get() / (double) all.get()).isBetween(.2, .8);
    }

    private static void check(
            SplittableRandom random, int dimensions, AtomicLong within, AtomicLong all) {
        int count = random.nextInt(10);
        int reserved = 1 + random.nextInt(5);
        byte[][] nibbles = new byte[reserved * ROWS][dimensions];
        float[][] numbers = new float[nibbles.length][RowBlocks.NUMBERS];
        RowBlocks rows = new RowBlocks(dimensions);
        for (int row = 0; row < nibbles.length; row++) {
            rows.reserve(row / ROWS + 1);
            for (int i = 0; i < dimensions; i++) {
                nibbles[row][i] = (byte) random.nextInt(LEVELS);
            }
            rows.put(row, nibbles[row]);
            for (int i = 0; i < RowBlocks.NUMBERS; i++) {
                float number = random.nextFloat() - .5f;
                boolean infinite = i == RowBlocks.NUMBERS - 1 && random.nextInt(20) == 0;
                numbers[row][i] = infinite ? number * Float.POSITIVE_INFINITY : number;
                rows.number(row, i, numbers[row][i]);
            }
        }
        float[] weights = {
            random.nextFloat() / 1_000, random.nextFloat(), 1, random.nextFloat() / 2
        };
        int[] values = values(random, dimensions);
        BlockProbe probe = new BlockProbe(dimensions);
        set(probe, values(random, dimensions));
        set(probe, values);
        for (int i = 0; i < weights.length; i++) {
            probe.weight(i, weights[i]);
        }
        int[] blocks = random.ints(count + 1, 0, reserved).toArray();
        int[] expected = new int[count + 1];
        expected[count] = -2;
        for (int i = 0; i < count; i++) {
            for (int row = 0; row < ROWS; row++) {
                int of = blocks[i] * ROWS + row;
                boolean is = isWithin(values, nibbles[of], weights, numbers[of]);
                expected[i] |= is ? 1 << row : 0;
            }
            within.addAndGet(Integer.bitCount(expected[i]));
            all.addAndGet(ROWS);
        }
        for (Kernels kernels : ALL) {
            int[] actual = new int[count + 1];
            actual[count] = -2;
            kernels.rowsWithin(probe, rows, blocks, count, actual);
            assertThat(actual)
                    .as("%s, %d dimensions", kernels.name(), dimensions)
                    .isEqualTo(expected);
        }
    }

    private static void set(BlockProbe probe, int[] values) {
        int[] starts = new int[BlockProbe.parts(values.length)];
        for (int i = 0; i < values.length; i++) {
            starts[i / BlockProbe.partValues()] += START * values[i];
        }
        probe.set(values, starts);
    }

    /** As large as 16 bits allow for: a nibble less 7 is 8 at most. */
    private static int[] values(SplittableRandom random, int dimensions) {
        int most =
                Short.MAX_VALUE
                        / ((LEVELS - 1 + START) * Math.min(dimensions, BlockProbe.partValues()));
        int[] values = new int[dimensions];
        boolean extreme = random.nextInt(4) == 0;
        for (int i = 0; i < dimensions; i++) {
            values[i] = extreme ? -most : random.nextInt(-most, most + 1);
        }
        return values;
    }

    private static boolean isWithin(int[] values, byte[] nibbles, float[] w, float[] n) {
        int sum = 0;
        for (int i = 0; i < values.length; i++) {
            sum += (nibbles[i] + START) * values[i];
        }
        return sum * w[0] * n[0] + (w[1] * n[1] + (w[2] * n[2] + (n[3] - w[3]))) >= 0;
    }

    @Test
    void everyRowHasALane() {
        assertThat(IntStream.range(0, ROWS).map(RowBlocks::lane).sorted().toArray())
                .isEqualTo(IntStream.range(0, ROWS).toArray());
    }

    @Test
    void whatCannotBeIsRefused() {
        RowBlocks rows = new RowBlocks(100);
        rows.reserve(2);
        BlockProbe probe = new BlockProbe(100);
        BlockProbe other = new BlockProbe(101);
        int[] blocks = {1, rows.blocks()};
        Class<? extends Exception> outside = IndexOutOfBoundsException.class;
        for (Kernels kernels : ALL) {
            int[] within = new int[2];
            kernels.rowsWithin(probe, rows, blocks, 1, within);
            assertThat(within).containsExactly(-1, 0);
            assertThatThrownBy(() -> kernels.rowsWithin(probe, rows, blocks, 2, within))
                    .isInstanceOf(outside);
            assertThatThrownBy(() -> kernels.rowsWithin(probe, rows, new int[] {-1}, 1, within))
                    .isInstanceOf(outside);
            assertThatThrownBy(() -> kernels.rowsWithin(probe, rows, new int[2], 2, new int[1]))
                    .isInstanceOf(outside);
            assertThatThrownBy(() -> kernels.rowsWithin(probe, rows, new int[1], 2, within))
                    .isInstanceOf(outside);
            assertThatThrownBy(() -> kernels.rowsWithin(other, rows, blocks, 1, within))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}

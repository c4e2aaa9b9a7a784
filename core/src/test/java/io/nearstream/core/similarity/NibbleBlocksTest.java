package io.nearstream.core.similarity;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.testing.Property;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Codes of four bits leave out most, and never what is large enough. */
class NibbleBlocksTest {
    private static final int[] DIMENSIONS = {1, 2, 5, 64, 100, 127, 128, 129, 500, 4_096};
    private static final int ROWS = 3 * NibbleBlocks.ROWS;

    /** What sums of floats may add, which whoever asks allows for. */
    private static final double ROUNDING = 2e-6;

    @Test
    void noRowIsLeftOutThatGetsWhatItAsksFor() {
        AtomicInteger leftOut = new AtomicInteger();
        AtomicInteger asked = new AtomicInteger();
        Property.holds(
                100,
                random -> {
                    int dimensions = DIMENSIONS[random.nextInt(DIMENSIONS.length)];
                    NibbleBlocks blocks = new NibbleBlocks(dimensions);
                    float[] probed = vector(random, dimensions);
                    NibbleBlocks.Probe probe = new NibbleBlocks.Probe(dimensions);
                    probe.set(vector(random, dimensions));
                    probe.set(probed);
                    double more = random.nextDouble(-1, 1) * product(probed, probed);
                    double[] lengths = new double[ROWS];
                    float[][] rows = new float[ROWS][];
                    for (int row = 0; row < ROWS; row++) {
                        boolean same = random.nextInt(8) == 0;
                        rows[row] = same ? probed : vector(random, dimensions);
                        blocks.put(row, vector(random, dimensions));
                        blocks.put(row, rows[row]);
                        double product = product(rows[row], probed);
                        lengths[row] = Math.sqrt(product(rows[row], rows[row]));
                        double size = lengths[row] * Math.sqrt(product(probed, probed));
                        size += Math.abs(more);
                        blocks.ask(row, product - more - ROUNDING * size);
                    }
                    int[] in = within(blocks, probe, more);
                    assertThat(in).containsExactly(-1, -1, -1);
                    for (int row = 0; row < ROWS; row++) {
                        double size = lengths[row] * Math.sqrt(product(probed, probed));
                        blocks.ask(row, product(rows[row], probed) - more + .3 * size);
                    }
                    for (int bits : within(blocks, probe, more)) {
                        asked.addAndGet(Integer.SIZE);
                        leftOut.addAndGet(Integer.SIZE - Integer.bitCount(bits));
                    }
                    for (int row = 0; row < ROWS; row++) {
                        blocks.ask(row, row % 2 == 0 ? Double.NEGATIVE_INFINITY : Double.NaN);
                    }
                    assertThat(within(blocks, probe, more)).containsExactly(-1, -1, -1);
                    blocks.put(1, probed);
                    assertThat(within(blocks, probe, more)).containsExactly(~2, -1, -1);
                });
        assertThat(leftOut.get()).isGreaterThan(asked.get() * 6 / 10);
    }

    private static int[] within(NibbleBlocks blocks, NibbleBlocks.Probe probe, double more) {
        int[] within = new int[3];
        blocks.within(probe, more, new int[] {0, 1, 2}, 3, within);
        return within;
    }

    private static double product(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    /**
     * Some have few values that are large, some values of both signs, some are as long as may be.
     */
    private static float[] vector(SplittableRandom random, int dimensions) {
        float[] vector = new float[dimensions];
        int kind = random.nextInt(6);
        float size = (float) Math.pow(10, random.nextInt(4) == 0 ? random.nextInt(-9, 14) : 0);
        for (int i = 0; i < dimensions; i++) {
            float value = (float) random.nextGaussian();
            vector[i] = size * (kind == 0 ? 1 : kind == 1 ? value * value * value : value);
        }
        return vector;
    }
}

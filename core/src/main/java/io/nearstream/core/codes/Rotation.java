package io.nearstream.core.codes;

import io.nearstream.core.partition.StableRandom;
import io.nearstream.kernels.Kernels;

/**
 * A random rotation that follows from a seed: rounds of random signs and a Walsh-Hadamard transform
 * (Ailon and Chazelle 2009), in D log D instead of D^2 steps. Where D is no power of two, the
 * transform goes over the first and the last values in turn, the largest power of two that fits,
 * and butterflies (Kac's walk) mix the two halves. It needs no more values than the vector has, and
 * gives the same bits in every JVM. Immutable and thread-safe.
 */
final class Rotation {
    /** Transforms of all values. */
    private static final int ROUNDS = 3;

    private static final float ROOT_HALF = (float) StrictMath.sqrt(.5);
    private static final Kernels KERNELS = Kernels.best();

    private final int dimensions;
    private final int block;
    private final float blockScale;

    /** For each transform random signs, times what butterflies before it left to be scaled. */
    private final float[][] signs;

    /** What the last butterflies leave to be scaled. */
    private final float[] rest;

    Rotation(int dimensions, long seed) {
        this.dimensions = dimensions;
        this.block = Integer.highestOneBit(dimensions);
        this.blockScale = (float) (1 / StrictMath.sqrt(block));
        this.rest = new float[dimensions];
        int half = dimensions / 2;
        for (int i = 0; i < dimensions; i++) {
            boolean mixed = block < dimensions && (i < half || i >= dimensions - half);
            rest[i] = mixed ? ROOT_HALF : 1;
        }
        this.signs = new float[block < dimensions ? 2 * ROUNDS : ROUNDS][dimensions];
        StableRandom random = new StableRandom(seed);
        for (int transform = 0; transform < signs.length; transform++) {
            boolean mixedBefore = transform > 0 && isMixed(transform - 1);
            for (int i = 0; i < dimensions; i++) {
                float left = mixedBefore ? rest[i] : 1;
                signs[transform][i] = random.nextLong() < 0 ? -left : left;
            }
        }
    }

    /** Whether butterflies follow a transform: those of the last values. */
    private boolean isMixed(int transform) {
        return block < dimensions && transform % 2 == 1;
    }

    /** Rotates in place. */
    void apply(float[] values) {
        int half = dimensions / 2;
        for (int transform = 0; transform < signs.length; transform++) {
            multiply(values, signs[transform]);
            int start = transform % 2 == 0 ? 0 : dimensions - block;
            KERNELS.walshHadamard(values, start, block);
            for (int i = start; i < start + block; i++) {
                values[i] *= blockScale;
            }
            if (isMixed(transform)) {
                KERNELS.butterflies(values, 0, dimensions - half, half);
            }
        }
        multiply(values, rest);
    }

    private static void multiply(float[] values, float[] factors) {
        for (int i = 0; i < values.length; i++) {
            values[i] *= factors[i];
        }
    }
}

package io.nearstream.kernels;

import static jdk.incubator.vector.VectorOperators.ADD;

import java.nio.ByteOrder;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Kernels over float32 values. What is left of a vector after whole registers is read once more as
 * a whole register that ends with the vector; a mask clears what was counted already. Vectors
 * shorter than a register are scalar.
 */
final class SimdFloats {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
    private static final int LANES = SPECIES.length();
    private static final int STEP = LANES * Float.BYTES;

    /** Zeros, then ones: read at r, a register whose last r lanes are set. */
    private static final int[] TAIL_MASKS = new int[2 * LANES];

    static {
        Arrays.fill(TAIL_MASKS, LANES, 2 * LANES, -1);
    }

    private SimdFloats() {}

    static float squaredL2(byte[] a, int aOffset, byte[] b, int bOffset, int dimensions) {
        if (dimensions < LANES) {
            return ScalarKernels.INSTANCE.squaredL2Float32(a, aOffset, b, bOffset, dimensions);
        }
        int bytes = dimensions * Float.BYTES;
        ScalarKernels.check(a, aOffset, b, bOffset, bytes);
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        int i = 0;
        for (; i + 4 * STEP <= bytes; i += 4 * STEP) {
            FloatVector d0 = load(a, aOffset + i).sub(load(b, bOffset + i));
            FloatVector d1 = load(a, aOffset + i + STEP).sub(load(b, bOffset + i + STEP));
            FloatVector d2 = load(a, aOffset + i + 2 * STEP).sub(load(b, bOffset + i + 2 * STEP));
            FloatVector d3 = load(a, aOffset + i + 3 * STEP).sub(load(b, bOffset + i + 3 * STEP));
            s0 = d0.fma(d0, s0);
            s1 = d1.fma(d1, s1);
            s2 = d2.fma(d2, s2);
            s3 = d3.fma(d3, s3);
        }
        for (; i + STEP <= bytes; i += STEP) {
            FloatVector d = load(a, aOffset + i).sub(load(b, bOffset + i));
            s1 = d.fma(d, s1);
        }
        if (i < bytes) {
            FloatVector d = load(a, aOffset + bytes - STEP).sub(load(b, bOffset + bytes - STEP));
            d = last(d, (bytes - i) / Float.BYTES);
            s2 = d.fma(d, s2);
        }
        return s0.add(s1).add(s2.add(s3)).reduceLanes(ADD);
    }

    static float dot(byte[] a, int aOffset, byte[] b, int bOffset, int dimensions) {
        if (dimensions < LANES) {
            return ScalarKernels.INSTANCE.dotFloat32(a, aOffset, b, bOffset, dimensions);
        }
        int bytes = dimensions * Float.BYTES;
        ScalarKernels.check(a, aOffset, b, bOffset, bytes);
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        int i = 0;
        for (; i + 4 * STEP <= bytes; i += 4 * STEP) {
            int j = aOffset + i;
            int k = bOffset + i;
            s0 = load(a, j).fma(load(b, k), s0);
            s1 = load(a, j + STEP).fma(load(b, k + STEP), s1);
            s2 = load(a, j + 2 * STEP).fma(load(b, k + 2 * STEP), s2);
            s3 = load(a, j + 3 * STEP).fma(load(b, k + 3 * STEP), s3);
        }
        for (; i + STEP <= bytes; i += STEP) {
            s1 = load(a, aOffset + i).fma(load(b, bOffset + i), s1);
        }
        if (i < bytes) {
            FloatVector x = last(load(a, aOffset + bytes - STEP), (bytes - i) / Float.BYTES);
            s2 = x.fma(load(b, bOffset + bytes - STEP), s2);
        }
        return s0.add(s1).add(s2.add(s3)).reduceLanes(ADD);
    }

    private static FloatVector load(byte[] data, int offset) {
        return FloatVector.fromByteArray(SPECIES, data, offset, ORDER);
    }

    private static FloatVector last(FloatVector values, int lanes) {
        IntVector mask = IntVector.fromArray(INTS, TAIL_MASKS, lanes);
        return values.reinterpretAsInts().and(mask).reinterpretAsFloats();
    }
}

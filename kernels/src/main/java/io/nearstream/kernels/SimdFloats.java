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
 * shorter than a register are scalar. No methods of our own inside a kernel: see {@link SimdBytes}.
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
            FloatVector d0 =
                    FloatVector.fromByteArray(SPECIES, a, aOffset + i, ORDER)
                            .sub(FloatVector.fromByteArray(SPECIES, b, bOffset + i, ORDER));
            FloatVector d1 =
                    FloatVector.fromByteArray(SPECIES, a, aOffset + i + STEP, ORDER)
                            .sub(FloatVector.fromByteArray(SPECIES, b, bOffset + i + STEP, ORDER));
            FloatVector d2 =
                    FloatVector.fromByteArray(SPECIES, a, aOffset + i + 2 * STEP, ORDER)
                            .sub(
                                    FloatVector.fromByteArray(
                                            SPECIES, b, bOffset + i + 2 * STEP, ORDER));
            FloatVector d3 =
                    FloatVector.fromByteArray(SPECIES, a, aOffset + i + 3 * STEP, ORDER)
                            .sub(
                                    FloatVector.fromByteArray(
                                            SPECIES, b, bOffset + i + 3 * STEP, ORDER));
            s0 = d0.fma(d0, s0);
            s1 = d1.fma(d1, s1);
            s2 = d2.fma(d2, s2);
            s3 = d3.fma(d3, s3);
        }
        for (; i + STEP <= bytes; i += STEP) {
            FloatVector d =
                    FloatVector.fromByteArray(SPECIES, a, aOffset + i, ORDER)
                            .sub(FloatVector.fromByteArray(SPECIES, b, bOffset + i, ORDER));
            s1 = d.fma(d, s1);
        }
        if (i < bytes) {
            FloatVector d =
                    FloatVector.fromByteArray(SPECIES, a, aOffset + bytes - STEP, ORDER)
                            .sub(
                                    FloatVector.fromByteArray(
                                            SPECIES, b, bOffset + bytes - STEP, ORDER));
            IntVector mask = IntVector.fromArray(INTS, TAIL_MASKS, (bytes - i) / Float.BYTES);
            d = d.reinterpretAsInts().and(mask).reinterpretAsFloats();
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
            s0 =
                    FloatVector.fromByteArray(SPECIES, a, j, ORDER)
                            .fma(FloatVector.fromByteArray(SPECIES, b, k, ORDER), s0);
            s1 =
                    FloatVector.fromByteArray(SPECIES, a, j + STEP, ORDER)
                            .fma(FloatVector.fromByteArray(SPECIES, b, k + STEP, ORDER), s1);
            s2 =
                    FloatVector.fromByteArray(SPECIES, a, j + 2 * STEP, ORDER)
                            .fma(FloatVector.fromByteArray(SPECIES, b, k + 2 * STEP, ORDER), s2);
            s3 =
                    FloatVector.fromByteArray(SPECIES, a, j + 3 * STEP, ORDER)
                            .fma(FloatVector.fromByteArray(SPECIES, b, k + 3 * STEP, ORDER), s3);
        }
        for (; i + STEP <= bytes; i += STEP) {
            s1 =
                    FloatVector.fromByteArray(SPECIES, a, aOffset + i, ORDER)
                            .fma(FloatVector.fromByteArray(SPECIES, b, bOffset + i, ORDER), s1);
        }
        if (i < bytes) {
            IntVector mask = IntVector.fromArray(INTS, TAIL_MASKS, (bytes - i) / Float.BYTES);
            FloatVector x = FloatVector.fromByteArray(SPECIES, a, aOffset + bytes - STEP, ORDER);
            x = x.reinterpretAsInts().and(mask).reinterpretAsFloats();
            s2 = x.fma(FloatVector.fromByteArray(SPECIES, b, bOffset + bytes - STEP, ORDER), s2);
        }
        return s0.add(s1).add(s2.add(s3)).reduceLanes(ADD);
    }
}

package io.nearstream.kernels;

import static jdk.incubator.vector.VectorOperators.ADD;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.XOR;

import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Kernels of codes. What is left after whole registers is read once more as a register that ends
 * with the code, as in {@link SimdBytes}; the same file says why nothing here calls methods of our
 * own.
 */
final class SimdCodes {
    private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final int STEP = BYTES.length();

    /** Below so many bytes a register costs more than it does. */
    private static final int BYTES_MIN = 16;

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> PAIRS = IntVector.SPECIES_PREFERRED;
    private static final int LANES = FLOATS.length();
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

    /**
     * Zeros, ones, zeros: read at r, a register whose last r bytes are set; read at 2 * STEP - r,
     * one whose first are.
     */
    private static final byte[] BYTE_MASKS = new byte[3 * STEP];

    private static final int[] PAIR_MASKS = new int[2 * LANES];

    /** For each step within a register: the sign bit of every lane that takes a difference. */
    private static final int[] SIGNS = new int[LANES * Integer.numberOfTrailingZeros(LANES)];

    /** For each of these steps, which lane every lane meets. */
    private static final int[] PARTNERS = new int[SIGNS.length];

    static {
        for (int i = 0; i < SIGNS.length; i++) {
            int lane = i % LANES;
            int half = 1 << (i / LANES);
            SIGNS[i] = (lane & half) == 0 ? 0 : Integer.MIN_VALUE;
            PARTNERS[i] = lane ^ half;
        }
        Arrays.fill(BYTE_MASKS, STEP, 2 * STEP, (byte) -1);
        Arrays.fill(PAIR_MASKS, LANES, 2 * LANES, -1);
    }

    private SimdCodes() {}

    /**
     * Nibbles fall into 16-bit lanes by shifts alone; the query's bytes go with them, even and odd
     * ones apart. Four products, each at most 128 * 15, fit a lane. A code that is shorter than a
     * register is read with what lies behind it, if both arrays go on so far.
     */
    static int dotNibbles(byte[] query, int queryOffset, byte[] codes, int offset, int bytes) {
        int second = queryOffset + bytes;
        boolean fits = offset + STEP <= codes.length && second + STEP <= query.length;
        if (bytes < BYTES_MIN || (bytes < STEP && !fits)) {
            return ScalarCodes.dotNibbles(query, queryOffset, codes, offset, bytes);
        }
        Objects.checkFromIndexSize(queryOffset, 2 * bytes, query.length);
        Objects.checkFromIndexSize(offset, bytes, codes.length);
        ShortVector nibble = ShortVector.broadcast(SHORTS, (short) 0xf);
        IntVector sum = IntVector.zero(INTS);
        int i = 0;
        for (; i + STEP <= bytes; i += STEP) {
            ShortVector x = ByteVector.fromArray(BYTES, codes, offset + i).reinterpretAsShorts();
            ShortVector low =
                    ByteVector.fromArray(BYTES, query, queryOffset + i).reinterpretAsShorts();
            ShortVector high = ByteVector.fromArray(BYTES, query, second + i).reinterpretAsShorts();
            IntVector products =
                    x.and(nibble)
                            .mul(low.lanewise(LSHL, 8).lanewise(ASHR, 8))
                            .add(
                                    x.lanewise(LSHR, 4)
                                            .and(nibble)
                                            .mul(high.lanewise(LSHL, 8).lanewise(ASHR, 8)))
                            .add(x.lanewise(LSHR, 8).and(nibble).mul(low.lanewise(ASHR, 8)))
                            .add(x.lanewise(LSHR, 12).mul(high.lanewise(ASHR, 8)))
                            .reinterpretAsInts();
            sum =
                    sum.add(products.lanewise(LSHL, 16).lanewise(ASHR, 16))
                            .add(products.lanewise(ASHR, 16));
        }
        if (i < bytes) {
            int last = Math.max(0, bytes - STEP);
            int mask = bytes < STEP ? 2 * STEP - bytes : bytes - i;
            ShortVector x =
                    ByteVector.fromArray(BYTES, codes, offset + last)
                            .and(ByteVector.fromArray(BYTES, BYTE_MASKS, mask))
                            .reinterpretAsShorts();
            ShortVector low =
                    ByteVector.fromArray(BYTES, query, queryOffset + last).reinterpretAsShorts();
            ShortVector high =
                    ByteVector.fromArray(BYTES, query, second + last).reinterpretAsShorts();
            IntVector products =
                    x.and(nibble)
                            .mul(low.lanewise(LSHL, 8).lanewise(ASHR, 8))
                            .add(
                                    x.lanewise(LSHR, 4)
                                            .and(nibble)
                                            .mul(high.lanewise(LSHL, 8).lanewise(ASHR, 8)))
                            .add(x.lanewise(LSHR, 8).and(nibble).mul(low.lanewise(ASHR, 8)))
                            .add(x.lanewise(LSHR, 12).mul(high.lanewise(ASHR, 8)))
                            .reinterpretAsInts();
            sum =
                    sum.add(products.lanewise(LSHL, 16).lanewise(ASHR, 16))
                            .add(products.lanewise(ASHR, 16));
        }
        return sum.reduceLanes(ADD);
    }

    static float dotHalves(byte[] query, int queryOffset, byte[] codes, int offset, int pairs) {
        if (pairs < LANES) {
            return ScalarCodes.dotHalves(query, queryOffset, codes, offset, pairs);
        }
        int bytes = pairs * Integer.BYTES;
        int step = LANES * Integer.BYTES;
        Objects.checkFromIndexSize(queryOffset, 2 * bytes, query.length);
        Objects.checkFromIndexSize(offset, bytes, codes.length);
        int second = queryOffset + bytes;
        IntVector halfBits = IntVector.broadcast(PAIRS, ScalarCodes.HALF_BITS);
        FloatVector scale = FloatVector.broadcast(FLOATS, ScalarCodes.HALF_SCALE);
        FloatVector s0 = FloatVector.zero(FLOATS);
        FloatVector s1 = s0;
        int i = 0;
        for (; i + step <= bytes; i += step) {
            IntVector pair = IntVector.fromByteArray(PAIRS, codes, offset + i, ORDER);
            FloatVector low =
                    pair.lanewise(LSHL, 16)
                            .lanewise(ASHR, 3)
                            .and(halfBits)
                            .reinterpretAsFloats()
                            .mul(scale);
            FloatVector high =
                    pair.lanewise(ASHR, 3).and(halfBits).reinterpretAsFloats().mul(scale);
            s0 = low.fma(FloatVector.fromByteArray(FLOATS, query, queryOffset + i, ORDER), s0);
            s1 = high.fma(FloatVector.fromByteArray(FLOATS, query, second + i, ORDER), s1);
        }
        if (i < bytes) {
            int last = bytes - step;
            IntVector pair =
                    IntVector.fromByteArray(PAIRS, codes, offset + last, ORDER)
                            .and(IntVector.fromArray(PAIRS, PAIR_MASKS, (bytes - i) >> 2));
            FloatVector low =
                    pair.lanewise(LSHL, 16)
                            .lanewise(ASHR, 3)
                            .and(halfBits)
                            .reinterpretAsFloats()
                            .mul(scale);
            FloatVector high =
                    pair.lanewise(ASHR, 3).and(halfBits).reinterpretAsFloats().mul(scale);
            s0 = low.fma(FloatVector.fromByteArray(FLOATS, query, queryOffset + last, ORDER), s0);
            s1 = high.fma(FloatVector.fromByteArray(FLOATS, query, second + last, ORDER), s1);
        }
        return s0.add(s1).reduceLanes(ADD);
    }

    static void butterflies(float[] values, int first, int second, int count) {
        ScalarCodes.checkApart(values, first, second, count);
        int i = 0;
        for (; i + LANES <= count; i += LANES) {
            FloatVector a = FloatVector.fromArray(FLOATS, values, first + i);
            FloatVector b = FloatVector.fromArray(FLOATS, values, second + i);
            a.add(b).intoArray(values, first + i);
            a.sub(b).intoArray(values, second + i);
        }
        for (; i < count; i++) {
            float a = values[first + i];
            float b = values[second + i];
            values[first + i] = a + b;
            values[second + i] = a - b;
        }
    }

    /** Steps within a register swap lanes; a - b is made as a + (-b), which is the same. */
    static void walshHadamard(float[] values, int offset, int length) {
        ScalarCodes.checkTransform(values, offset, length);
        if (length < LANES) {
            ScalarCodes.walshHadamard(values, offset, length);
            return;
        }
        int end = offset + length;
        for (int step = 0; step < SIGNS.length; step += LANES) {
            VectorShuffle<Float> swap = VectorShuffle.fromArray(FLOATS, PARTNERS, step);
            IntVector signs = IntVector.fromArray(PAIRS, SIGNS, step);
            for (int i = offset; i < end; i += LANES) {
                FloatVector x = FloatVector.fromArray(FLOATS, values, i);
                FloatVector y = x.reinterpretAsInts().lanewise(XOR, signs).reinterpretAsFloats();
                x.rearrange(swap).add(y).intoArray(values, i);
            }
        }
        for (int half = LANES; half < length; half *= 2) {
            for (int block = offset; block < end; block += 2 * half) {
                for (int i = block; i < block + half; i += LANES) {
                    FloatVector a = FloatVector.fromArray(FLOATS, values, i);
                    FloatVector b = FloatVector.fromArray(FLOATS, values, i + half);
                    a.add(b).intoArray(values, i);
                    a.sub(b).intoArray(values, i + half);
                }
            }
        }
    }
}

package io.nearstream.kernels;

import static jdk.incubator.vector.VectorOperators.ADD;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.XOR;

import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Kernels over bytes, signed and unsigned.
 *
 * <p>Bytes are multiplied in 16-bit lanes, even and odd bytes apart, which needs no shuffle. A
 * squared difference of bytes and a product of unsigned bytes are at most 65,025, an unsigned
 * 16-bit number; products of signed bytes are brought into that range by {@link #BIAS}. Pairs of
 * 16-bit numbers are summed as 32-bit lanes, {@code all}, modulo 2^32, and their upper halves in
 * {@code high}; the lower halves then sum to {@code all - (high << 16)}.
 *
 * <p>What is left after whole registers is read once more as a register that ends with the vector;
 * a mask clears what was counted already. Vectors shorter than a register are scalar.
 */
final class SimdBytes {
    private static final VectorSpecies<Byte> SPECIES = ByteVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final int STEP = SPECIES.length();
    private static final short LOW_BYTE = 0xff;
    private static final byte SIGN_BIT = (byte) 0x80;
    private static final short BIAS = 1 << 14;

    static final int BITS = SPECIES.vectorBitSize();

    /** Zeros, then ones: read at r, a register whose last r bytes are set. */
    private static final byte[] TAIL_MASKS = new byte[2 * STEP];

    static {
        Arrays.fill(TAIL_MASKS, STEP, 2 * STEP, (byte) -1);
    }

    private SimdBytes() {}

    static int squaredL2Unsigned(byte[] a, int aOffset, byte[] b, int bOffset, int dimensions) {
        if (dimensions < STEP) {
            return ScalarKernels.INSTANCE.squaredL2Uint8(a, aOffset, b, bOffset, dimensions);
        }
        ScalarKernels.check(a, aOffset, b, bOffset, dimensions);
        IntVector all = IntVector.zero(INTS);
        IntVector high = all;
        int i = 0;
        for (; i + STEP <= dimensions; i += STEP) {
            ShortVector x = load(a, aOffset + i).reinterpretAsShorts();
            ShortVector y = load(b, bOffset + i).reinterpretAsShorts();
            IntVector even = square(low(x).sub(low(y)));
            IntVector odd = square(upper(x).sub(upper(y)));
            all = all.add(even.add(odd));
            high = high.add(high(even).add(high(odd)));
        }
        if (i < dimensions) {
            ByteVector mask = ByteVector.fromArray(SPECIES, TAIL_MASKS, dimensions - i);
            int last = dimensions - STEP;
            ShortVector x = load(a, aOffset + last).and(mask).reinterpretAsShorts();
            ShortVector y = load(b, bOffset + last).and(mask).reinterpretAsShorts();
            IntVector even = square(low(x).sub(low(y)));
            IntVector odd = square(upper(x).sub(upper(y)));
            all = all.add(even.add(odd));
            high = high.add(high(even).add(high(odd)));
        }
        return total(all, high);
    }

    /** Flipping both sign bits shifts both values by 128: differences stay, of unsigned bytes. */
    static int squaredL2Signed(byte[] a, int aOffset, byte[] b, int bOffset, int dimensions) {
        if (dimensions < STEP) {
            return ScalarKernels.INSTANCE.squaredL2Int8(a, aOffset, b, bOffset, dimensions);
        }
        ScalarKernels.check(a, aOffset, b, bOffset, dimensions);
        ByteVector sign = ByteVector.broadcast(SPECIES, SIGN_BIT);
        IntVector all = IntVector.zero(INTS);
        IntVector high = all;
        int i = 0;
        for (; i + STEP <= dimensions; i += STEP) {
            ShortVector x = flip(load(a, aOffset + i), sign).reinterpretAsShorts();
            ShortVector y = flip(load(b, bOffset + i), sign).reinterpretAsShorts();
            IntVector even = square(low(x).sub(low(y)));
            IntVector odd = square(upper(x).sub(upper(y)));
            all = all.add(even.add(odd));
            high = high.add(high(even).add(high(odd)));
        }
        if (i < dimensions) {
            ByteVector mask = ByteVector.fromArray(SPECIES, TAIL_MASKS, dimensions - i);
            int last = dimensions - STEP;
            ShortVector x = flip(load(a, aOffset + last), sign).and(mask).reinterpretAsShorts();
            ShortVector y = flip(load(b, bOffset + last), sign).and(mask).reinterpretAsShorts();
            IntVector even = square(low(x).sub(low(y)));
            IntVector odd = square(upper(x).sub(upper(y)));
            all = all.add(even.add(odd));
            high = high.add(high(even).add(high(odd)));
        }
        return total(all, high);
    }

    static int dotUnsigned(byte[] a, int aOffset, byte[] b, int bOffset, int dimensions) {
        if (dimensions < STEP) {
            return ScalarKernels.INSTANCE.dotUint8(a, aOffset, b, bOffset, dimensions);
        }
        ScalarKernels.check(a, aOffset, b, bOffset, dimensions);
        IntVector all = IntVector.zero(INTS);
        IntVector high = all;
        int i = 0;
        for (; i + STEP <= dimensions; i += STEP) {
            ShortVector x = load(a, aOffset + i).reinterpretAsShorts();
            ShortVector y = load(b, bOffset + i).reinterpretAsShorts();
            IntVector even = low(x).mul(low(y)).reinterpretAsInts();
            IntVector odd = upper(x).mul(upper(y)).reinterpretAsInts();
            all = all.add(even.add(odd));
            high = high.add(high(even).add(high(odd)));
        }
        if (i < dimensions) {
            ByteVector mask = ByteVector.fromArray(SPECIES, TAIL_MASKS, dimensions - i);
            int last = dimensions - STEP;
            ShortVector x = load(a, aOffset + last).and(mask).reinterpretAsShorts();
            ShortVector y = load(b, bOffset + last).reinterpretAsShorts();
            IntVector even = low(x).mul(low(y)).reinterpretAsInts();
            IntVector odd = upper(x).mul(upper(y)).reinterpretAsInts();
            all = all.add(even.add(odd));
            high = high.add(high(even).add(high(odd)));
        }
        return total(all, high);
    }

    static int dotSigned(byte[] a, int aOffset, byte[] b, int bOffset, int dimensions) {
        if (dimensions < STEP) {
            return ScalarKernels.INSTANCE.dotInt8(a, aOffset, b, bOffset, dimensions);
        }
        ScalarKernels.check(a, aOffset, b, bOffset, dimensions);
        IntVector all = IntVector.zero(INTS);
        IntVector high = all;
        int biased = 0;
        int i = 0;
        for (; i + STEP <= dimensions; i += STEP) {
            ShortVector x = load(a, aOffset + i).reinterpretAsShorts();
            ShortVector y = load(b, bOffset + i).reinterpretAsShorts();
            IntVector even = lowSigned(x).mul(lowSigned(y)).add(BIAS).reinterpretAsInts();
            IntVector odd = upperSigned(x).mul(upperSigned(y)).add(BIAS).reinterpretAsInts();
            all = all.add(even.add(odd));
            high = high.add(high(even).add(high(odd)));
            biased += STEP;
        }
        if (i < dimensions) {
            ByteVector mask = ByteVector.fromArray(SPECIES, TAIL_MASKS, dimensions - i);
            int last = dimensions - STEP;
            ShortVector x = load(a, aOffset + last).and(mask).reinterpretAsShorts();
            ShortVector y = load(b, bOffset + last).reinterpretAsShorts();
            IntVector even = lowSigned(x).mul(lowSigned(y)).add(BIAS).reinterpretAsInts();
            IntVector odd = upperSigned(x).mul(upperSigned(y)).add(BIAS).reinterpretAsInts();
            all = all.add(even.add(odd));
            high = high.add(high(even).add(high(odd)));
            biased += STEP;
        }
        return total(all, high) - biased * BIAS;
    }

    private static ByteVector load(byte[] data, int offset) {
        return ByteVector.fromArray(SPECIES, data, offset);
    }

    private static ByteVector flip(ByteVector values, ByteVector sign) {
        return values.lanewise(XOR, sign);
    }

    private static ShortVector low(ShortVector pairs) {
        return pairs.and(ShortVector.broadcast(SHORTS, LOW_BYTE));
    }

    private static ShortVector upper(ShortVector pairs) {
        return pairs.lanewise(LSHR, 8);
    }

    private static ShortVector lowSigned(ShortVector pairs) {
        return pairs.lanewise(LSHL, 8).lanewise(ASHR, 8);
    }

    private static ShortVector upperSigned(ShortVector pairs) {
        return pairs.lanewise(ASHR, 8);
    }

    private static IntVector square(ShortVector values) {
        return values.mul(values).reinterpretAsInts();
    }

    private static IntVector high(IntVector pairs) {
        return pairs.lanewise(LSHR, 16);
    }

    private static int total(IntVector all, IntVector high) {
        return all.sub(high.lanewise(LSHL, 16)).add(high).reduceLanes(ADD);
    }
}

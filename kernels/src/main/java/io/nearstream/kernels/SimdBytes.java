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
 *
 * <p>The code repeats itself on purpose: methods of our own inside a kernel run into the JIT's
 * limit of nodes, are then called instead of inlined, and box every register on the way.
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
        ShortVector low = ShortVector.broadcast(SHORTS, LOW_BYTE);
        IntVector all = IntVector.zero(INTS);
        IntVector high = all;
        int i = 0;
        for (; i + STEP <= dimensions; i += STEP) {
            ShortVector x = ByteVector.fromArray(SPECIES, a, aOffset + i).reinterpretAsShorts();
            ShortVector y = ByteVector.fromArray(SPECIES, b, bOffset + i).reinterpretAsShorts();
            ShortVector evens = x.and(low).sub(y.and(low));
            ShortVector odds = x.lanewise(LSHR, 8).sub(y.lanewise(LSHR, 8));
            IntVector even = evens.mul(evens).reinterpretAsInts();
            IntVector odd = odds.mul(odds).reinterpretAsInts();
            all = all.add(even).add(odd);
            high = high.add(even.lanewise(LSHR, 16)).add(odd.lanewise(LSHR, 16));
        }
        if (i < dimensions) {
            ByteVector mask = ByteVector.fromArray(SPECIES, TAIL_MASKS, dimensions - i);
            int last = dimensions - STEP;
            ShortVector x =
                    ByteVector.fromArray(SPECIES, a, aOffset + last)
                            .and(mask)
                            .reinterpretAsShorts();
            ShortVector y =
                    ByteVector.fromArray(SPECIES, b, bOffset + last)
                            .and(mask)
                            .reinterpretAsShorts();
            ShortVector evens = x.and(low).sub(y.and(low));
            ShortVector odds = x.lanewise(LSHR, 8).sub(y.lanewise(LSHR, 8));
            IntVector even = evens.mul(evens).reinterpretAsInts();
            IntVector odd = odds.mul(odds).reinterpretAsInts();
            all = all.add(even).add(odd);
            high = high.add(even.lanewise(LSHR, 16)).add(odd.lanewise(LSHR, 16));
        }
        int sum = all.sub(high.lanewise(LSHL, 16)).add(high).reduceLanes(ADD);
        return sum;
    }

    /** Flipping both sign bits shifts both values by 128: differences stay, of unsigned bytes. */
    static int squaredL2Signed(byte[] a, int aOffset, byte[] b, int bOffset, int dimensions) {
        if (dimensions < STEP) {
            return ScalarKernels.INSTANCE.squaredL2Int8(a, aOffset, b, bOffset, dimensions);
        }
        ScalarKernels.check(a, aOffset, b, bOffset, dimensions);
        ShortVector low = ShortVector.broadcast(SHORTS, LOW_BYTE);
        ByteVector sign = ByteVector.broadcast(SPECIES, SIGN_BIT);
        IntVector all = IntVector.zero(INTS);
        IntVector high = all;
        int i = 0;
        for (; i + STEP <= dimensions; i += STEP) {
            ShortVector x =
                    ByteVector.fromArray(SPECIES, a, aOffset + i)
                            .lanewise(XOR, sign)
                            .reinterpretAsShorts();
            ShortVector y =
                    ByteVector.fromArray(SPECIES, b, bOffset + i)
                            .lanewise(XOR, sign)
                            .reinterpretAsShorts();
            ShortVector evens = x.and(low).sub(y.and(low));
            ShortVector odds = x.lanewise(LSHR, 8).sub(y.lanewise(LSHR, 8));
            IntVector even = evens.mul(evens).reinterpretAsInts();
            IntVector odd = odds.mul(odds).reinterpretAsInts();
            all = all.add(even).add(odd);
            high = high.add(even.lanewise(LSHR, 16)).add(odd.lanewise(LSHR, 16));
        }
        if (i < dimensions) {
            ByteVector mask = ByteVector.fromArray(SPECIES, TAIL_MASKS, dimensions - i);
            int last = dimensions - STEP;
            ShortVector x =
                    ByteVector.fromArray(SPECIES, a, aOffset + last)
                            .lanewise(XOR, sign)
                            .and(mask)
                            .reinterpretAsShorts();
            ShortVector y =
                    ByteVector.fromArray(SPECIES, b, bOffset + last)
                            .lanewise(XOR, sign)
                            .and(mask)
                            .reinterpretAsShorts();
            ShortVector evens = x.and(low).sub(y.and(low));
            ShortVector odds = x.lanewise(LSHR, 8).sub(y.lanewise(LSHR, 8));
            IntVector even = evens.mul(evens).reinterpretAsInts();
            IntVector odd = odds.mul(odds).reinterpretAsInts();
            all = all.add(even).add(odd);
            high = high.add(even.lanewise(LSHR, 16)).add(odd.lanewise(LSHR, 16));
        }
        int sum = all.sub(high.lanewise(LSHL, 16)).add(high).reduceLanes(ADD);
        return sum;
    }

    static int dotUnsigned(byte[] a, int aOffset, byte[] b, int bOffset, int dimensions) {
        if (dimensions < STEP) {
            return ScalarKernels.INSTANCE.dotUint8(a, aOffset, b, bOffset, dimensions);
        }
        ScalarKernels.check(a, aOffset, b, bOffset, dimensions);
        ShortVector low = ShortVector.broadcast(SHORTS, LOW_BYTE);
        IntVector all = IntVector.zero(INTS);
        IntVector high = all;
        int i = 0;
        for (; i + STEP <= dimensions; i += STEP) {
            ShortVector x = ByteVector.fromArray(SPECIES, a, aOffset + i).reinterpretAsShorts();
            ShortVector y = ByteVector.fromArray(SPECIES, b, bOffset + i).reinterpretAsShorts();
            IntVector even = x.and(low).mul(y.and(low)).reinterpretAsInts();
            IntVector odd = x.lanewise(LSHR, 8).mul(y.lanewise(LSHR, 8)).reinterpretAsInts();
            all = all.add(even).add(odd);
            high = high.add(even.lanewise(LSHR, 16)).add(odd.lanewise(LSHR, 16));
        }
        if (i < dimensions) {
            ByteVector mask = ByteVector.fromArray(SPECIES, TAIL_MASKS, dimensions - i);
            int last = dimensions - STEP;
            ShortVector x =
                    ByteVector.fromArray(SPECIES, a, aOffset + last)
                            .and(mask)
                            .reinterpretAsShorts();
            ShortVector y = ByteVector.fromArray(SPECIES, b, bOffset + last).reinterpretAsShorts();
            IntVector even = x.and(low).mul(y.and(low)).reinterpretAsInts();
            IntVector odd = x.lanewise(LSHR, 8).mul(y.lanewise(LSHR, 8)).reinterpretAsInts();
            all = all.add(even).add(odd);
            high = high.add(even.lanewise(LSHR, 16)).add(odd.lanewise(LSHR, 16));
        }
        int sum = all.sub(high.lanewise(LSHL, 16)).add(high).reduceLanes(ADD);
        return sum;
    }

    static int dotSigned(byte[] a, int aOffset, byte[] b, int bOffset, int dimensions) {
        if (dimensions < STEP) {
            return ScalarKernels.INSTANCE.dotInt8(a, aOffset, b, bOffset, dimensions);
        }
        ScalarKernels.check(a, aOffset, b, bOffset, dimensions);
        ShortVector bias = ShortVector.broadcast(SHORTS, BIAS);
        int biased = (dimensions + STEP - 1) / STEP * STEP;
        IntVector all = IntVector.zero(INTS);
        IntVector high = all;
        int i = 0;
        for (; i + STEP <= dimensions; i += STEP) {
            ShortVector x = ByteVector.fromArray(SPECIES, a, aOffset + i).reinterpretAsShorts();
            ShortVector y = ByteVector.fromArray(SPECIES, b, bOffset + i).reinterpretAsShorts();
            ShortVector evens = x.lanewise(LSHL, 8).lanewise(ASHR, 8);
            ShortVector odds = x.lanewise(ASHR, 8);
            IntVector even =
                    evens.mul(y.lanewise(LSHL, 8).lanewise(ASHR, 8)).add(bias).reinterpretAsInts();
            IntVector odd = odds.mul(y.lanewise(ASHR, 8)).add(bias).reinterpretAsInts();
            all = all.add(even).add(odd);
            high = high.add(even.lanewise(LSHR, 16)).add(odd.lanewise(LSHR, 16));
        }
        if (i < dimensions) {
            ByteVector mask = ByteVector.fromArray(SPECIES, TAIL_MASKS, dimensions - i);
            int last = dimensions - STEP;
            ShortVector x =
                    ByteVector.fromArray(SPECIES, a, aOffset + last)
                            .and(mask)
                            .reinterpretAsShorts();
            ShortVector y = ByteVector.fromArray(SPECIES, b, bOffset + last).reinterpretAsShorts();
            ShortVector evens = x.lanewise(LSHL, 8).lanewise(ASHR, 8);
            ShortVector odds = x.lanewise(ASHR, 8);
            IntVector even =
                    evens.mul(y.lanewise(LSHL, 8).lanewise(ASHR, 8)).add(bias).reinterpretAsInts();
            IntVector odd = odds.mul(y.lanewise(ASHR, 8)).add(bias).reinterpretAsInts();
            all = all.add(even).add(odd);
            high = high.add(even.lanewise(LSHR, 16)).add(odd.lanewise(LSHR, 16));
        }
        int sum = all.sub(high.lanewise(LSHL, 16)).add(high).reduceLanes(ADD);
        return sum - biased * BIAS;
    }
}

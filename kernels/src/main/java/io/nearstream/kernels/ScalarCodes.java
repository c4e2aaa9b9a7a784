package io.nearstream.kernels;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Objects;

/** Kernels of codes in plain Java. */
final class ScalarCodes {
    /** What {@link #half} leaves out: the exponents of a half and of a float differ by so much. */
    static final float HALF_SCALE = 0x1p112f;

    /** Sign, exponent and fraction of a half that was shifted to where a float has them. */
    static final int HALF_BITS = 0x8fffe000;

    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private ScalarCodes() {}

    static int dotBits(long[] planes, byte[] codes, int offset, int words) {
        Objects.checkFromIndexSize(0, words * Kernels.PLANES, planes.length);
        Objects.checkFromIndexSize(offset, words * Long.BYTES, codes.length);
        int s0 = 0;
        int s1 = 0;
        int s2 = 0;
        int s3 = 0;
        int s4 = 0;
        int s5 = 0;
        for (int word = 0, p = 0; word < words; word++, p += Kernels.PLANES) {
            long bits = (long) LONG.get(codes, offset + word * Long.BYTES);
            s0 += Long.bitCount(bits & planes[p]);
            s1 += Long.bitCount(bits & planes[p + 1]);
            s2 += Long.bitCount(bits & planes[p + 2]);
            s3 += Long.bitCount(bits & planes[p + 3]);
            s4 += Long.bitCount(bits & planes[p + 4]);
            s5 += Long.bitCount(bits & planes[p + 5]);
        }
        return s0 + (s1 << 1) + (s2 << 2) + (s3 << 3) + (s4 << 4) - (s5 << 5);
    }

    static int dotNibbles(byte[] query, int queryOffset, byte[] codes, int offset, int bytes) {
        Objects.checkFromIndexSize(queryOffset, 2 * bytes, query.length);
        Objects.checkFromIndexSize(offset, bytes, codes.length);
        int low = 0;
        int high = 0;
        for (int i = 0; i < bytes; i++) {
            int code = codes[offset + i];
            low += query[queryOffset + i] * (code & 0xf);
            high += query[queryOffset + bytes + i] * ((code >> 4) & 0xf);
        }
        return low + high;
    }

    static float dotHalves(byte[] query, int queryOffset, byte[] codes, int offset, int pairs) {
        Objects.checkFromIndexSize(queryOffset, 2 * pairs * Float.BYTES, query.length);
        Objects.checkFromIndexSize(offset, pairs * Integer.BYTES, codes.length);
        float low = 0;
        float high = 0;
        for (int i = 0; i < pairs; i++) {
            int pair = (int) INT.get(codes, offset + i * Integer.BYTES);
            low += ScalarKernels.at(query, queryOffset, i) * half(pair << 16);
            high += ScalarKernels.at(query, queryOffset, pairs + i) * half(pair);
        }
        return low + high;
    }

    /** The value of the half in the upper 16 bits; exact, subnormal ones too. */
    private static float half(int pair) {
        return Float.intBitsToFloat((pair >> 3) & HALF_BITS) * HALF_SCALE;
    }

    static void butterflies(float[] values, int first, int second, int count) {
        checkApart(values, first, second, count);
        for (int i = 0; i < count; i++) {
            float a = values[first + i];
            float b = values[second + i];
            values[first + i] = a + b;
            values[second + i] = a - b;
        }
    }

    static void checkApart(float[] values, int first, int second, int count) {
        Objects.checkFromIndexSize(first, count, values.length);
        Objects.checkFromIndexSize(second, count, values.length);
        if (Math.abs(first - second) < count) {
            throw new IllegalArgumentException(
                    "Ranges of %d values from %d and from %d on must not overlap."
                            .formatted(count, first, second));
        }
    }

    static void walshHadamard(float[] values, int offset, int length) {
        checkTransform(values, offset, length);
        for (int half = 1; half < length; half *= 2) {
            for (int block = offset; block < offset + length; block += 2 * half) {
                for (int i = block; i < block + half; i++) {
                    float a = values[i];
                    float b = values[i + half];
                    values[i] = a + b;
                    values[i + half] = a - b;
                }
            }
        }
    }

    static void checkTransform(float[] values, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, values.length);
        if (Integer.bitCount(length) != 1) {
            throw new IllegalArgumentException(
                    "length must be a power of two, but was " + length + ".");
        }
    }
}

package io.nearstream.kernels;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Objects;

/** Plain Java; four accumulators, so that additions do not wait for each other. */
final class ScalarKernels implements Kernels {
    static final ScalarKernels INSTANCE = new ScalarKernels();

    private static final VarHandle FLOAT =
            MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);

    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private ScalarKernels() {}

    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public float squaredL2Float32(byte[] a, int aOffset, byte[] b, int bOffset, int dimensions) {
        check(a, aOffset, b, bOffset, dimensions * Float.BYTES);
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        int i = 0;
        for (; i + 3 < dimensions; i += 4) {
            float d0 = at(a, aOffset, i) - at(b, bOffset, i);
            float d1 = at(a, aOffset, i + 1) - at(b, bOffset, i + 1);
            float d2 = at(a, aOffset, i + 2) - at(b, bOffset, i + 2);
            float d3 = at(a, aOffset, i + 3) - at(b, bOffset, i + 3);
            s0 += d0 * d0;
            s1 += d1 * d1;
            s2 += d2 * d2;
            s3 += d3 * d3;
        }
        for (; i < dimensions; i++) {
            float d = at(a, aOffset, i) - at(b, bOffset, i);
            s0 += d * d;
        }
        return (s0 + s1) + (s2 + s3);
    }

    @Override
    public float dotFloat32(byte[] a, int aOffset, byte[] b, int bOffset, int dimensions) {
        check(a, aOffset, b, bOffset, dimensions * Float.BYTES);
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        int i = 0;
        for (; i + 3 < dimensions; i += 4) {
            s0 += at(a, aOffset, i) * at(b, bOffset, i);
            s1 += at(a, aOffset, i + 1) * at(b, bOffset, i + 1);
            s2 += at(a, aOffset, i + 2) * at(b, bOffset, i + 2);
            s3 += at(a, aOffset, i + 3) * at(b, bOffset, i + 3);
        }
        for (; i < dimensions; i++) {
            s0 += at(a, aOffset, i) * at(b, bOffset, i);
        }
        return (s0 + s1) + (s2 + s3);
    }

    @Override
    public int squaredL2Int8(byte[] a, int aOffset, byte[] b, int bOffset, int dimensions) {
        check(a, aOffset, b, bOffset, dimensions);
        int sum = 0;
        for (int i = 0; i < dimensions; i++) {
            int d = a[aOffset + i] - b[bOffset + i];
            sum += d * d;
        }
        return sum;
    }

    @Override
    public int dotInt8(byte[] a, int aOffset, byte[] b, int bOffset, int dimensions) {
        check(a, aOffset, b, bOffset, dimensions);
        int sum = 0;
        for (int i = 0; i < dimensions; i++) {
            sum += a[aOffset + i] * b[bOffset + i];
        }
        return sum;
    }

    @Override
    public int squaredL2Uint8(byte[] a, int aOffset, byte[] b, int bOffset, int dimensions) {
        check(a, aOffset, b, bOffset, dimensions);
        int sum = 0;
        for (int i = 0; i < dimensions; i++) {
            int d = (a[aOffset + i] & 0xff) - (b[bOffset + i] & 0xff);
            sum += d * d;
        }
        return sum;
    }

    @Override
    public int dotUint8(byte[] a, int aOffset, byte[] b, int bOffset, int dimensions) {
        check(a, aOffset, b, bOffset, dimensions);
        int sum = 0;
        for (int i = 0; i < dimensions; i++) {
            sum += (a[aOffset + i] & 0xff) * (b[bOffset + i] & 0xff);
        }
        return sum;
    }

    @Override
    public int hamming(byte[] a, int aOffset, byte[] b, int bOffset, int bytes) {
        check(a, aOffset, b, bOffset, bytes);
        int sum = 0;
        int i = 0;
        for (; i + Long.BYTES <= bytes; i += Long.BYTES) {
            long differing = (long) LONG.get(a, aOffset + i) ^ (long) LONG.get(b, bOffset + i);
            sum += Long.bitCount(differing);
        }
        for (; i < bytes; i++) {
            sum += Integer.bitCount((a[aOffset + i] ^ b[bOffset + i]) & 0xff);
        }
        return sum;
    }

    @Override
    public int dotBits(long[] planes, byte[] codes, int offset, int words) {
        return ScalarCodes.dotBits(planes, codes, offset, words);
    }

    @Override
    public int dotNibbles(byte[] query, int queryOffset, byte[] codes, int offset, int bytes) {
        return ScalarCodes.dotNibbles(query, queryOffset, codes, offset, bytes);
    }

    @Override
    public float dotHalves(byte[] query, int queryOffset, byte[] codes, int offset, int pairs) {
        return ScalarCodes.dotHalves(query, queryOffset, codes, offset, pairs);
    }

    @Override
    public void rowsWithin(
            BlockProbe probe, RowBlocks rows, int[] blocks, int count, int[] within) {
        ScalarBlocks.rowsWithin(probe, rows, blocks, count, within);
    }

    @Override
    public boolean prefersBlocks() {
        return false;
    }

    @Override
    public void butterflies(float[] values, int first, int second, int count) {
        ScalarCodes.butterflies(values, first, second, count);
    }

    @Override
    public void walshHadamard(float[] values, int offset, int length) {
        ScalarCodes.walshHadamard(values, offset, length);
    }

    /** The two ranges lie in their arrays. */
    static void check(byte[] a, int aOffset, byte[] b, int bOffset, int bytes) {
        Objects.checkFromIndexSize(aOffset, bytes, a.length);
        Objects.checkFromIndexSize(bOffset, bytes, b.length);
    }

    /** The float32 with this index of the vector that starts at the offset. */
    static float at(byte[] data, int offset, int index) {
        return (float) FLOAT.get(data, offset + index * Float.BYTES);
    }
}

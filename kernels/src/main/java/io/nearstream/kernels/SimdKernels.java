package io.nearstream.kernels;

/**
 * SIMD kernels: {@link SimdFloats}, {@link SimdBytes}, {@link SimdCodes} and {@link SimdBlocks}.
 */
final class SimdKernels implements Kernels {
    private static final int BLOCKS_BITS_MIN = 256;
    private static final int BLOCKS_BITS_MAX = 512;

    /** Whether the registers are wide enough for these kernels to gain anything. */
    static boolean isWorthwhile() {
        return SimdBytes.BITS >= 128;
    }

    @Override
    public String name() {
        return "simd-" + SimdBytes.BITS;
    }

    /** The processor counts the bits of a long in one instruction: registers would gain nothing. */
    @Override
    public int hamming(byte[] a, int aOffset, byte[] b, int bOffset, int bytes) {
        return ScalarKernels.INSTANCE.hamming(a, aOffset, b, bOffset, bytes);
    }

    @Override
    public float squaredL2Float32(byte[] a, int aOffset, byte[] b, int bOffset, int dimensions) {
        return SimdFloats.squaredL2(a, aOffset, b, bOffset, dimensions);
    }

    @Override
    public float dotFloat32(byte[] a, int aOffset, byte[] b, int bOffset, int dimensions) {
        return SimdFloats.dot(a, aOffset, b, bOffset, dimensions);
    }

    @Override
    public int squaredL2Int8(byte[] a, int aOffset, byte[] b, int bOffset, int dimensions) {
        return SimdBytes.squaredL2Signed(a, aOffset, b, bOffset, dimensions);
    }

    @Override
    public int dotInt8(byte[] a, int aOffset, byte[] b, int bOffset, int dimensions) {
        return SimdBytes.dotSigned(a, aOffset, b, bOffset, dimensions);
    }

    @Override
    public int squaredL2Uint8(byte[] a, int aOffset, byte[] b, int bOffset, int dimensions) {
        return SimdBytes.squaredL2Unsigned(a, aOffset, b, bOffset, dimensions);
    }

    @Override
    public int dotUint8(byte[] a, int aOffset, byte[] b, int bOffset, int dimensions) {
        return SimdBytes.dotUnsigned(a, aOffset, b, bOffset, dimensions);
    }

    /** Counting bits is one instruction for 64 of them: registers gain nothing. */
    @Override
    public int dotBits(long[] planes, byte[] codes, int offset, int words) {
        return ScalarCodes.dotBits(planes, codes, offset, words);
    }

    @Override
    public int dotNibbles(byte[] query, int queryOffset, byte[] codes, int offset, int bytes) {
        return SimdCodes.dotNibbles(query, queryOffset, codes, offset, bytes);
    }

    @Override
    public float dotHalves(byte[] query, int queryOffset, byte[] codes, int offset, int pairs) {
        return SimdCodes.dotHalves(query, queryOffset, codes, offset, pairs);
    }

    @Override
    public void rowsWithin(
            BlockProbe probe, RowBlocks rows, int[] blocks, int count, int[] within) {
        SimdBlocks.rowsWithin(probe, rows, blocks, count, within);
    }

    /** Measured with 512 bits; four times as many instructions with 128 are not worth it. */
    @Override
    public boolean prefersBlocks() {
        return SimdBytes.BITS >= BLOCKS_BITS_MIN && SimdBytes.BITS <= BLOCKS_BITS_MAX;
    }

    @Override
    public void butterflies(float[] values, int first, int second, int count) {
        SimdCodes.butterflies(values, first, second, count);
    }

    @Override
    public void walshHadamard(float[] values, int offset, int length) {
        SimdCodes.walshHadamard(values, offset, length);
    }
}

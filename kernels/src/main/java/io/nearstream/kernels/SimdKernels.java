package io.nearstream.kernels;

/** SIMD kernels: {@link SimdFloats} and {@link SimdBytes}. */
final class SimdKernels implements Kernels {
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
}

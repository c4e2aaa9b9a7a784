package io.nearstream.kernels;

/**
 * Distances between two vectors, each so many values that start at an offset of a byte array;
 * float32 values are little endian and need no alignment. Thread-safe. Integer kernels are exact up
 * to 4,096 dimensions; float kernels add in an order of their own, so their last bits differ
 * between implementations. Ranges outside an array throw {@link IndexOutOfBoundsException}.
 */
public interface Kernels {
    /** Sum of (a - b)^2 over float32 values. */
    float squaredL2Float32(byte[] a, int aOffset, byte[] b, int bOffset, int dimensions);

    /** Sum of a * b over float32 values. */
    float dotFloat32(byte[] a, int aOffset, byte[] b, int bOffset, int dimensions);

    /** Sum of (a - b)^2 over signed bytes. */
    int squaredL2Int8(byte[] a, int aOffset, byte[] b, int bOffset, int dimensions);

    /** Sum of a * b over signed bytes. */
    int dotInt8(byte[] a, int aOffset, byte[] b, int bOffset, int dimensions);

    /** Sum of (a - b)^2 over unsigned bytes. */
    int squaredL2Uint8(byte[] a, int aOffset, byte[] b, int bOffset, int dimensions);

    /** Sum of a * b over unsigned bytes. */
    int dotUint8(byte[] a, int aOffset, byte[] b, int bOffset, int dimensions);

    /** How many bits differ of two ranges of so many bytes. */
    int hamming(byte[] a, int aOffset, byte[] b, int bOffset, int bytes);

    /** What runs: {@code simd-512} (bits of a register) or {@code scalar}. */
    String name();

    /** The fastest kernels that this JVM can run; chosen once. */
    static Kernels best() {
        return BestKernels.INSTANCE;
    }

    /** Kernels that run everywhere. */
    static Kernels scalar() {
        return ScalarKernels.INSTANCE;
    }
}

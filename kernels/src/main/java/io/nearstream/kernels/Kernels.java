package io.nearstream.kernels;

/**
 * What is done to vectors a million times a second. Distances are between two vectors, each so many
 * values that start at an offset of a byte array; float32 values are little endian and need no
 * alignment. Thread-safe. Integer kernels are exact up to 4,096 dimensions; float kernels add in an
 * order of their own, so their last bits differ between implementations, unless they say otherwise.
 * Ranges outside an array throw {@link IndexOutOfBoundsException}.
 */
public interface Kernels {
    /** Bits of a query's values in {@link #dotBits}. */
    int PLANES = 6;

    /** Bytes of the longest register. */
    int SLACK = 64;

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

    /**
     * Sum of the query's values where the code has a bit set. Values are integers of {@link
     * #PLANES} bits in two's complement, as bit planes: bit b of {@code planes[PLANES * w + p]} is
     * bit p of value 64 w + b. A value without a bit in the code must be 0.
     *
     * @param codes bits, the lowest of the first byte first; whole words of 64 are read
     */
    int dotBits(long[] planes, byte[] codes, int offset, int words);

    /**
     * Sum of the query's signed bytes times the code's unsigned nibbles: the low nibble of code
     * byte i goes with byte i of the query, the high one with byte {@code bytes + i}. Arrays that
     * go on for {@link #SLACK} bytes more make short codes faster.
     */
    int dotNibbles(byte[] query, int queryOffset, byte[] codes, int offset, int bytes);

    /**
     * Sum of the query's float32 values times the code's finite halves: the first half of pair i
     * goes with value i of the query, the second with value {@code pairs + i}.
     */
    float dotHalves(byte[] query, int queryOffset, byte[] codes, int offset, int pairs);

    /**
     * For each i below count, makes a = values[first + i] and b = values[second + i] their sum and
     * their difference a - b; the ranges do not overlap. The same bits in all implementations.
     */
    void butterflies(float[] values, int first, int second, int count);

    /**
     * The Walsh-Hadamard transform in place, not normalised: lengths grow by sqrt(length). The same
     * bits in all implementations.
     *
     * @param length a power of two
     */
    void walshHadamard(float[] values, int offset, int length);

    /**
     * Compares one vector with all rows of some blocks. A row is within if
     *
     * <p>sum w0 n0 + (w1 n1 + (w2 n2 + (n3 - w3)))
     *
     * <p>is not negative, with the sum of the row's nibbles times the vector's values, the numbers
     * n of the row and the weights w of the vector. It must not be NaN. The same in all
     * implementations.
     *
     * @param probe of as many dimensions as the rows
     * @param blocks numbers of blocks that are reserved
     * @param count how many of them are meant, the first ones
     * @param within takes for each of them a bit for each row that is within, the lowest for row 0
     */
    void rowsWithin(BlockProbe probe, RowBlocks rows, int[] blocks, int count, int[] within);

    /** Whether {@link #rowsWithin} costs less than a look at some of a block's rows. */
    boolean prefersBlocks();

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

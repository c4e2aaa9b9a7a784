package io.nearstream.core.model;

/** How a dimension of a vector is written. Multi-byte values are little endian. */
public enum Encoding {
    FLOAT32(32),
    FLOAT16(16),
    INT8(8),
    UINT8(8),
    /** Eight dimensions a byte, each 0 or 1, the lowest bit first. */
    BINARY(1),
    /**
     * A set of 64-bit numbers, as many as dimensions at most: ascending (signed), none twice; a
     * smaller set repeats its last.
     */
    SET64(64);

    private final int bitsPerDimension;

    Encoding(int bitsPerDimension) {
        this.bitsPerDimension = bitsPerDimension;
    }

    /** Bytes of a vector of so many dimensions; those of BINARY are whole bytes. */
    public int vectorBytes(int dimensions) {
        return dimensions * bitsPerDimension / Byte.SIZE;
    }

    /** Dimensions of a vector of so many bytes. */
    public int dimensions(int vectorBytes) {
        return vectorBytes * Byte.SIZE / bitsPerDimension;
    }

    /** Whether a dimension is a floating-point number. */
    public boolean isFloat() {
        return this == FLOAT32 || this == FLOAT16;
    }
}

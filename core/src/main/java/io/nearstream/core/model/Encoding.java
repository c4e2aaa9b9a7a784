package io.nearstream.core.model;

/** How one dimension of a vector is written. Multi-byte values are little endian. */
public enum Encoding {
    FLOAT32(4),
    FLOAT16(2),
    INT8(1),
    UINT8(1);

    private final int bytesPerDimension;

    Encoding(int bytesPerDimension) {
        this.bytesPerDimension = bytesPerDimension;
    }

    /** Bytes of one dimension: 4, 2 or 1. */
    public int bytesPerDimension() {
        return bytesPerDimension;
    }
}

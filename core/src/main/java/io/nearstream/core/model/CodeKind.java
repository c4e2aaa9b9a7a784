package io.nearstream.core.model;

/** Which code a collection's buckets keep of a vector. */
public enum CodeKind {
    /** The vector itself, in the collection's encoding: float32 is float32. Loses nothing. */
    VECTOR,
    /** Halves, scaled so that none is lost: 2 bytes per dimension and 8 more. */
    FLOAT16,
    /** Signed bytes: 1 byte per dimension and 8 more. */
    INT8,
    /** RaBitQ of 4 bits per dimension (Gao et al. 2025), and 8 bytes more. */
    RABITQ_4,
    /** RaBitQ of 1 bit per dimension (Gao and Long 2024), and 8 bytes more. */
    RABITQ_1,
    /** Product quantisation (Jegou, Douze, Schmid 2011): needs training. */
    PRODUCT;

    /** Vectors of bytes up to so many are kept as they are. */
    static final int BYTE_VECTOR_MAX = 800;

    /** Other vectors up to so many bytes are kept as they are. */
    static final int FLOAT_VECTOR_MAX = 256;

    /** Other vectors up to so many bytes become bytes; above, bits. */
    static final int INT8_VECTOR_MAX = 1_024;

    /** The code of a collection that does not choose one; seeded buckets keep the vector. */
    public static CodeKind defaultFor(BucketScheme buckets, Encoding encoding, int dimensions) {
        return buckets == BucketScheme.LEARNED ? defaultFor(encoding, dimensions) : VECTOR;
    }

    /**
     * The code of a collection that does not choose one, by the bytes of a vector: what a probe has
     * to read is what it costs.
     *
     * @param dimensions at least 1
     */
    public static CodeKind defaultFor(Encoding encoding, int dimensions) {
        int bytes = encoding.vectorBytes(dimensions);
        if (encoding == Encoding.BINARY || encoding == Encoding.SET64) {
            return VECTOR; // what is not numbers has no other code
        }
        if (!encoding.isFloat()) {
            return bytes <= BYTE_VECTOR_MAX ? VECTOR : RABITQ_1;
        }
        if (bytes <= FLOAT_VECTOR_MAX) {
            return VECTOR;
        }
        return bytes <= INT8_VECTOR_MAX ? INT8 : RABITQ_1;
    }
}

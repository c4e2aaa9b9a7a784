package io.nearstream.core.model;

/** How far two vectors are apart; smaller is nearer. */
public enum Metric {
    /** Euclidean distance. */
    L2,
    /** 1 - cosine similarity, 0 to 2. Vectors of length zero have none and are refused. */
    COSINE,
    /** The inner product, negated: any finite number, and the largest product is nearest. */
    INNER_PRODUCT,
    /** How many dimensions differ; of binary vectors, which have no other metric. */
    HAMMING,
    /** 1 - |A and B| / |A or B|, 0 to 1; of sets, which have no other metric. */
    JACCARD;

    /** Whether vectors of an encoding have this distance. */
    public boolean fits(Encoding encoding) {
        return switch (encoding) {
            case BINARY -> this == HAMMING;
            case SET64 -> this == JACCARD;
            default -> this == L2 || this == COSINE || this == INNER_PRODUCT;
        };
    }
}

package io.nearstream.core.model;

/** Where the buckets of a collection come from. */
public enum BucketScheme {
    /** Voronoi cells of a codebook that is learned from the stream. */
    LEARNED,
    /** Sign random projection: seeded, data-independent, several tables. */
    SIGN_PROJECTION,
    /** Quantised p-stable projections (E2LSH): seeded, several tables, a width in units of data. */
    P_STABLE,
    /** Nearest vertices of rotated cross-polytopes: seeded, data-independent, several tables. */
    CROSS_POLYTOPE,
    /** Sampled bits of binary vectors: seeded, data-independent, several tables. */
    BIT_SAMPLING,
    /** Bands of minimum hashes of sets: seeded, data-independent, several tables. */
    MIN_HASH;

    /** Whether vectors under a metric can be divided so. */
    public boolean serves(Metric metric) {
        return switch (this) {
            case LEARNED -> metric != Metric.JACCARD;
            case SIGN_PROJECTION, P_STABLE, CROSS_POLYTOPE ->
                    metric == Metric.L2 || metric == Metric.COSINE;
            case BIT_SAMPLING -> metric == Metric.HAMMING;
            case MIN_HASH -> metric == Metric.JACCARD;
        };
    }

    /** Whether buckets come from a seed alone, so that generation 0 has them already. */
    public boolean isSeeded() {
        return this != LEARNED;
    }
}

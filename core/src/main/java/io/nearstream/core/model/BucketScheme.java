package io.nearstream.core.model;

/** Where the buckets of a collection come from. */
public enum BucketScheme {
    /** Voronoi cells of a codebook that is learned from the stream. */
    LEARNED,
    /** Sign random projection: seeded, data-independent, several tables. */
    SIGN_PROJECTION
}

package io.nearstream.core.model;

/** How far two vectors are apart; smaller is nearer. */
public enum Metric {
    /** Euclidean distance. */
    L2,
    /** 1 - cosine similarity, 0 to 2. Vectors of length zero have none and are refused. */
    COSINE
}

package io.nearstream.core.codes;

import io.nearstream.core.model.CodeKind;

/**
 * A code of a collection's vectors, {@link #bytes} long. The codes of a bucket are all made about
 * the same reference: the bucket's centroid, or {@link #origin} where a bucket has none. A query is
 * prepared once and scores the codes of every bucket.
 *
 * <p>Codes are the same in every JVM for the same settings, seed and trained parameters; they
 * outlive the process, and docs/formats.md says what is in them. Vectors were accepted by {@link
 * io.nearstream.core.similarity.VectorSpace#check}. Ranges outside an array throw {@link
 * IndexOutOfBoundsException}. Immutable and thread-safe.
 */
public interface VectorCode {
    /** Which code this is. */
    CodeKind kind();

    /** Bytes of one code, the floats that belong to it included. */
    int bytes();

    /**
     * How many of the best candidates are to be scored again from their vectors, so that hardly any
     * of the k nearest is lost; k itself where the code loses nothing.
     *
     * @param k hits that are asked for, at least 1
     */
    int rerank(int k);

    /** The reference of a bucket without a centroid. */
    CodeReference origin();

    /**
     * The reference of a bucket.
     *
     * @param centroid one value per dimension, finite; under cosine among vectors of length 1
     */
    CodeReference reference(float[] centroid);

    /**
     * Writes the code of the vector that starts at the offset.
     *
     * @param about a reference of this code
     */
    void encode(byte[] vector, int offset, CodeReference about, byte[] out, int at);

    /** Prepares a query vector; the query belongs to one thread. */
    Query query(byte[] vector);

    /**
     * How far the estimate of a vector about a reference may lie above its score, but for one in
     * thousands: what a search within a radius has to look at. Under inner product, where a code
     * does not know how long its vector is, it is taken to lie no farther from the centroid than
     * the longer of centroid and query is long.
     *
     * @param score of the farthest vector that is looked for
     */
    double slack(byte[] query, CodeReference about, double score);

    /** A query that was prepared for all buckets. Belongs to one thread. */
    interface Query {
        /**
         * Prepares it for a bucket.
         *
         * @param about the reference that the bucket's codes were made about
         */
        Estimates about(CodeReference about);
    }

    /** A query that was prepared for one bucket. Belongs to one thread. */
    interface Estimates {
        /**
         * Estimates what {@link io.nearstream.core.similarity.VectorSpace#score} gives for the
         * vector behind a code: the squared distance under L2, 1 - cosine under cosine. Never NaN.
         * An estimate may lie a little below 0.
         *
         * @param at where the code starts
         */
        double score(byte[] codes, int at);
    }
}

package io.nearstream.client;

/**
 * A generation of a collection's buckets.
 *
 * @param number 0 for the flat beginning, which has no codebook
 * @param hash of the codebook's bytes; 0 for generation 0
 * @param chunks records that carry the codebook
 * @param bytes of the codebook
 */
public record GenerationInfo(int number, long hash, int chunks, long bytes) {
    /** The flat beginning. */
    public static final GenerationInfo FIRST = new GenerationInfo(0, 0, 0, 0);
}

package io.nearstream.core.partition;

import io.nearstream.core.similarity.CoarseCode;
import java.util.Optional;

/** A partition of the space into buckets, as a {@link Generation} uses it. Thread-safe. */
interface Buckets {
    /** The buckets that a vector is stored in, home first, without duplicates. */
    int[] place(String id, byte[] vector);

    /** The buckets worth visiting, the best first; count is 1 to {@link #count}. */
    int[] probe(byte[] query, int count);

    /** How many buckets the longest probe visits. */
    int count();

    /** Buckets that hold every vector. */
    int[] all();

    /** Whether a bucket of an older generation is not one of these. */
    boolean leaves(int bucket);

    /** Buckets that a probe of any target visits where further ones are no likelier; else 0. */
    default int homes() {
        return 0;
    }

    /** Buckets of older generations that generations after this one have split. */
    default int[] retiredAfter(int generation) {
        return new int[0];
    }

    /** Of these, the ones that the probe would visit were they not split. */
    default int[] probeRetired(byte[] query, int count, int generation) {
        return new int[0];
    }

    /** Records in the collection when these were made; 0 where nobody counted. */
    default long live() {
        return 0;
    }

    /** Whether a bucket has a centroid. */
    default boolean hasCentroid(int bucket) {
        return false;
    }

    /** The centroid of a bucket; empty for one that has none. */
    default Optional<float[]> centroid(int bucket) {
        return Optional.empty();
    }

    /** Codes made for the data that these buckets were learned from; empty where there are none. */
    default Optional<CoarseCode> coarseCode() {
        return Optional.empty();
    }

    /** Makes these codes along the axes of earlier buckets' codes, where that is good enough. */
    default void keepAxes(Buckets before) {
        // Without codes there are no axes.
    }
}

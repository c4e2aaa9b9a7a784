package io.nearstream.operators;

import io.nearstream.core.join.Near;

/**
 * A record of an index that is near to an element.
 *
 * @param id of the record
 * @param distance by the metric: Euclidean under L2, 1 - cosine similarity under COSINE, differing
 *     bits under HAMMING, 1 - Jaccard similarity under JACCARD
 * @param time of the version that is near, milliseconds since 1970
 * @param sequence of this version
 */
public record Neighbour(String id, double distance, long time, long sequence) {
    /** What a bucket found. */
    public static Neighbour of(Near near) {
        return new Neighbour(
                near.id(), near.distance(), near.version().time(), near.version().offset());
    }
}

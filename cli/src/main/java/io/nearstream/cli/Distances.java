package io.nearstream.cli;

import io.nearstream.core.similarity.VectorSpace;

/** Distances of single pairs. */
final class Distances {
    private Distances() {}

    static double between(VectorSpace space, byte[] query, byte[] vector) {
        float inverseNorm = space.inverseNorm(vector, 0);
        return space.distance(space.score(space.query(query), vector, 0, inverseNorm));
    }
}

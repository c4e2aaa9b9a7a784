package io.nearstream.peers;

import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.core.similarity.Vectors;

/** Vectors as float arrays. */
final class Floats {
    private Floats() {}

    /** The values; of length 1 under cosine, where the dot product then orders as the cosine. */
    static float[] of(VectorSpace space, byte[] vector) {
        float[] values = Vectors.toFloats(space.encoding(), vector, 0, space.dimensions());
        if (space.metric() == Metric.COSINE) {
            double squared = 0;
            for (float value : values) {
                squared += (double) value * value;
            }
            double inverse = 1 / Math.sqrt(squared);
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (values[i] * inverse);
            }
        }
        return values;
    }
}

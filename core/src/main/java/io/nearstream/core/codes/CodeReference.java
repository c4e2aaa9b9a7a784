package io.nearstream.core.codes;

import io.nearstream.core.similarity.Vectors;

/**
 * What the codes of a bucket are made about, prepared by its {@link VectorCode}: the centroid, less
 * the collection's origin, and the same as the code sees it. Immutable and thread-safe.
 */
public final class CodeReference {
    private final float[] values;
    private final byte[] point;
    private final float[] turned;
    private final int exponent;

    /**
     * @param values the centroid less the origin
     * @param turned the same, scaled and rotated if the code does so
     * @param exponent what the scaled values were divided by, as a power of two
     */
    CodeReference(float[] values, float[] turned, int exponent) {
        this.values = values;
        this.point = Vectors.fromFloats(values);
        this.turned = turned;
        this.exponent = exponent;
    }

    /** Centroid less origin. */
    float[] values() {
        return values;
    }

    /** Centroid less origin, as a float32 vector. */
    byte[] point() {
        return point;
    }

    /** As the code sees it, times 2^-exponent. */
    float[] turned() {
        return turned;
    }

    int exponent() {
        return exponent;
    }
}

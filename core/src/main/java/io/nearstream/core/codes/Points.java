package io.nearstream.core.codes;

import io.nearstream.core.model.CodeKind;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.core.similarity.Vectors;
import io.nearstream.kernels.Kernels;

/**
 * The vectors of a collection as points whose squared distances are its scores, up to a factor:
 * under cosine of length 1. The origin is taken off all of them. Under inner product there are no
 * such points; the vectors themselves are taken, and products in place of distances: -q x is half
 * of -2 q c - 2 q (x - c). Immutable and thread-safe.
 */
final class Points {
    private static final Kernels KERNELS = Kernels.best();

    /** Squared distances in here are exact enough as floats. */
    private static final float SAFE_MIN = 1e-24f;

    private static final float SAFE_MAX = 1e30f;

    /** Of the least float above 0. */
    private static final int EXPONENT_MIN = -149;

    private final VectorSpace space;
    private final float[] origin;

    /**
     * @param origin one value per dimension
     */
    Points(VectorSpace space, float[] origin) {
        if (origin.length != space.dimensions()) {
            throw new IllegalArgumentException(
                    "origin must have %d values, but has %d."
                            .formatted(space.dimensions(), origin.length));
        }
        this.space = space;
        this.origin = isProduct() ? new float[origin.length] : origin.clone();
    }

    VectorSpace space() {
        return space;
    }

    int dimensions() {
        return origin.length;
    }

    /** What a squared distance of points is times, to be a score. */
    double scorePerSquare() {
        return space.metric() == Metric.L2 ? 1 : .5;
    }

    private boolean isProduct() {
        return space.metric() == Metric.INNER_PRODUCT;
    }

    /** What a code adds whatever the query is: nothing in a product. */
    double rest(double squaredLength, double toReference) {
        return isProduct() ? 0 : squaredLength + toReference;
    }

    /** The squared distance of a query from a reference, in a product -2 q c. */
    double toReference(byte[] query, CodeReference about) {
        return isProduct()
                ? -2
                        * dot(
                                Vectors.toFloats(Encoding.FLOAT32, query, 0, origin.length),
                                about.values())
                : squaredDistance(query, about.point());
    }

    /** What {@link VectorCode#slack} says of a code that may lose something. */
    double slack(CodeKind kind, byte[] query, CodeReference about, double score) {
        float[] point = point(query, 0);
        double fromOrigin = squaredLength(point);
        double squared;
        double toCentroid;
        if (isProduct()) {
            squared = Math.max(fromOrigin, squaredLength(about.values()));
            toCentroid = fromOrigin; // the query itself is what errors are multiplied with
        } else {
            squared = score / scorePerSquare();
            toCentroid = squaredDistance(Vectors.fromFloats(point), about.point());
        }
        return scorePerSquare() * Slack.of(kind, point.length, toCentroid, fromOrigin, squared);
    }

    /** The point of a vector. */
    float[] point(byte[] vector, int offset) {
        float[] values = new float[origin.length];
        Encoding encoding = space.encoding();
        for (int i = 0; i < values.length; i++) {
            values[i] = Vectors.value(encoding, vector, offset, i);
        }
        double unit = space.metric() == Metric.COSINE ? 1 / length(values) : 1;
        for (int i = 0; i < values.length; i++) {
            values[i] = inRange(values[i] * unit - origin[i]);
        }
        return values;
    }

    /** The point of a centroid. */
    float[] centroid(float[] centroid) {
        if (centroid.length != origin.length) {
            throw new IllegalArgumentException(
                    "centroid must have %d values, but has %d."
                            .formatted(origin.length, centroid.length));
        }
        float[] values = new float[origin.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = inRange((double) centroid[i] - origin[i]);
        }
        return values;
    }

    /** The nearest finite float. */
    static float inRange(double value) {
        return (float) Math.max(-Float.MAX_VALUE, Math.min(Float.MAX_VALUE, value));
    }

    private static double length(float[] values) {
        return Math.sqrt(squaredLength(values));
    }

    static double squaredLength(float[] values) {
        return dot(values, values);
    }

    /** Sum of a * b as doubles, in one order everywhere. */
    static double dot(float[] a, float[] b) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int i = 0;
        for (; i + 3 < a.length; i += 4) {
            s0 += (double) a[i] * b[i];
            s1 += (double) a[i + 1] * b[i + 1];
            s2 += (double) a[i + 2] * b[i + 2];
            s3 += (double) a[i + 3] * b[i + 3];
        }
        for (; i < a.length; i++) {
            s0 += (double) a[i] * b[i];
        }
        return (s0 + s1) + (s2 + s3);
    }

    /** The squared distance of two points that are float32 vectors. */
    static double squaredDistance(byte[] a, byte[] b) {
        int dimensions = a.length / Float.BYTES;
        float squared = KERNELS.squaredL2Float32(a, 0, b, 0, dimensions);
        if (squared > SAFE_MIN && squared < SAFE_MAX) {
            return squared;
        }
        double sum = 0;
        for (int i = 0; i < dimensions; i++) {
            double d = Vectors.value(Encoding.FLOAT32, a, 0, i);
            d -= Vectors.value(Encoding.FLOAT32, b, 0, i);
            sum += d * d;
        }
        return sum;
    }

    /** The exponent of the largest value: divided by its power of two, all are below 2. */
    static int exponent(float[] values) {
        float largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest == 0 ? EXPONENT_MIN : Math.getExponent((double) largest);
    }

    /** The values times 2^-exponent; exact but for what is then below 2^-126. */
    static float[] scaled(float[] values, int exponent) {
        double scale = Math.scalb(1.0, -exponent);
        float[] scaled = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            scaled[i] = (float) (values[i] * scale);
        }
        return scaled;
    }
}

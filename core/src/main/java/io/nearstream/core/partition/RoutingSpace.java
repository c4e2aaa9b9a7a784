package io.nearstream.core.partition;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.Sets;
import io.nearstream.core.similarity.Vectors;
import io.nearstream.kernels.Kernels;
import java.util.Arrays;
import java.util.List;

/**
 * Where centroids live: squared Euclidean distance over <em>points</em>. A point of a collection of
 * bytes under L2 is the vector itself, so that a codebook of 1,024 cells stays in the processor's
 * cache; every other vector becomes float32, of length 1 under cosine (where the squared distance
 * orders as the cosine does).
 *
 * <p>Under Hamming distance a bit becomes a byte of 0 or 255: the squared distance is the Hamming
 * distance times 255 squared, and a centroid says how often each bit is set.
 *
 * <p>A set is its own point, and the distance that of Jaccard: sets have no mean and no codebook.
 *
 * <p>Under inner product a point has one dimension more (Bachrach et al. 2014): a vector v no
 * longer than a bound M becomes (v, sqrt(M^2 - |v|^2)) / M, a query q becomes (q, 0) / |q|. All are
 * of length 1, and the squared distance, 2 - 2 q v / (M |q|), orders as the negative product does.
 * Longer vectors have no such point: see {@link Cells}. Immutable and thread-safe.
 */
final class RoutingSpace {
    private static final Kernels KERNELS = Kernels.best();

    /** How far a centroid under cosine is stretched towards length 1; see docs/decisions/0009. */
    private static final double STRETCH = 0.9;

    private final CollectionSettings settings;
    private final Encoding encoding;
    private final int dimensions;
    private final double bound;

    /** The space of a collection whose metric needs no bound. */
    RoutingSpace(CollectionSettings settings) {
        this(settings, 0);
    }

    /**
     * @param bound under inner product the largest length that has a point, 0 or more; else 0
     */
    RoutingSpace(CollectionSettings settings, double bound) {
        this.settings = settings;
        this.bound = bound;
        this.dimensions = settings.dimensions() + (isBounded(settings) ? 1 : 0);
        this.encoding =
                switch (settings.metric()) {
                    case L2 ->
                            settings.encoding().isFloat() ? Encoding.FLOAT32 : settings.encoding();
                    case COSINE, INNER_PRODUCT -> Encoding.FLOAT32;
                    case HAMMING -> Encoding.UINT8;
                    case JACCARD -> Encoding.SET64;
                };
    }

    /** The space in which every vector of a sample has a point. */
    static RoutingSpace of(CollectionSettings settings, List<byte[]> sample) {
        if (!isBounded(settings)) {
            return new RoutingSpace(settings);
        }
        double longest = 0;
        for (byte[] vector : sample) {
            longest = Math.max(longest, squaredLength(values(settings, vector)));
        }
        return new RoutingSpace(settings, Math.sqrt(longest));
    }

    static boolean isBounded(CollectionSettings settings) {
        return settings.metric() == Metric.INNER_PRODUCT;
    }

    CollectionSettings settings() {
        return settings;
    }

    boolean isBounded() {
        return isBounded(settings);
    }

    /** The largest length of a vector that has a point; 0 where there is no bound. */
    double bound() {
        return bound;
    }

    /** Whether a vector is too long to have a point. */
    boolean isBeyond(byte[] vector) {
        return isBounded() && Math.sqrt(squaredLength(values(settings, vector))) > bound;
    }

    int dimensions() {
        return dimensions;
    }

    /** Bytes of one point. */
    int pointBytes() {
        return encoding.vectorBytes(dimensions);
    }

    /** The point of a vector that was checked; the vector itself where nothing changes. */
    byte[] point(byte[] vector) {
        return switch (settings.metric()) {
            case L2 ->
                    encoding == settings.encoding()
                            ? vector
                            : Vectors.toFloat32(settings.encoding(), vector, 0, dimensions);
            case COSINE -> {
                float[] values = values(settings, vector);
                yield scaled(values, 1 / Math.sqrt(squaredLength(values)), 0);
            }
            case HAMMING -> bytes(vector);
            case JACCARD -> vector;
            case INNER_PRODUCT -> {
                float[] values = values(settings, vector);
                double inverse = bound > 0 ? 1 / bound : 0;
                double share = squaredLength(values) * inverse * inverse;
                yield scaled(values, inverse, Math.sqrt(Math.max(0, 1 - share)));
            }
        };
    }

    private byte[] bytes(byte[] bits) {
        byte[] point = new byte[dimensions];
        for (int i = 0; i < dimensions; i++) {
            point[i] = (byte) (Vectors.value(Encoding.BINARY, bits, 0, i) * 255);
        }
        return point;
    }

    /** The point of a query that was checked: the vector's but under inner product. */
    byte[] queryPoint(byte[] query) {
        if (!isBounded()) {
            return point(query);
        }
        float[] values = values(settings, query);
        double length = Math.sqrt(squaredLength(values));
        return scaled(values, length > 0 ? 1 / length : 0, 0);
    }

    /** Values times a factor as a point; what is left of it is the further dimension. */
    private byte[] scaled(float[] values, double factor, double further) {
        byte[] point = new byte[dimensions * Float.BYTES];
        for (int i = 0; i < values.length; i++) {
            Vectors.putFloat(point, 0, i, (float) (values[i] * factor));
        }
        if (values.length < dimensions) {
            Vectors.putFloat(point, 0, values.length, (float) further);
        }
        return point;
    }

    private static float[] values(CollectionSettings settings, byte[] vector) {
        return Vectors.toFloats(settings.encoding(), vector, 0, settings.dimensions());
    }

    private static double squaredLength(float[] values) {
        double squared = 0;
        for (float value : values) {
            squared += (double) value * value;
        }
        return squared;
    }

    /** What the point that starts at the offset is among the vectors, of length 1 under cosine. */
    float[] vectorValues(byte[] data, int offset) {
        float[] values = Vectors.toFloats(encoding, data, offset, settings.dimensions());
        double unit =
                switch (settings.metric()) {
                    case INNER_PRODUCT -> bound;
                    case HAMMING -> 1.0 / 255;
                    default -> 1;
                };
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (values[i] * unit);
        }
        return values;
    }

    float distance(byte[] a, int aOffset, byte[] b, int bOffset) {
        return switch (encoding) {
            case UINT8 -> KERNELS.squaredL2Uint8(a, aOffset, b, bOffset, dimensions);
            case INT8 -> KERNELS.squaredL2Int8(a, aOffset, b, bOffset, dimensions);
            case SET64 -> jaccard(a, aOffset, b, bOffset);
            default -> KERNELS.squaredL2Float32(a, aOffset, b, bOffset, dimensions);
        };
    }

    private float jaccard(byte[] a, int aOffset, byte[] b, int bOffset) {
        byte[] set = aOffset == 0 ? a : Arrays.copyOfRange(a, aOffset, aOffset + pointBytes());
        return (float) Sets.distance(set, Sets.size(set, 0, dimensions), b, bOffset, dimensions);
    }

    /** Distances of one point to n points that lie one behind the other, from an index on. */
    void distances(byte[] point, byte[] others, int first, int n, float[] out) {
        int step = pointBytes();
        for (int i = 0; i < n; i++) {
            out[i] = distance(point, 0, others, (first + i) * step);
        }
    }

    /** Adds a point to sums. */
    void addTo(double[] sums, byte[] point, int offset) {
        switch (encoding) {
            case UINT8 -> addBytes(sums, point, offset, 0xff);
            case INT8 -> addBytes(sums, point, offset, -1);
            default -> addFloats(sums, point, offset);
        }
    }

    private static void addBytes(double[] sums, byte[] point, int offset, int mask) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += point[offset + i] & mask;
        }
    }

    private static void addFloats(double[] sums, byte[] point, int offset) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += Vectors.value(Encoding.FLOAT32, point, offset, i);
        }
    }

    /**
     * Writes sums / count as a centroid, rounded to the encoding. The mean of points of length 1 is
     * shorter, the more so the wider they are spread; it is stretched most of the way back, else
     * wide cells draw vectors and probes away from narrow ones that fit better.
     */
    void putMean(double[] sums, int count, byte[] out, int offset) {
        double scale = (isUnit() ? stretch(sums, count) : 1) / count;
        for (int i = 0; i < dimensions; i++) {
            double mean = sums[i] * scale;
            if (encoding == Encoding.FLOAT32) {
                Vectors.putFloat(out, offset, i, (float) mean);
            } else {
                out[offset + i] = (byte) Math.round(mean);
            }
        }
    }

    /** Whether all points are of length 1. */
    private boolean isUnit() {
        return settings.metric() == Metric.COSINE || isBounded();
    }

    private static double stretch(double[] sums, int count) {
        double squared = 0;
        for (double sum : sums) {
            squared += sum * sum;
        }
        double length = Math.sqrt(squared) / count;
        return length > 0 ? 1 + STRETCH * (1 / length - 1) : 1;
    }

    /** Whether a range of bytes holds points only: no NaN, no infinity. */
    boolean arePoints(byte[] data) {
        if (encoding != Encoding.FLOAT32) {
            return true;
        }
        for (int i = 0; i < data.length / Float.BYTES; i++) {
            if (!Float.isFinite(Vectors.value(encoding, data, 0, i))) {
                return false;
            }
        }
        return true;
    }
}

package io.nearstream.core.partition;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.Vectors;
import io.nearstream.kernels.Kernels;

/**
 * Where centroids live: squared Euclidean distance over <em>points</em>. A point of a collection of
 * bytes under L2 is the vector itself, so that a codebook of 1,024 cells stays in the processor's
 * cache; every other vector becomes float32, of length 1 under cosine (where the squared distance
 * orders as the cosine does). Immutable and thread-safe.
 */
final class RoutingSpace {
    private static final Kernels KERNELS = Kernels.best();

    /** How far a centroid under cosine is stretched towards length 1; see docs/decisions/0009. */
    private static final double STRETCH = 0.9;

    private final CollectionSettings settings;
    private final Encoding encoding;
    private final int dimensions;

    RoutingSpace(CollectionSettings settings) {
        this.settings = settings;
        this.dimensions = settings.dimensions();
        boolean bytes = settings.encoding().bytesPerDimension() == 1;
        this.encoding =
                bytes && settings.metric() == Metric.L2 ? settings.encoding() : Encoding.FLOAT32;
    }

    int dimensions() {
        return dimensions;
    }

    /** Bytes of one point. */
    int pointBytes() {
        return dimensions * encoding.bytesPerDimension();
    }

    /** The point of a vector that was checked; the vector itself where nothing changes. */
    byte[] point(byte[] vector) {
        if (settings.metric() == Metric.L2) {
            return encoding == settings.encoding()
                    ? vector
                    : Vectors.toFloat32(settings.encoding(), vector, 0, dimensions);
        }
        float[] values = Vectors.toFloats(settings.encoding(), vector, 0, dimensions);
        double squared = 0;
        for (float value : values) {
            squared += (double) value * value;
        }
        double inverse = 1 / Math.sqrt(squared);
        byte[] point = new byte[dimensions * Float.BYTES];
        for (int i = 0; i < dimensions; i++) {
            Vectors.putFloat(point, 0, i, (float) (values[i] * inverse));
        }
        return point;
    }

    float distance(byte[] a, int aOffset, byte[] b, int bOffset) {
        return switch (encoding) {
            case UINT8 -> KERNELS.squaredL2Uint8(a, aOffset, b, bOffset, dimensions);
            case INT8 -> KERNELS.squaredL2Int8(a, aOffset, b, bOffset, dimensions);
            default -> KERNELS.squaredL2Float32(a, aOffset, b, bOffset, dimensions);
        };
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
     * Writes sums / count as a centroid, rounded to the encoding. Under cosine the mean of points
     * of length 1 is shorter, the more so the wider they are spread; it is stretched most of the
     * way back, else wide cells draw vectors and probes away from narrow ones that fit better.
     */
    void putMean(double[] sums, int count, byte[] out, int offset) {
        double scale = (settings.metric() == Metric.COSINE ? stretch(sums, count) : 1) / count;
        for (int i = 0; i < dimensions; i++) {
            double mean = sums[i] * scale;
            if (encoding == Encoding.FLOAT32) {
                Vectors.putFloat(out, offset, i, (float) mean);
            } else {
                out[offset + i] = (byte) Math.round(mean);
            }
        }
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

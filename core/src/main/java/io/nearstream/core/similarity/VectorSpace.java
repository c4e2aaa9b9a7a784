package io.nearstream.core.similarity;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.model.Reason;
import io.nearstream.core.model.RefusedException;
import io.nearstream.kernels.Kernels;
import java.util.Arrays;

/**
 * The space of a collection: its metric over vectors of one encoding. A vector is {@link
 * #vectorBytes} bytes, little endian, and is scored where it lies.
 *
 * <p>Inside, nearness is a <em>score</em> that orders like the distance and is cheaper: the squared
 * distance under L2, the distance itself under every other metric. Scores are never NaN for vectors
 * that {@link #check} accepts, also where squares leave the range of a float. Immutable and
 * thread-safe.
 */
public final class VectorSpace {
    private static final Kernels KERNELS = Kernels.best();

    /** Squared lengths in here are exact enough as floats; others are computed as doubles. */
    private static final float SAFE_MIN = 1e-24f;

    private static final float SAFE_MAX = 1e30f;
    private static final float SAFE_INVERSE_MIN = 1e-15f;
    private static final float SAFE_INVERSE_MAX = 1e12f;

    private final Metric metric;
    private final Encoding encoding;
    private final int dimensions;
    private final int vectorBytes;

    private VectorSpace(Metric metric, Encoding encoding, int dimensions) {
        this.metric = metric;
        this.encoding = encoding;
        this.dimensions = dimensions;
        this.vectorBytes = encoding.vectorBytes(dimensions);
    }

    /** The space of a metric, an encoding that it fits and a number of dimensions, at least 1. */
    public static VectorSpace of(Metric metric, Encoding encoding, int dimensions) {
        if (dimensions < 1) {
            throw new IllegalArgumentException(
                    "dimensions must be at least 1, but was " + dimensions + ".");
        }
        if (!metric.fits(encoding)) {
            throw new IllegalArgumentException(metric + " does not fit " + encoding + ".");
        }
        return new VectorSpace(metric, encoding, dimensions);
    }

    /** The space of a collection. */
    public static VectorSpace of(CollectionSettings settings) {
        return of(settings.metric(), settings.encoding(), settings.dimensions());
    }

    public Metric metric() {
        return metric;
    }

    public Encoding encoding() {
        return encoding;
    }

    public int dimensions() {
        return dimensions;
    }

    /** Bytes of one vector. */
    public int vectorBytes() {
        return vectorBytes;
    }

    /** Refuses bytes that are no vector of this space. */
    public void check(byte[] vector) throws RefusedException {
        if (vector.length != vectorBytes) {
            throw new RefusedException(
                    Reason.WRONG_DIMENSION,
                    "vector must have %d bytes (%d dimensions of %s), but has %d."
                            .formatted(vectorBytes, dimensions, encoding, vector.length));
        }
        if (encoding.isFloat()) {
            for (int i = 0; i < dimensions; i++) {
                float value = Vectors.value(encoding, vector, 0, i);
                if (!Float.isFinite(value)) {
                    throw new RefusedException(
                            Reason.NOT_FINITE,
                            "vector must hold finite numbers only, but value %d of 0 to %d is %s."
                                    .formatted(i, dimensions - 1, value));
                }
            }
        }
        if (metric == Metric.JACCARD) {
            Sets.check(vector, dimensions);
        }
        if (metric == Metric.COSINE && isZero(vector)) {
            throw new RefusedException(
                    Reason.ZERO_VECTOR,
                    "vector must have a length above 0 under cosine, but all %d values are 0."
                            .formatted(dimensions));
        }
    }

    private boolean isZero(byte[] vector) {
        for (int i = 0; i < dimensions; i++) {
            if (Vectors.value(encoding, vector, 0, i) != 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * What {@link #score} needs beside a stored vector: 1 / length under cosine (infinite if that
     * is no float), else 1.
     */
    public float inverseNorm(byte[] data, int offset) {
        if (metric != Metric.COSINE) {
            return 1;
        }
        double squared = squaredNorm(data, offset);
        return (float) (1 / Math.sqrt(squared));
    }

    private double squaredNorm(byte[] data, int offset) {
        double squared =
                switch (encoding) {
                    case FLOAT32 -> KERNELS.dotFloat32(data, offset, data, offset, dimensions);
                    case INT8 -> KERNELS.dotInt8(data, offset, data, offset, dimensions);
                    case UINT8 -> KERNELS.dotUint8(data, offset, data, offset, dimensions);
                    case FLOAT16, BINARY, SET64 -> Slow.dot(this, data, offset, data, offset);
                };
        return squared > SAFE_MIN && squared < SAFE_MAX
                ? squared
                : Slow.dot(this, data, offset, data, offset);
    }

    /** Prepares a vector that was checked; the query belongs to one thread. */
    public Query query(byte[] vector) {
        return new Query(this, vector);
    }

    /**
     * How far a stored vector is from the query; smaller is nearer.
     *
     * @param inverseNorm of the stored vector
     */
    public double score(Query q, byte[] data, int offset, float inverseNorm) {
        return switch (metric) {
            case L2 -> squaredL2(q, data, offset);
            case COSINE -> cosine(q, data, offset, inverseNorm);
            case INNER_PRODUCT -> 0.0 - innerProduct(q, data, offset); // never -0
            case JACCARD -> Sets.distance(q.vector, q.setSize, data, offset, dimensions);
            case HAMMING -> KERNELS.hamming(q.vector, 0, data, offset, vectorBytes);
        };
    }

    private double squaredL2(Query q, byte[] data, int offset) {
        return switch (encoding) {
            case UINT8 -> KERNELS.squaredL2Uint8(q.vector, 0, data, offset, dimensions);
            case INT8 -> KERNELS.squaredL2Int8(q.vector, 0, data, offset, dimensions);
            case FLOAT32 -> {
                float score = KERNELS.squaredL2Float32(q.vector, 0, data, offset, dimensions);
                yield (score > SAFE_MIN && score < SAFE_MAX)
                        ? score
                        : Slow.squaredL2(this, q.vector, 0, data, offset);
            }
            case FLOAT16 -> {
                q.decode(data, offset);
                yield KERNELS.squaredL2Float32(q.float32, 0, q.scratch, 0, dimensions);
            }
            case BINARY, SET64 -> Slow.squaredL2(this, q.vector, 0, data, offset);
        };
    }

    private double cosine(Query q, byte[] data, int offset, float inverseNorm) {
        if (q.exact || !(inverseNorm > SAFE_INVERSE_MIN && inverseNorm < SAFE_INVERSE_MAX)) {
            return Slow.cosine(this, q.vector, 0, data, offset);
        }
        return clampCosine(1 - dot(q, data, offset) * q.inverseNorm * inverseNorm);
    }

    private double innerProduct(Query q, byte[] data, int offset) {
        double dot = dot(q, data, offset);
        double size = Math.abs(dot);
        boolean safe = encoding != Encoding.FLOAT32 || (size > SAFE_MIN && size < SAFE_MAX);
        return safe ? dot : Slow.dot(this, q.vector, 0, data, offset);
    }

    private double dot(Query q, byte[] data, int offset) {
        return switch (encoding) {
            case UINT8 -> KERNELS.dotUint8(q.vector, 0, data, offset, dimensions);
            case INT8 -> KERNELS.dotInt8(q.vector, 0, data, offset, dimensions);
            case FLOAT32 -> KERNELS.dotFloat32(q.vector, 0, data, offset, dimensions);
            case FLOAT16 -> {
                q.decode(data, offset);
                yield KERNELS.dotFloat32(q.float32, 0, q.scratch, 0, dimensions);
            }
            case BINARY, SET64 -> Slow.dot(this, q.vector, 0, data, offset);
        };
    }

    /** Rounding may leave the range of 1 - cosine by a little. */
    static double clampCosine(double score) {
        return Math.min(2, Math.max(0, score));
    }

    /** The distance that belongs to a score. */
    public double distance(double score) {
        return metric == Metric.L2 ? Math.sqrt(score) : score;
    }

    /** The score that belongs to a distance; under L2 to one that is not negative. */
    public double score(double distance) {
        return metric == Metric.L2 ? distance * distance : distance;
    }

    /** A query vector, prepared once for a probe. Holds scratch: not for several threads. */
    public static final class Query {
        private final VectorSpace space;
        private final byte[] vector;
        private final double inverseNorm;
        private final boolean exact;
        private final byte[] float32;
        private final byte[] scratch;
        private final int setSize;

        private Query(VectorSpace space, byte[] vector) {
            this.space = space;
            this.vector = vector;
            double squared = space.metric == Metric.COSINE ? space.squaredNorm(vector, 0) : 1;
            this.inverseNorm = 1 / Math.sqrt(squared);
            this.exact = !(squared > SAFE_MIN && squared < SAFE_MAX);
            this.setSize =
                    space.metric == Metric.JACCARD ? Sets.size(vector, 0, space.dimensions) : 0;
            boolean half = space.encoding == Encoding.FLOAT16;
            this.float32 =
                    half ? Vectors.toFloat32(space.encoding, vector, 0, space.dimensions) : vector;
            this.scratch = half ? Arrays.copyOf(float32, float32.length) : vector;
        }

        private void decode(byte[] data, int offset) {
            for (int i = 0; i < space.dimensions; i++) {
                Vectors.putFloat(scratch, 0, i, Vectors.value(Encoding.FLOAT16, data, offset, i));
            }
        }

        /** The vector as it was given. */
        public byte[] vector() {
            return vector;
        }
    }
}

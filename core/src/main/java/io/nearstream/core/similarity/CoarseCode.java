package io.nearstream.core.similarity;

import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import java.util.Optional;
import javax.annotation.Nullable;

/**
 * Codes of one byte per number that tell how near a stored vector can be at most, so that only the
 * few that may be among the nearest are scored from their full bytes: a filter that loses nothing.
 * A search is bound by the memory it reads, and a code has a quarter of a float32 vector's bytes,
 * or the few of its {@link Projection}.
 *
 * <p>A vector v (of length 1 under cosine), or its image, is coded as w = scale * code with code =
 * round(v / scale), scale = max |v_i| / 127. With the errors |v - w| of both sides, the triangle
 * inequality gives |q - v| >= |wq - wv| - error(q) - error(v). Under cosine 1 - cos is half the
 * squared distance of vectors of length 1. An inner product is no distance and has no codes. The
 * codes of many vectors lie in {@link CoarseColumns}. Immutable and thread-safe.
 */
public final class CoarseCode {
    /** Shorter vectors are scored as fast as their codes. */
    private static final int DIMENSIONS_MIN = 16;

    private static final int CODE_MAX = 127;

    /** Squared lengths in here leave room for products in a float. */
    private static final double SAFE_MIN = 1e-24;

    private static final double SAFE_MAX = 1e30;

    /**
     * Covers the rounding of scores, which are sums of floats, and of what is stored here; per
     * dimension, from so many dimensions on.
     */
    private static final double SLACK = 4e-8;

    private static final int SLACK_DIMENSIONS_MIN = 512;

    private final VectorSpace space;
    @Nullable private final Projection projection;
    private final double squaredPerScore;
    private final double slack;

    private CoarseCode(VectorSpace space, @Nullable Projection projection) {
        this.space = space;
        this.projection = projection;
        this.slack = SLACK * Math.max(SLACK_DIMENSIONS_MIN, space.dimensions());
        this.squaredPerScore = space.metric() == Metric.COSINE ? 2 : 1;
    }

    /** The codes of a space; empty where they would save nothing. */
    public static Optional<CoarseCode> of(VectorSpace space) {
        return space.encoding().isFloat()
                        && space.metric() != Metric.INNER_PRODUCT
                        && space.dimensions() >= DIMENSIONS_MIN
                ? Optional.of(new CoarseCode(space, null))
                : Optional.empty();
    }

    /**
     * The codes of a space by the images of its vectors.
     *
     * @param space of L2 or cosine, with numbers for values
     * @param projection of vectors of the space, under cosine of length 1
     */
    public static CoarseCode projected(VectorSpace space, Projection projection) {
        if (space.metric() != Metric.L2 && space.metric() != Metric.COSINE) {
            throw new IllegalArgumentException(
                    "a projection keeps distances of L2 and COSINE only, not " + space.metric());
        }
        return new CoarseCode(space, projection);
    }

    /** Bytes of one code. */
    public int bytes() {
        return projection == null ? space.dimensions() : projection.rank();
    }

    /** Bytes of a vector that is coded. */
    public int vectorBytes() {
        return space.vectorBytes();
    }

    /**
     * What belongs to a code besides its bytes.
     *
     * @param scale of one step; 0 where there is no code
     * @param squaredLength of what the code stands for
     * @param rest the image's last number; 0 without a projection
     * @param error its distance from the vector or image; infinite where there is no code
     */
    record Measure(float scale, float squaredLength, float rest, float error) {
        /** Of what has no code. */
        static final Measure NONE = new Measure(0, 0, 0, Float.POSITIVE_INFINITY);
    }

    /** Codes a vector of the space that was checked. */
    Measure encode(byte[] data, int offset, byte[] out, int at) {
        Encoding encoding = space.encoding();
        double squared = 0;
        for (int i = 0; i < space.dimensions(); i++) {
            double value = Vectors.value(encoding, data, offset, i);
            squared += value * value;
        }
        double unit = space.metric() == Metric.COSINE ? 1 / Math.sqrt(squared) : 1;
        if (projection != null) {
            if (!(squared < SAFE_MAX) || !Double.isFinite(unit)) {
                return Measure.NONE;
            }
            Projection.Image image = projection.image(encoding, data, offset, unit);
            return quantise(image.coordinates(), image.rest(), image.error(), out, at);
        }
        if (!(squared > SAFE_MIN && squared < SAFE_MAX)) {
            return Measure.NONE;
        }
        float[] values = new float[space.dimensions()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (Vectors.value(encoding, data, offset, i) * unit);
        }
        return quantise(values, 0, 0, out, at);
    }

    private static Measure quantise(float[] values, double rest, double known, byte[] out, int at) {
        float largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        float scale = largest > 0 ? largest / CODE_MAX : 1;
        long codeSquares = 0;
        double off = 0;
        for (int i = 0; i < values.length; i++) {
            long code = Math.max(-CODE_MAX, Math.min(CODE_MAX, Math.round(values[i] / scale)));
            out[at + i] = (byte) code;
            codeSquares += code * code;
            double apart = values[i] - code * (double) scale;
            off += apart * apart;
        }
        float stored = (float) rest;
        return new Measure(
                scale,
                (float) (codeSquares * (double) scale * scale),
                stored,
                Math.nextUp((float) (Math.sqrt(off) + known + Math.ulp(stored))));
    }

    /** Codes a query vector that was checked; empty where its length is out of range. */
    public Optional<Query> query(byte[] vector) {
        byte[] code = new byte[bytes()];
        Measure measure = encode(vector, 0, code, 0);
        return measure == Measure.NONE ? Optional.empty() : Optional.of(new Query(code, measure));
    }

    /** A query vector's code. */
    public static final class Query {
        final byte[] code;
        final double doubleScale;
        final double squaredLength;
        final double rest;
        final double error;

        private Query(byte[] code, Measure measure) {
            this.code = code;
            this.doubleScale = 2.0 * measure.scale;
            this.squaredLength = measure.squaredLength;
            this.rest = measure.rest;
            this.error = measure.error;
        }
    }

    /** What rounding may add to a squared distance, as a share of the squared lengths. */
    double slack() {
        return slack;
    }

    /**
     * How far apart two coded vectors are that score so much, for {@link CoarseColumns#mayScore}.
     *
     * @param score as {@link VectorSpace#score} counts; may be infinite
     */
    public double radius(double score) {
        return Math.sqrt(squaredPerScore * score);
    }
}

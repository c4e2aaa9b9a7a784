package io.nearstream.core.similarity;

import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.kernels.Kernels;
import java.util.Optional;

/**
 * Codes of one byte per dimension that tell how near a stored vector can be at most, so that only
 * the few that may be among the nearest are scored from their full bytes: a filter that loses
 * nothing. A search is bound by the memory it reads, and a code has a quarter of a float32 vector.
 *
 * <p>A vector v (of length 1 under cosine) is coded as w = scale * code with code = round(v /
 * scale), scale = max |v_i| / 127. With the errors |v - w| of both sides, the triangle inequality
 * gives |q - v| >= |wq - wv| - error(q) - error(v). Under cosine 1 - cos is half the squared
 * distance of vectors of length 1. An inner product is no distance and has no codes. Immutable and
 * thread-safe.
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

    private static final Kernels KERNELS = Kernels.best();

    private final VectorSpace space;
    private final int dimensions;
    private final double squaredPerScore;
    private final double slack;

    private CoarseCode(VectorSpace space) {
        this.space = space;
        this.slack = SLACK * Math.max(SLACK_DIMENSIONS_MIN, space.dimensions());
        this.squaredPerScore = space.metric() == Metric.COSINE ? 2 : 1;
        this.dimensions = space.dimensions();
    }

    /** The codes of a space; empty where they would save nothing. */
    public static Optional<CoarseCode> of(VectorSpace space) {
        return space.encoding().isFloat()
                        && space.metric() != Metric.INNER_PRODUCT
                        && space.dimensions() >= DIMENSIONS_MIN
                ? Optional.of(new CoarseCode(space))
                : Optional.empty();
    }

    /** Bytes of one code. */
    public int bytes() {
        return dimensions;
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
     * @param error its distance from the vector; infinite where there is no code
     */
    public record Measure(float scale, float squaredLength, float error) {
        /** Of what has no code. */
        public static final Measure NONE = new Measure(0, 0, Float.POSITIVE_INFINITY);
    }

    /** Codes a vector of the space that was checked. */
    public Measure encode(byte[] data, int offset, byte[] out, int at) {
        Encoding encoding = space.encoding();
        double squared = 0;
        double largest = 0;
        for (int i = 0; i < dimensions; i++) {
            double value = Vectors.value(encoding, data, offset, i);
            squared += value * value;
            largest = Math.max(largest, Math.abs(value));
        }
        if (!(squared > SAFE_MIN && squared < SAFE_MAX)) {
            return Measure.NONE;
        }
        double unit = space.metric() == Metric.COSINE ? 1 / Math.sqrt(squared) : 1;
        float scale = (float) (largest * unit / CODE_MAX);
        long codeSquares = 0;
        double error = 0;
        for (int i = 0; i < dimensions; i++) {
            double value = Vectors.value(encoding, data, offset, i) * unit;
            long code = Math.max(-CODE_MAX, Math.min(CODE_MAX, Math.round(value / scale)));
            out[at + i] = (byte) code;
            codeSquares += code * code;
            double off = value - code * (double) scale;
            error += off * off;
        }
        return new Measure(
                scale,
                (float) (codeSquares * (double) scale * scale),
                Math.nextUp((float) Math.sqrt(error)));
    }

    /** Codes a query vector that was checked; empty where its length is out of range. */
    public Optional<Query> query(byte[] vector) {
        byte[] code = new byte[dimensions];
        Measure measure = encode(vector, 0, code, 0);
        return measure == Measure.NONE ? Optional.empty() : Optional.of(new Query(code, measure));
    }

    /** A query vector's code. */
    public static final class Query {
        private final byte[] code;
        private final double doubleScale;
        private final double squaredLength;
        private final double error;

        private Query(byte[] code, Measure measure) {
            this.code = code;
            this.doubleScale = 2.0 * measure.scale;
            this.squaredLength = measure.squaredLength;
            this.error = measure.error;
        }
    }

    /**
     * How far apart two coded vectors are that score so much, for {@link #mayScore}.
     *
     * @param score as {@link VectorSpace#score} counts; may be infinite
     */
    public double radius(double score) {
        return Math.sqrt(squaredPerScore * score);
    }

    /**
     * Whether the coded vector may have a score as low as that of the radius.
     *
     * @param codes holds the code from {@code at} on
     */
    public boolean mayScore(
            double radius,
            Query q,
            byte[] codes,
            int at,
            float scale,
            float squaredLength,
            float error) {
        int dot = KERNELS.dotInt8(q.code, 0, codes, at, dimensions);
        double lengths = q.squaredLength + squaredLength;
        double nearest = lengths - q.doubleScale * scale * dot - slack * lengths;
        double reach = radius + q.error + error;
        return nearest <= reach * reach;
    }
}

package io.nearstream.core.join;

import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Limits;
import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.Sets;
import io.nearstream.core.similarity.VectorSpace;
import java.io.Serializable;
import java.util.Arrays;

/**
 * Which two records are a pair; checked once, here.
 *
 * @param metric how distance is measured; not INNER_PRODUCT, which is no distance
 * @param encoding of the vectors
 * @param dimensions 1 to 4,096
 * @param eps largest distance of a pair: 0 or more, under COSINE at most 2, under JACCARD below 1
 * @param twoSided whether a pair has a record of each side; else both are of side {@link #LEFT}
 * @param windowMs largest difference of the event times of a pair, milliseconds, 0 or more; {@link
 *     #UNLIMITED} for any
 * @param retainMs how long a record takes part, milliseconds by the clock of versions, 0 or more: a
 *     pair whose earlier record is older stands for good. {@link #UNLIMITED} for as long as it
 *     lives
 * @param takesBack whether pairs are kept so that they can be taken back; not needed where the
 *     reader decides once
 * @param firstOnly whether one pair of a record with earlier ones is enough, whichever: each bucket
 *     that it visits then says at most one; not where pairs are taken back
 */
public record JoinRule(
        Metric metric,
        Encoding encoding,
        int dimensions,
        double eps,
        boolean twoSided,
        long windowMs,
        long retainMs,
        boolean takesBack,
        boolean firstOnly)
        implements Serializable {
    /** The only side of a self-join, and one of two. */
    public static final byte LEFT = 0;

    /** The other side. */
    public static final byte RIGHT = 1;

    /** No limit of time. */
    public static final long UNLIMITED = Long.MAX_VALUE;

    public JoinRule {
        int most = Limits.DEFAULT.dimensions();
        if (dimensions < 1 || dimensions > most) {
            throw new IllegalArgumentException(
                    "dimensions must be between 1 and %d, but was %d.".formatted(most, dimensions));
        }
        if (metric == Metric.INNER_PRODUCT) {
            throw new IllegalArgumentException(
                    "metric must be L2, COSINE, HAMMING or JACCARD for a join or a search for nearest neighbours, but was %s: it is no distance. Scale the vectors to length 1 and use COSINE."
                            .formatted(metric));
        }
        VectorSpace.of(metric, encoding, dimensions);
        boolean below = metric == Metric.JACCARD ? eps < 1 : eps <= most(metric);
        if (!(eps >= 0 && below)) {
            throw new IllegalArgumentException(
                    "eps must be 0 or more and %s under %s, but was %s."
                            .formatted(
                                    metric == Metric.JACCARD
                                            ? "below 1"
                                            : "at most " + most(metric),
                                    metric,
                                    eps));
        }
        notNegative("window", windowMs);
        notNegative("retain", retainMs);
        if (firstOnly && takesBack) {
            throw new IllegalArgumentException(
                    "A join that takes pairs back says all of them: of the others nobody would know.");
        }
    }

    /** All pairs. */
    public JoinRule(
            Metric metric,
            Encoding encoding,
            int dimensions,
            double eps,
            boolean twoSided,
            long windowMs,
            long retainMs,
            boolean takesBack) {
        this(metric, encoding, dimensions, eps, twoSided, windowMs, retainMs, takesBack, false);
    }

    /**
     * The same where one pair of a record with earlier ones is enough, which nothing takes back.
     */
    public JoinRule withFirstOnly() {
        return new JoinRule(
                metric, encoding, dimensions, eps, twoSided, windowMs, retainMs, false, true);
    }

    private static double most(Metric metric) {
        return metric == Metric.COSINE ? 2 : Double.MAX_VALUE;
    }

    private static void notNegative(String name, long millis) {
        if (millis < 0) {
            throw new IllegalArgumentException(
                    "%s must be 0 milliseconds or more, but was %d.".formatted(name, millis));
        }
    }

    /**
     * Whether records of these event times may be a pair. Writers choose them: their difference may
     * be more than fits into a signed long.
     */
    public boolean isWithinWindow(long one, long other) {
        return windowMs == UNLIMITED
                || Long.compareUnsigned(Math.max(one, other) - Math.min(one, other), windowMs) <= 0;
    }

    /**
     * A vector as it travels between operators and lies in logs: a set without the repetitions of
     * its last element that make all sets equally long, all others as they are.
     */
    public byte[] packed(byte[] vector) {
        if (vector.length < encoding.vectorBytes(dimensions)) {
            return vector; // it is
        }
        int bytes =
                metric == Metric.JACCARD
                        ? Long.BYTES * Sets.size(vector, 0, dimensions)
                        : vector.length;
        return bytes == vector.length ? vector : Arrays.copyOf(vector, bytes);
    }

    /** The vector that was {@link #packed}, or was not. */
    public byte[] unpacked(byte[] vector) {
        return metric == Metric.JACCARD ? Sets.repeated(vector, dimensions) : vector;
    }

    /** The space of the vectors. */
    public VectorSpace space() {
        return VectorSpace.of(metric, encoding, dimensions);
    }

    /** Whether what was said at a time takes no part any more at a later one, both of versions. */
    public boolean isOver(long time, long later) {
        return retainMs != UNLIMITED && later - time > retainMs;
    }
}

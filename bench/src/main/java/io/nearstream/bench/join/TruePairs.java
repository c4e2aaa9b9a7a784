package io.nearstream.bench.join;

import java.util.Arrays;

/**
 * The pairs that a join should say, by row numbers. Immutable.
 *
 * @param eps largest distance of a pair, in terms of the metric
 * @param pairs {@link #pair}s
 */
public record TruePairs(double eps, long[] pairs) {
    public TruePairs {
        pairs = pairs.clone();
        Arrays.sort(pairs);
    }

    /** One number for two rows, whichever comes first. */
    public static long pair(int one, int other) {
        return (long) Math.min(one, other) << Integer.SIZE | Math.max(one, other);
    }

    /** How many there are. */
    public int size() {
        return pairs.length;
    }

    /** Whether a pair is one of them. */
    public boolean contains(long pair) {
        return Arrays.binarySearch(pairs, pair) >= 0;
    }
}

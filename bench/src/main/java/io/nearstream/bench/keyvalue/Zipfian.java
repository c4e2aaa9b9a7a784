package io.nearstream.bench.keyvalue;

import java.util.SplittableRandom;

/**
 * Draws ranks whose frequencies fall as a power: rank r, from 0, with a share of 1 / (r +
 * 1)<sup>theta</sup> / zeta(n). Gray et al., "Quickly Generating Billion-Record Synthetic
 * Databases", SIGMOD 1994: constant time per draw, exact for the first two ranks and close for the
 * others. Here {@code theta} is {@value #THETA} as in YCSB, {@code zetaN} is the paper's zeta(n,
 * theta), {@code alpha} and {@code eta} its own. Not thread-safe.
 */
final class Zipfian {
    static final double THETA = 0.99;

    private static final double ALPHA = 1 / (1 - THETA);
    private static final double ZETA_2 = 1 + Math.pow(0.5, THETA);

    private long items;
    private double zetaN;
    private double eta;

    /** Ranks from 0 to below the number of items, at least 1. Takes time in their number. */
    Zipfian(long items) {
        this(items, zeta(0, 0, items));
    }

    /** The same where zeta is known. */
    Zipfian(long items, double zetaN) {
        if (items < 1) {
            throw new IllegalArgumentException(
                    "items must be at least 1, but was %d.".formatted(items));
        }
        set(items, zetaN);
    }

    /** Takes more items into account; takes time in the number of new ones. */
    void grow(long more) {
        if (more > items) {
            set(more, zeta(zetaN, items, more));
        }
    }

    private void set(long n, double zeta) {
        items = n;
        zetaN = zeta;
        eta = (1 - Math.pow(2.0 / n, 1 - THETA)) / (1 - ZETA_2 / zeta);
    }

    /** Sum of 1 / i^theta for i up to {@code to}, given the sum up to {@code from}. */
    static double zeta(double sum, long from, long to) {
        double zeta = sum;
        for (long i = from + 1; i <= to; i++) {
            zeta += 1 / Math.pow(i, THETA);
        }
        return zeta;
    }

    /** A rank; 0 is the most frequent. */
    long next(SplittableRandom random) {
        double u = random.nextDouble();
        double uz = u * zetaN;
        if (uz < 1) {
            return 0;
        }
        if (uz < ZETA_2) {
            return 1;
        }
        // Rounding may reach the number of items itself.
        return Math.min(items - 1, (long) (items * Math.pow(eta * u - eta + 1, ALPHA)));
    }
}

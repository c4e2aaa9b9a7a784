package io.nearstream.core.partition;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * How much recall a number of probes buys, measured by replaying queries over a sample. For several
 * k of the sample it holds the recall at each number of probes of a grid. Immutable.
 *
 * <p>Among n vectors the k nearest lie about as far out as the k S / n nearest in a sample of S.
 * Seeded buckets do not depend on data, so these need as many probes: the curve of k S / n is the
 * answer. Learned cells are the sample's own, and what comes is found less well in them; see
 * docs/decisions/0020.
 *
 * @param sampleSize vectors that the queries searched
 * @param neighbors the k of each curve, ascending
 * @param probes the grid, ascending
 * @param recalls by curve, then by grid position; 0 to 1, never falling
 */
record Calibration(int sampleSize, int[] neighbors, int[] probes, float[][] recalls) {
    /** What the prediction is multiplied by: what comes is seldom easier than the sample. */
    private static final double SAFETY = 1.1;

    /**
     * In learned cells few hundred queries say too little below so many neighbours; see
     * docs/decisions/0009.
     */
    private static final int NEIGHBORS_STEADY = 10;

    /** Probes grow with the neighbours to this power, in cells and where curves do not say. */
    private static final double NEIGHBORS_EXPONENT = 0.2;

    /** What a family's own power may be: steeper is noise. */
    private static final double EXPONENT_LEAST = 0.1;

    private static final double EXPONENT_MOST = 0.7;

    /** Samples that learned cells count as at most: the power is measured no further. */
    private static final double GROWTH_MAX = 4;

    /** A rank that says: not found in any bucket of the probe. */
    static final int NOT_FOUND = Integer.MAX_VALUE;

    private static final int[] NEIGHBORS = {1, 2, 3, 5, 10, 20, 50, 100};
    private static final int EVERY_PROBE_UP_TO = 32;
    private static final double GRID_STEP = 1.06;

    /**
     * Where the points near one query are met in its probe.
     *
     * @param distances ascending, at least as many as any curve has neighbours
     * @param ranks of the same points: the position (from 1) in the probe of the first bucket that
     *     holds the point, or {@link #NOT_FOUND}
     */
    record Found(double[] distances, int[] ranks) {
        /**
         * The k lowest ranks of the points that may be among the k nearest: of several as far away
         * as the last, those count that are met first.
         */
        private IntStream first(int k) {
            int end = k;
            while (end < distances.length && distances[end] == distances[k - 1]) {
                end++;
            }
            return Arrays.stream(ranks, 0, end).sorted().limit(k);
        }
    }

    /** Neighbours that curves are made for, in a sample of this size. */
    static int neighborsMax(int sampleSize) {
        return Math.max(1, Math.min(NEIGHBORS[NEIGHBORS.length - 1], sampleSize / 20));
    }

    /**
     * From what a replay found.
     *
     * @param found by query
     * @param probesMax the longest probe
     */
    static Calibration of(int sampleSize, Found[] found, int probesMax) {
        int available = Math.min(neighborsMax(sampleSize), found[0].ranks().length);
        int[] neighbors = Arrays.stream(NEIGHBORS).filter(k -> k <= available).toArray();
        int[] probes = grid(probesMax);
        float[][] recalls = new float[neighbors.length][];
        for (int curve = 0; curve < neighbors.length; curve++) {
            int k = neighbors[curve];
            int[] sorted =
                    Arrays.stream(found).flatMapToInt(query -> query.first(k)).sorted().toArray();
            recalls[curve] = new float[probes.length];
            int met = 0;
            for (int i = 0; i < probes.length; i++) {
                while (met < sorted.length && sorted[met] <= probes[i]) {
                    met++;
                }
                recalls[curve][i] = (float) met / sorted.length;
            }
        }
        return new Calibration(sampleSize, neighbors, probes, recalls);
    }

    private static int[] grid(int probesMax) {
        IntStream.Builder grid = IntStream.builder();
        int probes = 1;
        while (probes < probesMax) {
            grid.add(probes);
            int next = (int) Math.ceil(probes * GRID_STEP);
            probes = probes < EVERY_PROBE_UP_TO ? probes + 1 : next;
        }
        return grid.add(probesMax).build().toArray();
    }

    /**
     * Probes that reach a recall, with some safety; more than the grid has if none does.
     *
     * @param live vectors in the collection: among more of them, k neighbours are nearer
     * @param seeded whether the buckets do not depend on the sample
     */
    int probes(double targetRecall, int k, long live, boolean seeded) {
        double growth = Math.max(1, (double) live / sampleSize);
        double sought = k / (seeded ? growth : Math.min(growth, GROWTH_MAX));
        int last = neighbors.length - 1;
        int least = Math.max(neighbors[0], seeded ? 1 : NEIGHBORS_STEADY);
        double replayed = Math.min(neighbors[last], Math.max(sought, least));
        double power = NEIGHBORS_EXPONENT;
        if (seeded && sought != replayed) {
            power =
                    sought < replayed
                            ? ownPower(0, lastUpTo(NEIGHBORS_STEADY), targetRecall)
                            : ownPower(Math.max(0, last - 1), last, targetRecall);
        }
        double nearer = StrictMath.pow(sought / replayed, power);
        double predicted = reachBetween(replayed, targetRecall) * nearer * SAFETY;
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, Math.round(predicted)));
    }

    private int lastUpTo(int k) {
        int curve = 0;
        while (curve + 1 < neighbors.length && neighbors[curve + 1] <= k) {
            curve++;
        }
        return curve;
    }

    /** The power by which the probes that reach a recall grow from one curve to another. */
    private double ownPower(int from, int to, double targetRecall) {
        double few = reach(from, targetRecall);
        double many = reach(to, targetRecall);
        if (from == to || Math.max(few, many) == Integer.MAX_VALUE) {
            return NEIGHBORS_EXPONENT;
        }
        double power =
                StrictMath.log(many / few)
                        / StrictMath.log((double) neighbors[to] / neighbors[from]);
        return Math.max(EXPONENT_LEAST, Math.min(EXPONENT_MOST, power));
    }

    private double reachBetween(double k, double targetRecall) {
        int upper = 0;
        while (neighbors[upper] < k) {
            upper++;
        }
        double predicted = reach(upper, targetRecall);
        if (neighbors[upper] == k) {
            return predicted;
        }
        double below = reach(upper - 1, targetRecall);
        double share = (k - neighbors[upper - 1]) / (neighbors[upper] - neighbors[upper - 1]);
        return below + share * (predicted - below);
    }

    private double reach(int curve, double targetRecall) {
        for (int i = 0; i < probes.length; i++) {
            if (recalls[curve][i] >= targetRecall) {
                return i == 0 ? probes[0] : between(curve, i, targetRecall);
            }
        }
        return Integer.MAX_VALUE;
    }

    /** Where between two positions of the grid a curve has the recall. */
    private double between(int curve, int upper, double recall) {
        float below = recalls[curve][upper - 1];
        double share = (recall - below) / (recalls[curve][upper] - below);
        return probes[upper - 1] + share * (probes[upper] - probes[upper - 1]);
    }
}

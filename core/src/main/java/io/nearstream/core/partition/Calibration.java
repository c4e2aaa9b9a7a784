package io.nearstream.core.partition;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * How much recall a number of probes buys, measured by replaying queries over a sample. For several
 * k of the sample it holds the recall at each number of probes of a grid. Immutable.
 *
 * @param sampleSize vectors that the queries searched
 * @param neighbors the k of each curve, ascending
 * @param probes the grid, ascending
 * @param recalls by curve, then by grid position; 0 to 1, never falling
 */
record Calibration(int sampleSize, int[] neighbors, int[] probes, float[][] recalls) {
    /** What the prediction is multiplied by: what comes is seldom easier than the sample. */
    private static final double SAFETY = 1.1;

    /** Below so many neighbours a few hundred queries say too little; see docs/decisions/0009. */
    private static final int NEIGHBORS_STEADY = 10;

    /** Probes grow with the neighbours to this power. */
    private static final double NEIGHBORS_EXPONENT = 0.2;

    /** Samples that a collection counts as at most: the power is measured no further. */
    private static final double GROWTH_MAX = 4;

    /** A rank that says: not found in any bucket of the probe. */
    static final int NOT_FOUND = Integer.MAX_VALUE;

    private static final int[] NEIGHBORS = {1, 2, 3, 5, 10, 20, 50, 100};
    private static final int EVERY_PROBE_UP_TO = 32;
    private static final double GRID_STEP = 1.06;

    /** Neighbours that curves are made for, in a sample of this size. */
    static int neighborsMax(int sampleSize) {
        return Math.max(1, Math.min(NEIGHBORS[NEIGHBORS.length - 1], sampleSize / 20));
    }

    /**
     * From what a replay found.
     *
     * @param ranks by query, then by neighbour, nearest first: the position (from 1) in the probe
     *     of the first bucket that holds the neighbour, or {@link #NOT_FOUND}
     * @param probesMax the longest probe
     */
    static Calibration of(int sampleSize, int[][] ranks, int probesMax) {
        int available = ranks[0].length;
        int[] neighbors = Arrays.stream(NEIGHBORS).filter(k -> k <= available).toArray();
        int[] probes = grid(probesMax);
        float[][] recalls = new float[neighbors.length][];
        for (int curve = 0; curve < neighbors.length; curve++) {
            int k = neighbors[curve];
            int[] sorted =
                    Arrays.stream(ranks)
                            .flatMapToInt(query -> Arrays.stream(query, 0, k))
                            .sorted()
                            .toArray();
            recalls[curve] = new float[probes.length];
            int found = 0;
            for (int i = 0; i < probes.length; i++) {
                while (found < sorted.length && sorted[found] <= probes[i]) {
                    found++;
                }
                recalls[curve][i] = (float) found / sorted.length;
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
     */
    int probes(double targetRecall, int k, long live) {
        double growth = Math.max(1, Math.min((double) live / sampleSize, GROWTH_MAX));
        double sought = k / growth;
        int most = neighbors[neighbors.length - 1];
        double replayed = Math.min(most, Math.max(sought, NEIGHBORS_STEADY));
        double nearer = StrictMath.pow(sought / replayed, NEIGHBORS_EXPONENT);
        double predicted = reachBetween(replayed, targetRecall) * nearer * SAFETY;
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, Math.round(predicted)));
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

package io.nearstream.core.partition;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.topk.TopK;

/** Chooses the closure's eps of a codebook, so that vectors lie in the wanted number of cells. */
final class Closure {
    /** SPANN's order of magnitude; used where nothing is measured. */
    static final float DEFAULT = 0.1f;

    private static final double COPIES = 1.4;

    /** Of long vectors kept whole: copies are most of what a write costs and the state keeps. */
    private static final double COPIES_OF_LONG = 1.25;

    private static final int LONG_BYTES = 512;
    private static final float EPS_MAX = 2;
    private static final int STEPS = 16;
    static final int VECTORS_MAX = 1_000;

    private Closure() {}

    /** Cells per vector to aim at. */
    static double copies(CollectionSettings settings) {
        boolean isLong = !settings.isCoded() && settings.vectorBytes() >= LONG_BYTES;
        return isLong ? COPIES_OF_LONG : COPIES;
    }

    /**
     * The smallest eps, up to 2, at which these points have the wanted copies on average.
     *
     * @param settings say what a copy of a vector costs
     */
    static float choose(Cells cells, byte[][] points, CollectionSettings settings) {
        double wanted = copies(settings);
        int n = Math.min(VECTORS_MAX, points.length);
        int[][] nearest = new int[n][];
        double[][] distances = new double[n][];
        for (int i = 0; i < n; i++) {
            TopK top = cells.candidates(points[i]);
            nearest[i] = top.drainRefs();
            distances[i] = top.drainScores();
        }
        float low = 0;
        float high = EPS_MAX;
        for (int step = 0; step < STEPS; step++) {
            float eps = (low + high) / 2;
            long copies = 0;
            for (int i = 0; i < n; i++) {
                copies += cells.close(nearest[i], distances[i], eps).length;
            }
            if (copies < wanted * n) {
                low = eps;
            } else {
                high = eps;
            }
        }
        return high;
    }
}

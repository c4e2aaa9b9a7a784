package io.nearstream.core.partition;

import io.nearstream.core.topk.TopK;

/** Chooses the closure's eps of a codebook, so that vectors lie in the wanted number of cells. */
final class Closure {
    /** SPANN's order of magnitude; used where nothing is measured. */
    static final float DEFAULT = 0.1f;

    /** Cells per vector to aim at. */
    static final double COPIES = 1.4;

    private static final float EPS_MAX = 2;
    private static final int STEPS = 16;
    static final int VECTORS_MAX = 1_000;

    private Closure() {}

    /** The smallest eps, up to 2, at which these points have the wanted copies on average. */
    static float choose(Cells cells, byte[][] points) {
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
            if (copies < COPIES * n) {
                low = eps;
            } else {
                high = eps;
            }
        }
        return high;
    }
}

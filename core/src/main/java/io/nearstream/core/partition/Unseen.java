package io.nearstream.core.partition;

import io.nearstream.core.topk.TopK;
import java.util.Arrays;

/**
 * Places the points that a codebook was trained on as if it had been trained without them: what is
 * yet to come has no cell whose centroid it pulled its way. A mean of n points without one of them
 * lies n / (n - 1) times as far from that one; a cell of one point would not be there. Immutable
 * and thread-safe.
 */
final class Unseen {
    private final Cells cells;
    private final byte[][] points;
    private final int[] homes;
    private final int[] members;

    /**
     * @param points what the codebook was trained on
     * @param homes the cell of each point
     */
    Unseen(Cells cells, byte[][] points, int[] homes) {
        this.cells = cells;
        this.points = points;
        this.homes = homes;
        this.members = new int[cells.count()];
        Arrays.stream(homes).forEach(home -> members[home]++);
    }

    /** The cells of a point, home first. */
    int[] place(int point) {
        TopK candidates = cells.candidates(points[point]);
        int[] near = candidates.drainRefs();
        double[] distances = candidates.drainScores();
        TopK nearest = new TopK(near.length);
        for (int i = 0; i < near.length; i++) {
            boolean home = near[i] == homes[point];
            if (!home || members[near[i]] > 1 || near.length == 1) {
                nearest.offer(home ? without(distances[i], near[i]) : distances[i], near[i]);
            }
        }
        return cells.close(nearest.drainRefs(), nearest.drainScores(), cells.closure());
    }

    /** The distance of a point from the mean of the cell's other points. */
    private double without(double distance, int cell) {
        double others = Math.max(1, members[cell] - 1);
        double farther = (others + 1) / others;
        return distance * farther * farther;
    }
}

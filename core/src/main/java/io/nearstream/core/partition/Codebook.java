package io.nearstream.core.partition;

import io.nearstream.core.topk.TopK;
import java.util.Arrays;
import java.util.Optional;

/**
 * The centroids of all cells, in groups of neighbouring ones. A search over the groups first costs
 * a quarter of a search over all cells and nearly always finds the nearest. Immutable and
 * thread-safe.
 */
final class Codebook {
    /** Groups whose cells a search in two levels looks at. */
    private static final int BEAM = 6;

    /** Of so many cells at least, one may be wanted where codes are used. */
    private static final int MANY = 8;

    private final RoutingSpace space;
    private final byte[] centroids;
    private final int[] groupSizes;
    private final int[] firstCell;
    private final byte[] groupCentroids;
    private final LazyCodes codes = new LazyCodes(this);

    /**
     * @param centroids points one behind the other, group by group
     * @param groupSizes cells of each group, at least 1
     */
    Codebook(RoutingSpace space, byte[] centroids, int[] groupSizes) {
        this.space = space;
        this.centroids = centroids;
        this.groupSizes = groupSizes;
        this.firstCell = new int[groupSizes.length + 1];
        this.groupCentroids = new byte[groupSizes.length * space.pointBytes()];
        for (int group = 0; group < groupSizes.length; group++) {
            firstCell[group + 1] = firstCell[group] + groupSizes[group];
            double[] sums = new double[space.dimensions()];
            for (int cell = firstCell[group]; cell < firstCell[group + 1]; cell++) {
                space.addTo(sums, centroids, cell * space.pointBytes());
            }
            space.putMean(sums, groupSizes[group], groupCentroids, group * space.pointBytes());
        }
    }

    int cells() {
        return firstCell[groupSizes.length];
    }

    /** Codes of the centroids. */
    LazyCodes codes() {
        return codes;
    }

    RoutingSpace space() {
        return space;
    }

    byte[] centroids() {
        return centroids;
    }

    int[] groupSizes() {
        return groupSizes;
    }

    /** The cells nearest to a point with their distances, compared with all; ties by number. */
    TopK nearest(byte[] point, int wanted) {
        // Where one cell of a few is wanted, codes would rule out too few.
        Optional<CentroidCodes> ready = wanted < cells() / MANY ? codes.ready() : Optional.empty();
        return ready.isPresent() ? ready.get().nearest(point, wanted) : nearestOfAll(point, wanted);
    }

    /** Without codes. */
    TopK nearestOfAll(byte[] point, int wanted) {
        TopK nearest = new TopK(wanted);
        offer(point, 0, cells(), nearest);
        return nearest;
    }

    /** The cells nearest to a point, looked for in the nearest groups only. */
    TopK nearestInGroups(byte[] point, int wanted) {
        if (groupSizes.length <= 2 * BEAM) {
            return nearest(point, wanted);
        }
        float[] distances = new float[groupSizes.length];
        space.distances(point, groupCentroids, 0, distances.length, distances);
        TopK groups = new TopK(BEAM);
        for (int group = 0; group < distances.length; group++) {
            groups.offer(distances[group], group);
        }
        TopK nearest = new TopK(wanted);
        for (int group : groups.drainRefs()) {
            offer(point, firstCell[group], groupSizes[group], nearest);
        }
        return nearest;
    }

    private void offer(byte[] point, int first, int count, TopK nearest) {
        float[] distances = new float[count];
        space.distances(point, centroids, first, count, distances);
        double threshold = nearest.threshold();
        for (int i = 0; i < count; i++) {
            // Beyond the threshold an equal distance counts too: its cell may be lower.
            if (distances[i] <= threshold) {
                nearest.offer(distances[i], first + i);
                threshold = nearest.threshold();
            }
        }
    }

    /** The distance of a point from a centroid. */
    float distance(byte[] point, int cell) {
        return space.distance(point, 0, centroids, cell * space.pointBytes());
    }

    /** The distance between two centroids. */
    float distance(int cell, int other) {
        int bytes = space.pointBytes();
        return space.distance(centroids, cell * bytes, centroids, other * bytes);
    }

    /** The centroid of a cell, one value for each dimension of the vectors. */
    float[] centroid(int cell) {
        return space.vectorValues(centroids, cell * space.pointBytes());
    }

    /** The numbers of all cells. */
    int[] all() {
        int[] cells = new int[cells()];
        Arrays.setAll(cells, i -> i);
        return cells;
    }
}

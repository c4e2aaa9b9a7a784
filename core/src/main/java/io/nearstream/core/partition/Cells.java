package io.nearstream.core.partition;

import io.nearstream.core.topk.TopK;
import java.util.Arrays;

/**
 * The cells of a codebook: a bucket is what lies nearest to its centroid. A vector is stored in its
 * nearest cell and, as SPANN does (Chen et al. 2021, closure assignment with the RNG rule), in up
 * to {@link #COPIES_MAX} - 1 others that are nearly as near and lie in another direction. Immutable
 * and thread-safe.
 */
final class Cells implements Buckets {
    /** Cells that a vector lies in at most. */
    static final int COPIES_MAX = 4;

    /** Nearest cells that the closure looks at. */
    static final int CLOSURE_CANDIDATES = 16;

    private final RoutingSpace space;
    private final int count;
    private final byte[] centroids;
    private final float closure;

    /**
     * @param centroids points one behind the other, at least one
     * @param closure eps: cells within (1 + eps) times the nearest distance may get a copy
     */
    Cells(RoutingSpace space, byte[] centroids, float closure) {
        this.space = space;
        this.count = centroids.length / space.pointBytes();
        this.centroids = centroids;
        this.closure = closure;
    }

    byte[] centroids() {
        return centroids;
    }

    float closure() {
        return closure;
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public int[] all() {
        int[] cells = new int[count];
        Arrays.setAll(cells, i -> i);
        return cells;
    }

    @Override
    public boolean leaves(int bucket) {
        return bucket < 0;
    }

    @Override
    public int[] probe(byte[] query, int wanted) {
        return nearest(space.point(query), wanted).drainRefs();
    }

    @Override
    public int[] place(String id, byte[] vector) {
        return placePoint(space.point(vector));
    }

    int[] placePoint(byte[] point) {
        TopK nearest = nearest(point, Math.min(count, CLOSURE_CANDIDATES));
        return close(nearest.drainRefs(), nearest.drainScores(), closure);
    }

    /** The cells nearest to a point with their distances; ties by the lower cell. */
    TopK nearest(byte[] point, int wanted) {
        float[] distances = new float[count];
        space.distances(point, centroids, count, distances);
        TopK nearest = new TopK(wanted);
        double threshold = nearest.threshold();
        for (int cell = 0; cell < count; cell++) {
            if (distances[cell] < threshold || nearest.size() < wanted) {
                nearest.offer(distances[cell], cell);
                threshold = nearest.threshold();
            }
        }
        return nearest;
    }

    /**
     * Which of the nearest cells get a copy: within (1 + eps) times the nearest distance, and
     * nearer to the vector than to every cell chosen before.
     */
    int[] close(int[] cells, double[] distances, double eps) {
        double limit = distances[0] * (1 + eps) * (1 + eps);
        int[] chosen = new int[Math.min(COPIES_MAX, cells.length)];
        chosen[0] = cells[0];
        int size = 1;
        for (int i = 1; i < cells.length && size < chosen.length && distances[i] <= limit; i++) {
            if (isApart(cells[i], distances[i], chosen, size)) {
                chosen[size++] = cells[i];
            }
        }
        return size == chosen.length ? chosen : Arrays.copyOf(chosen, size);
    }

    private boolean isApart(int cell, double distance, int[] chosen, int size) {
        int bytes = space.pointBytes();
        for (int i = 0; i < size; i++) {
            if (space.distance(centroids, cell * bytes, centroids, chosen[i] * bytes) < distance) {
                return false;
            }
        }
        return true;
    }
}

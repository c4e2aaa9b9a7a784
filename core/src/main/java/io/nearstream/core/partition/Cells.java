package io.nearstream.core.partition;

import io.nearstream.core.topk.TopK;
import java.util.Arrays;

/**
 * The cells of a codebook: a bucket is what lies nearest to its centroid. A vector is stored in its
 * nearest cell and, as SPANN does (Chen et al. 2021, closure assignment with the RNG rule), in up
 * to {@link #COPIES_MAX} - 1 others that are nearly as near and lie in another direction. Probes
 * compare with every centroid, vectors go by groups. Immutable and thread-safe.
 */
final class Cells implements Buckets {
    /** Cells that a vector lies in at most. */
    static final int COPIES_MAX = 4;

    /** Nearest cells that the closure looks at. */
    static final int CLOSURE_CANDIDATES = 16;

    private final RoutingSpace space;
    private final Codebook codebook;
    private final float closure;

    /**
     * @param closure eps: cells within (1 + eps) times the nearest distance may get a copy
     */
    Cells(RoutingSpace space, Codebook codebook, float closure) {
        this.space = space;
        this.codebook = codebook;
        this.closure = closure;
    }

    Codebook codebook() {
        return codebook;
    }

    float closure() {
        return closure;
    }

    @Override
    public int count() {
        return codebook.cells();
    }

    @Override
    public int[] all() {
        return codebook.all();
    }

    @Override
    public boolean leaves(int bucket) {
        return bucket < 0;
    }

    @Override
    public int[] probe(byte[] query, int wanted) {
        return codebook.nearest(space.point(query), wanted).drainRefs();
    }

    @Override
    public int[] place(String id, byte[] vector) {
        TopK nearest = candidates(space.point(vector));
        return close(nearest.drainRefs(), nearest.drainScores(), closure);
    }

    /** The cells that a point may be placed in, with their distances. */
    TopK candidates(byte[] point) {
        return codebook.nearestInGroups(point, Math.min(count(), CLOSURE_CANDIDATES));
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
        for (int i = 0; i < size; i++) {
            if (codebook.distance(cell, chosen[i]) < distance) {
                return false;
            }
        }
        return true;
    }
}

package io.nearstream.core.partition;

import io.nearstream.core.similarity.CoarseCode;
import io.nearstream.core.topk.TopK;
import java.util.Arrays;
import java.util.Optional;

/**
 * The cells of a codebook: a bucket is what lies nearest to its centroid. A vector is stored in its
 * nearest cell and in up to {@link #COPIES_MAX} - 1 others that are nearly as near (a closure, as
 * in SPANN: Chen et al. 2021) and lie in another direction (measured as SOAR does, with lambda 1:
 * Sun, Simcha, Dopson, Guo, Kumar 2023). A query that misses a vector's home for another side of it
 * then finds the copy. Probes compare with every centroid, vectors go by groups.
 *
 * <p>Under inner product there is one bucket more, the last: of vectors longer than any of the
 * sample, which have no point. Every probe visits it first, so they are always found. Immutable and
 * thread-safe.
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
     * @param closure eps: see {@link #close}
     */
    Cells(RoutingSpace space, Codebook codebook, float closure) {
        this.space = space;
        this.codebook = codebook;
        this.closure = closure;
    }

    Codebook codebook() {
        return codebook;
    }

    RoutingSpace space() {
        return space;
    }

    float closure() {
        return closure;
    }

    @Override
    public int count() {
        return codebook.cells() + (space.isBounded() ? 1 : 0);
    }

    @Override
    public int[] all() {
        int[] buckets = new int[count()];
        Arrays.setAll(buckets, i -> i);
        return buckets;
    }

    @Override
    public boolean leaves(int bucket) {
        return bucket < 0;
    }

    @Override
    public Optional<float[]> centroid(int bucket) {
        return bucket >= 0 && bucket < codebook.cells()
                ? Optional.of(codebook.centroid(bucket))
                : Optional.empty();
    }

    @Override
    public int[] probe(byte[] query, int wanted) {
        byte[] point = space.queryPoint(query);
        if (!space.isBounded()) {
            return codebook.nearest(point, wanted).drainRefs();
        }
        int[] buckets = new int[wanted];
        buckets[0] = codebook.cells();
        if (wanted > 1) {
            int[] nearest = codebook.nearest(point, wanted - 1).drainRefs();
            System.arraycopy(nearest, 0, buckets, 1, nearest.length);
        }
        return buckets;
    }

    @Override
    public Optional<CoarseCode> coarseCode() {
        return codebook.codes().ready().flatMap(CentroidCodes::forEntries);
    }

    @Override
    public int[] place(String id, byte[] vector) {
        if (space.isBeyond(vector)) {
            return new int[] {codebook.cells()};
        }
        TopK nearest = candidates(space.point(vector));
        return close(nearest.drainRefs(), nearest.drainScores(), closure);
    }

    /** The cells that a point may be placed in, with their distances. */
    TopK candidates(byte[] point) {
        return codebook.nearestInGroups(point, Math.min(codebook.cells(), CLOSURE_CANDIDATES));
    }

    /**
     * Which of the nearest cells get a copy. The nearest does; then, one after the other, the cell
     * of the least cost, while that is within (1 + eps) squared times the nearest distance. The
     * cost is the distance and, for each cell chosen before, what the way to it goes the same way.
     */
    int[] close(int[] cells, double[] distances, double eps) {
        double limit = distances[0] * (1 + eps) * (1 + eps);
        int within = 1;
        while (within < cells.length && distances[within] <= limit) {
            within++;
        }
        double[] costs = Arrays.copyOf(distances, within);
        int[] chosen = new int[Math.min(COPIES_MAX, within)];
        chosen[0] = cells[0];
        int size = 1;
        int last = 0;
        while (size < chosen.length) {
            costs[last] = Double.POSITIVE_INFINITY;
            addShared(cells, distances, last, costs);
            last = cheapest(costs);
            if (!(costs[last] <= limit && costs[last] < Double.POSITIVE_INFINITY)) {
                break;
            }
            chosen[size++] = cells[last];
        }
        return Arrays.copyOf(chosen, size);
    }

    /** Adds the squared part of each way that is parallel to the way to the chosen cell. */
    private void addShared(int[] cells, double[] distances, int chosen, double[] costs) {
        if (distances[chosen] == 0) {
            return; // no way, no direction
        }
        for (int i = 1; i < costs.length; i++) {
            if (costs[i] < Double.POSITIVE_INFINITY) {
                float apart = codebook.distance(cells[i], cells[chosen]);
                double product = (distances[i] + distances[chosen] - apart) / 2;
                costs[i] += product * product / distances[chosen];
            }
        }
    }

    private static int cheapest(double[] costs) {
        int best = 0;
        for (int i = 1; i < costs.length; i++) {
            if (costs[i] < costs[best]) {
                best = i;
            }
        }
        return best;
    }
}

package io.nearstream.core.partition;

import io.nearstream.core.similarity.CoarseCode;
import io.nearstream.core.topk.TopK;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The cells of a codebook: a bucket is what lies nearest to its centroid. A vector is stored in its
 * nearest cell and in up to {@link #COPIES_MAX} - 1 others that are nearly as near (a closure, as
 * in SPANN: Chen et al. 2021) and lie in another direction (measured as SOAR does, with lambda 1:
 * Sun, Simcha, Dopson, Guo, Kumar 2023). A query that misses a vector's home for another side of it
 * then finds the copy. Probes compare with every centroid, vectors go by groups.
 *
 * <p>A cell's place in the codebook is its position; its bucket is an id that stays the same in
 * later generations ({@link CellHistory}). What is not said to be a position here is an id.
 *
 * <p>Under inner product there is one bucket more: of vectors longer than any of the first sample,
 * which have no point. Every probe visits it first, so they are always found. Immutable and
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
    private final CellHistory history;
    private final Map<Integer, Integer> positions = new HashMap<>();
    private final Set<Integer> retired = new HashSet<>();

    /** The cells of a first codebook; see the other constructor. */
    Cells(RoutingSpace space, Codebook codebook, float closure) {
        this(space, codebook, closure, CellHistory.first(codebook.cells()));
    }

    /**
     * @param closure eps: see {@link #close}
     * @param history of this codebook's cells
     */
    Cells(RoutingSpace space, Codebook codebook, float closure, CellHistory history) {
        this.space = space;
        this.codebook = codebook;
        this.closure = closure;
        this.history = history;
        int[] ids = history.ids();
        for (int position = 0; position < ids.length; position++) {
            positions.put(ids[position], position);
        }
        Arrays.stream(history.retired()).forEach(retired::add);
    }

    CellHistory history() {
        return history;
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
        int[] buckets = Arrays.copyOf(history.ids(), count());
        if (space.isBounded()) {
            buckets[count() - 1] = history.beyond();
        }
        return buckets;
    }

    @Override
    public boolean leaves(int bucket) {
        return bucket < 0 || retired.contains(bucket);
    }

    @Override
    public int[] retiredAfter(int generation) {
        return history.retiredAfter(generation);
    }

    @Override
    public long live() {
        return history.live();
    }

    @Override
    public boolean hasCentroid(int bucket) {
        return positions.containsKey(bucket) || retired.contains(bucket);
    }

    @Override
    public Optional<float[]> centroid(int bucket) {
        Integer position = positions.get(bucket);
        if (position != null) {
            return Optional.of(codebook.centroid(position));
        }
        int[] gone = history.retired();
        for (int i = 0; i < gone.length; i++) {
            if (gone[i] == bucket) {
                byte[] points = history.retiredCentroids();
                return Optional.of(space.vectorValues(points, i * space.pointBytes()));
            }
        }
        return Optional.empty();
    }

    @Override
    public int[] probe(byte[] query, int wanted) {
        byte[] point = space.queryPoint(query);
        if (!space.isBounded()) {
            return named(codebook.nearest(point, wanted).drainRefs());
        }
        int[] buckets = new int[wanted];
        buckets[0] = history.beyond();
        if (wanted > 1) {
            int[] nearest = named(codebook.nearest(point, wanted - 1).drainRefs());
            System.arraycopy(nearest, 0, buckets, 1, nearest.length);
        }
        return buckets;
    }

    @Override
    public Optional<CoarseCode> coarseCode() {
        return codebook.codes().ready().flatMap(CentroidCodes::forEntries);
    }

    @Override
    public void keepAxes(Buckets before) {
        if (before instanceof Cells earlier) {
            codebook.codes().keepAxes(earlier.codebook.codes());
        }
    }

    @Override
    public int[] place(String id, byte[] vector) {
        if (space.isBeyond(vector)) {
            return new int[] {history.beyond()};
        }
        TopK nearest = candidates(space.point(vector));
        return named(close(nearest.drainRefs(), nearest.drainScores(), closure));
    }

    /** From positions to buckets, in place. */
    private int[] named(int[] cells) {
        for (int i = 0; i < cells.length; i++) {
            cells[i] = history.ids()[cells[i]];
        }
        return cells;
    }

    /**
     * For each generation that split some, the split cells are ranked among those that there were
     * before it: what is still to be moved out of them is met by the probes that met it then.
     */
    @Override
    public int[] probeRetired(byte[] query, int wanted, int generation) {
        int[] by = history.retiredBy();
        int first = history.retired().length - retiredAfter(generation).length;
        int cells = wanted - (space.isBounded() ? 1 : 0);
        if (first == by.length || cells == 0) {
            return new int[0];
        }
        byte[] point = space.queryPoint(query);
        float[] distances = new float[codebook.cells()];
        space.distances(point, codebook.centroids(), 0, distances.length, distances);
        float[] ofRetired = new float[by.length];
        space.distances(point, history.retiredCentroids(), 0, by.length, ofRetired);
        int[] visit = new int[by.length - first];
        int count = 0;
        for (int i = first; i < by.length; i++) {
            if (i > first && by[i] == by[i - 1]) {
                continue; // ranked with the one before it
            }
            for (int ref : rank(distances, ofRetired, i, cells).drainRefs()) {
                if (ref < by.length && by[ref] == by[i]) {
                    visit[count++] = history.retired()[ref];
                }
            }
        }
        return Arrays.copyOf(visit, count);
    }

    /** The nearest of the cells that there were before the one of this index was split. */
    private TopK rank(float[] distances, float[] ofRetired, int index, int wanted) {
        int existing = history.existing()[index];
        TopK nearest = new TopK(wanted);
        for (int i = index; i < ofRetired.length; i++) {
            if (history.retired()[i] < existing) {
                nearest.offer(ofRetired[i], i);
            }
        }
        for (int position = 0; position < distances.length; position++) {
            if (history.ids()[position] < existing) {
                nearest.offer(distances[position], ofRetired.length + position);
            }
        }
        return nearest;
    }

    /** The positions of the cells that a point may be placed in, with their distances. */
    TopK candidates(byte[] point) {
        return codebook.nearestInGroups(point, Math.min(codebook.cells(), CLOSURE_CANDIDATES));
    }

    /**
     * Which of the nearest cells (positions) get a copy. The nearest does; then, one after the
     * other, the cell of the least cost, while that is within (1 + eps) squared times the nearest
     * distance. The cost is the distance and, for each cell chosen before, what the way to it goes
     * the same way.
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

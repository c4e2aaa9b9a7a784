package io.nearstream.core.partition;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.core.topk.TopK;
import java.util.Arrays;
import java.util.List;

/**
 * The cells of a similarity join: every vector has one home, the cell of its nearest centroid of
 * all, and visits the cells that may be home to a vector within a distance eps of it.
 *
 * <p>A cell i is visited where the vector y is no further than a * eps behind the plane that parts
 * it from the nearest cell c: (d(y, i)^2 - d(y, c)^2) / (2 |i - c|) &lt;= a * eps. This is the
 * distance of y from that plane. From y to a vector x it changes by no more than |x - y|, and where
 * x lives in cell i it is at most 0: so with a = 1 every home of a vector within eps is visited,
 * and with a &lt; 1 most are (the generalised hyperplane bound of metric search: Uhlmann 1991,
 * Zezula, Amato, Dohnal, Batko 2006). Rounding errs on the side of visiting.
 *
 * <p>Distances: Euclidean under L2; under cosine points have length 1 and eps stands for the chord
 * sqrt(2 eps); under Hamming for sqrt(eps). Immutable and thread-safe.
 */
public final class CellVisits {
    /** Half a unit in the last place of a float. */
    private static final double HALF_ULP = 0x1p-24;

    /** Values that a sum of float32 squares adds in one register, at least. */
    private static final int LANES = 4;

    private static final int ROUNDINGS_BESIDE = 8;

    /** No coordinate of a point of length 1 is further off than this, nor is the point. */
    private static final double UNIT_ROUNDING = 1e-6;

    private final RoutingSpace space;
    private final byte[] centroids;
    private final int cells;
    private final double rounding;

    private CellVisits(RoutingSpace space, byte[] centroids) {
        this.space = space;
        this.centroids = centroids;
        this.cells = centroids.length / space.pointBytes();
        this.rounding = rounding(space.dimensions());
    }

    private static double rounding(int dimensions) {
        return 2 * (ROUNDINGS_BESIDE + (double) dimensions / LANES) * HALF_ULP;
    }

    /**
     * Whether there are such cells under a metric: inner product is no distance, sets have none.
     */
    public static boolean serves(Metric metric) {
        return metric == Metric.L2 || metric == Metric.COSINE || metric == Metric.HAMMING;
    }

    /**
     * Cells learned from a sample by k-means; deterministic for sample and seed.
     *
     * @param sample vectors that {@link VectorSpace#check} accepted, at least one
     * @param cells wanted, at least 1; there are fewer where the sample has fewer distinct vectors
     */
    public static CellVisits train(
            Metric metric,
            Encoding encoding,
            int dimensions,
            List<byte[]> sample,
            int cells,
            long seed) {
        if (sample.isEmpty() || cells < 1) {
            throw new IllegalArgumentException(
                    "A sample of at least 1 vector and at least 1 cell are needed, but there are %d vectors for %d cells."
                            .formatted(sample.size(), cells));
        }
        RoutingSpace space = space(metric, encoding, dimensions);
        byte[][] points = sample.stream().map(space::point).toArray(byte[][]::new);
        int wanted = Math.min(cells, points.length);
        KMeans.Trained trained = KMeans.train(space, points, wanted, new StableRandom(seed));
        return new CellVisits(space, trained.codebook().centroids());
    }

    /**
     * The cells of a generation with learned ones, numbered by their place in its codebook.
     *
     * @throws IllegalArgumentException if it has none, or its metric is no distance
     */
    public static CellVisits of(Generation generation) {
        if (!(generation.buckets() instanceof Cells learned)) {
            throw new IllegalArgumentException(
                    "A generation with learned cells is needed, but there is %s."
                            .formatted(generation));
        }
        requireServed(learned.space().settings().metric());
        return new CellVisits(learned.space(), learned.codebook().centroids());
    }

    /**
     * Cells as {@link #centroids} gave them.
     *
     * @throws IllegalArgumentException if the bytes are no points of the space, or none
     */
    public static CellVisits of(
            Metric metric, Encoding encoding, int dimensions, byte[] centroids) {
        RoutingSpace space = space(metric, encoding, dimensions);
        int point = space.pointBytes();
        if (centroids.length == 0 || centroids.length % point != 0) {
            throw new IllegalArgumentException(
                    "Centroids must be one or more points of %d bytes, but have %d bytes."
                            .formatted(point, centroids.length));
        }
        if (!space.arePoints(centroids)) {
            throw new IllegalArgumentException("Centroids must hold finite numbers only.");
        }
        return new CellVisits(space, centroids.clone());
    }

    private static RoutingSpace space(Metric metric, Encoding encoding, int dimensions) {
        requireServed(metric);
        return new RoutingSpace(
                CollectionSettings.learned("join", 0, dimensions, metric, encoding));
    }

    private static void requireServed(Metric metric) {
        if (!serves(metric)) {
            throw new IllegalArgumentException(
                    "metric must be L2, COSINE or HAMMING for cells of a join, but was %s."
                            .formatted(metric));
        }
    }

    /** How many cells there are; they are numbered from 0. */
    public int cells() {
        return cells;
    }

    /** A copy of the centroids, one point behind the other. */
    public byte[] centroids() {
        return centroids.clone();
    }

    /**
     * The cells that a vector visits: its home first, then the others by number.
     *
     * @param vector that {@link VectorSpace#check} accepted
     * @param eps largest distance of a partner in terms of the metric, 0 or more
     * @param share a: 1 visits every home of a partner, less saves visits, above 0
     */
    public int[] visits(byte[] vector, double eps, double share) {
        float[] distances = distancesOfAll(vector);
        int home = nearest(distances);
        double reach = share * length(space.settings().metric(), eps, rounding);
        double nearest = distances[home];
        // Cells further off than this are ruled out by the triangle inequality alone.
        double worth = Math.sqrt(nearest * (1 + rounding)) + 2 * reach;
        double worthSquared = worth * worth * (1 + rounding);
        int[] visits = new int[cells];
        visits[0] = home;
        int count = 1;
        for (int cell = 0; cell < cells; cell++) {
            // Distances beyond the range of a float compare as neither: such cells are visited.
            if (cell != home && !(distances[cell] > worthSquared)) {
                double gap = (double) distances[cell] - nearest;
                double slack = rounding * (distances[cell] + nearest) + Float.MIN_NORMAL;
                if (!(gap > 2 * apart(cell, home) * reach + slack)) {
                    visits[count++] = cell;
                }
            }
        }
        return Arrays.copyOf(visits, count);
    }

    /**
     * How far a vector is from the centroids of cells, in the space of points. Two vectors that
     * measure eps at most are nearly as far from any: see {@link #reach}.
     */
    public float[] distances(byte[] vector, int... of) {
        byte[] point = space.point(vector);
        float[] distances = new float[of.length];
        for (int i = 0; i < of.length; i++) {
            double squared = space.distance(point, 0, centroids, of[i] * space.pointBytes());
            distances[i] = (float) Math.sqrt(squared);
        }
        return distances;
    }

    /**
     * By how much {@link #distances} of two vectors from one centroid differ at most, where the
     * vectors measure eps at most; by the triangle inequality.
     *
     * @param distance that of one of the two
     * @param share of the way; with 1 no partner is further
     */
    public float reach(float distance, double eps, double share) {
        double length = length(space.settings().metric(), eps, rounding);
        double slack = 2 * rounding * (2.0 * distance + length) + Float.MIN_NORMAL;
        return Math.nextUp((float) (share * length + slack));
    }

    /** Finds homes of many vectors, sooner than {@link #home} does. */
    public HomeSearch homes() {
        return new HomeSearch(this);
    }

    byte[] point(byte[] vector) {
        return space.point(vector);
    }

    /** The squared distance of a point from a centroid. */
    float squared(byte[] point, int cell) {
        return space.distance(point, 0, centroids, cell * space.pointBytes());
    }

    /** By how much a squared distance is off at most, as a share of it. */
    double rounding() {
        return rounding;
    }

    /** The cell of the nearest centroid of all. */
    public int home(byte[] vector) {
        return nearest(distancesOfAll(vector));
    }

    /**
     * The cells of the nearest centroids, the nearest first; equal ones by number.
     *
     * @param wanted 1 or more; there are no more than {@link #cells}
     */
    public int[] nearest(byte[] vector, int wanted) {
        float[] distances = distancesOfAll(vector);
        TopK nearest = new TopK(wanted);
        for (int cell = 0; cell < cells; cell++) {
            nearest.offer(distances[cell], cell);
        }
        return nearest.drainRefs();
    }

    private float[] distancesOfAll(byte[] vector) {
        float[] distances = new float[cells];
        space.distances(space.point(vector), centroids, 0, cells, distances);
        return distances;
    }

    /** The mean of the centroids, in the values of vectors, those of length 1 under cosine. */
    public float[] centre() {
        double[] sums = new double[space.settings().dimensions()];
        for (int cell = 0; cell < cells; cell++) {
            float[] values = space.vectorValues(centroids, cell * space.pointBytes());
            for (int i = 0; i < sums.length; i++) {
                sums[i] += values[i];
            }
        }
        float[] centre = new float[sums.length];
        for (int i = 0; i < sums.length; i++) {
            centre[i] = (float) (sums[i] / cells);
        }
        return centre;
    }

    private static int nearest(float[] distances) {
        int nearest = 0;
        for (int cell = 1; cell < distances.length; cell++) {
            if (distances[cell] < distances[nearest]) {
                nearest = cell;
            }
        }
        return nearest;
    }

    private double apart(int cell, int other) {
        int bytes = space.pointBytes();
        double squared = space.distance(centroids, cell * bytes, centroids, other * bytes);
        return Math.sqrt(squared * (1 + rounding));
    }

    /** How far apart in the space of points two vectors are at most that measure eps. */
    private static double length(Metric metric, double eps, double rounding) {
        return switch (metric) {
            case COSINE -> Math.sqrt(2 * (eps + rounding)) + UNIT_ROUNDING;
            case HAMMING -> 255 * Math.sqrt(eps);
            default -> eps * (1 + rounding);
        };
    }

    /** A hash of the cells that is the same in every JVM. */
    public long hash() {
        return StableHash.of(centroids, 0, centroids.length);
    }

    @Override
    public String toString() {
        return "%d cells of %d dimensions".formatted(cells, space.dimensions());
    }
}

package io.nearstream.core.partition;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.CoarseCode;
import io.nearstream.core.similarity.CoarseColumns;
import io.nearstream.core.similarity.Projection;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.core.topk.TopK;
import java.util.Optional;

/**
 * Short codes of a codebook's centroids along the axes on which they spread most: a query is
 * compared with these, and in full with the few centroids that may be among the nearest. Gives what
 * {@link Codebook#nearestOfAll} gives. For long vectors only. Immutable and thread-safe.
 */
final class CentroidCodes {
    /** Axes: two registers of bytes, and most of what tells vectors apart (decision 0021). */
    private static final int RANK = 128;

    /** Shorter vectors are compared about as fast as their codes. */
    private static final int DIMENSIONS_MIN = 4 * RANK;

    private static final long SEED = 0x9e3779b97f4a7c15L;

    /** Of how many times the cells that axes were made for they are good enough. */
    private static final int OUTGROWN = 2;

    private final Codebook codebook;
    private final CoarseColumns codes;
    private final Optional<CoarseCode> entries;
    private final int cellsOfAxes;

    private CentroidCodes(
            Codebook codebook, CoarseCode code, Optional<CoarseCode> entries, int cellsOfAxes) {
        this.codebook = codebook;
        this.entries = entries;
        this.cellsOfAxes = cellsOfAxes;
        this.codes = new CoarseColumns(code);
        byte[] centroids = codebook.centroids();
        codes.reserve(codebook.cells());
        for (int cell = 0; cell < codebook.cells(); cell++) {
            codes.add(centroids, cell * code.vectorBytes());
        }
    }

    /** Whether a codebook's codes would save anything. */
    static boolean worthwhile(Codebook codebook) {
        CollectionSettings settings = codebook.space().settings();
        boolean keepsDistances =
                settings.metric() == Metric.L2 || settings.metric() == Metric.COSINE;
        return keepsDistances
                && settings.dimensions() >= DIMENSIONS_MIN
                && codebook.cells() >= RANK;
    }

    /** The codes of a codebook for which they are worthwhile; takes some tenths of a second. */
    static CentroidCodes of(Codebook codebook) {
        CollectionSettings settings = codebook.space().settings();
        float[][] centroids = new float[codebook.cells()][];
        for (int cell = 0; cell < centroids.length; cell++) {
            centroids[cell] = codebook.centroid(cell);
        }
        boolean bytes = settings.metric() == Metric.L2 && !settings.encoding().isFloat();
        VectorSpace points =
                VectorSpace.of(
                        Metric.L2,
                        bytes ? settings.encoding() : Encoding.FLOAT32,
                        settings.dimensions());
        Projection projection = Projection.of(centroids, RANK, SEED);
        Optional<CoarseCode> entries =
                settings.encoding().isFloat()
                        ? Optional.empty()
                        : Optional.of(CoarseCode.projected(VectorSpace.of(settings), projection));
        return new CentroidCodes(
                codebook, CoarseCode.projected(points, projection), entries, codebook.cells());
    }

    /** The codes of a later codebook along the same axes: they rule out what they did. */
    CentroidCodes along(Codebook later) {
        return new CentroidCodes(later, codes.code(), entries, cellsOfAxes);
    }

    /** Whether a later codebook should use the same axes. */
    boolean suits(Codebook later) {
        return worthwhile(later) && later.cells() <= OUTGROWN * cellsOfAxes;
    }

    /** Codes along the same axes for what lies in the cells: of bytes, which have no others. */
    Optional<CoarseCode> forEntries() {
        return entries;
    }

    /** The cells nearest to a point with their distances; ties by number. */
    TopK nearest(byte[] point, int wanted) {
        Optional<CoarseCode.Query> query = codes.code().query(point);
        if (query.isEmpty()) {
            return codebook.nearestOfAll(point, wanted);
        }
        CoarseCode.Query coded = query.get();
        double[] apart = new double[codes.count()];
        TopK likely = new TopK(wanted);
        for (int cell = 0; cell < apart.length; cell++) {
            apart[cell] = codes.apart(coded, cell);
            likely.offer(apart[cell], cell);
        }
        TopK nearest = new TopK(wanted);
        for (int cell : likely.drainRefs()) {
            nearest.offer(codebook.distance(point, cell), cell);
            apart[cell] = Double.NaN; // seen
        }
        double radius = radius(nearest);
        for (int cell = 0; cell < apart.length; cell++) {
            if (codes.mayReach(radius, coded, cell, apart[cell])
                    && nearest.offer(codebook.distance(point, cell), cell)) {
                radius = radius(nearest);
            }
        }
        return nearest;
    }

    private static double radius(TopK nearest) {
        return Math.sqrt(nearest.threshold());
    }
}

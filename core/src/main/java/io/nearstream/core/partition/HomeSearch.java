package io.nearstream.core.partition;

import io.nearstream.core.model.Encoding;
import io.nearstream.core.similarity.NibbleBlocks;
import io.nearstream.core.similarity.Vectors;

/**
 * Finds what {@link CellVisits#home} finds, in a part of the time where there are many cells: a
 * vector is compared with codes of four bits ({@link NibbleBlocks}), and in full with the few
 * centroids that may be the nearest by them. Immutable and thread-safe.
 *
 * <p>A centroid c is no further from r than a squared distance D if c r &gt;= (|c|^2 + |r|^2 - D) /
 * 2. Both are seen from the mean of the centroids, which changes no distance and makes codes finer.
 */
public final class HomeSearch {
    /** Fewer are compared about as fast as their codes. */
    private static final int CELLS_MIN = 4 * NibbleBlocks.ROWS;

    /** Blocks that are looked at between two looks at what is nearest so far. */
    private static final int BLOCKS = 4;

    /** By how much floats, and sums of them, are off, of the squared lengths. */
    private static final double ROUNDING = 1e-5;

    private static final double SQUARE_MAX = 1e30;

    private final CellVisits cells;
    private final float[] centre;
    private final NibbleBlocks codes;
    private final boolean coded;

    HomeSearch(CellVisits cells) {
        this.cells = cells;
        this.centre = cells.centre();
        this.codes = new NibbleBlocks(centre.length);
        this.coded = cells.cells() >= CELLS_MIN && NibbleBlocks.worthwhile() && putAll();
    }

    /** Says whether all centroids have a code. */
    private boolean putAll() {
        byte[] centroids = cells.centroids();
        int bytes = centroids.length / cells.cells();
        if (bytes != centre.length * Float.BYTES) {
            return false;
        }
        for (int cell = 0; cell < cells.cells(); cell++) {
            float[] values = new float[centre.length];
            double square = seen(centroids, cell * bytes, values);
            if (!(square < SQUARE_MAX)) {
                return false;
            }
            codes.put(cell, values);
            codes.ask(cell, square / 2 - ROUNDING * square);
        }
        return true;
    }

    /** A point from the centre; says its squared length. */
    private double seen(byte[] point, int offset, float[] values) {
        double square = 0;
        for (int i = 0; i < values.length; i++) {
            values[i] = Vectors.value(Encoding.FLOAT32, point, offset, i) - centre[i];
            square += (double) values[i] * values[i];
        }
        return square;
    }

    /** The cell of the nearest centroid of all; of equally near ones that of the lowest number. */
    public int home(byte[] vector) {
        byte[] point = cells.point(vector);
        float[] values = new float[centre.length];
        double square = coded ? seen(point, 0, values) : Double.NaN;
        if (!(square < SQUARE_MAX)) {
            return cells.home(vector);
        }
        NibbleBlocks.Probe probe = new NibbleBlocks.Probe(values.length);
        probe.set(values);
        int[] blocks = new int[BLOCKS];
        int[] within = new int[BLOCKS];
        int home = 0;
        float nearest = cells.squared(point, 0);
        int all = (cells.cells() + NibbleBlocks.ROWS - 1) / NibbleBlocks.ROWS;
        for (int first = 0; first < all; ) {
            // The first block alone makes the others' worth while.
            int count = Math.min(first == 0 ? 1 : BLOCKS, all - first);
            for (int i = 0; i < count; i++) {
                blocks[i] = first + i;
            }
            double most = nearest * (1 + cells.rounding()) + Float.MIN_NORMAL;
            codes.within(probe, (square - most) / 2 - ROUNDING * square, blocks, count, within);
            for (int i = 0; i < count; i++) {
                for (int left = within[i]; left != 0; left &= left - 1) {
                    int cell = blocks[i] * NibbleBlocks.ROWS + Integer.numberOfTrailingZeros(left);
                    float squared = cell < cells.cells() ? cells.squared(point, cell) : Float.NaN;
                    if (squared < nearest) {
                        nearest = squared;
                        home = cell;
                    }
                }
            }
            first += count;
        }
        return home;
    }
}

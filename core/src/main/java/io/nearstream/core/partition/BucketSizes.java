package io.nearstream.core.partition;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * How full the cells of a generation are, estimated from a part of the records, and which of them
 * are overfull or nearly empty. The number of cells follows 4 sqrt(n) of the live records n: with
 * these the mean cell is as full as {@link #target} says. A cell of 1.75 times that is overfull;
 * once the cells have become a third too few, one of 1.2 times that is. A cell with less than a
 * tenth of the mean is nearly empty: a probe that visits it instead of one farther away finds
 * nothing. Immutable.
 */
public final class BucketSizes {
    /** Cells that are wanted: this, times the root of the live records. */
    private static final double CELLS_OF_ROOT = 4;

    /** A cell with no more entries than this is never overfull: visiting it costs little. */
    static final double ENTRIES_LEAST = 100;

    private static final double OVERFULL = 1.75;

    /** So many times too few cells, and more of them are split. */
    private static final double GROWN = 1.5;

    private static final double OVERFULL_GROWN = 1.2;

    /** Splitting is worth it where one cell is so many times too full, or many are too full. */
    private static final double WORTH_LARGEST = 1.2;

    private static final double WORTH_SHARE = 0.05;

    /** A cell with less than this part of the mean is nearly empty. */
    private static final double SPARSE = 0.1;

    /** Where fewer entries of the mean cell were counted, one may lack them by chance. */
    private static final double COUNTED_LEAST = 10;

    /** Fewer nearly empty cells than these, or than this part of all, do no harm. */
    private static final int SPARSE_LEAST = 16;

    private static final double SPARSE_SHARE = 0.1;

    /** This part of the cells nearly empty is an emergency. */
    private static final double URGENT_SPARSE = 0.25;

    private final double records;
    private final double scale;
    private final int[] cells;
    private final double[] entries;
    private final double total;

    private BucketSizes(double records, double scale, int[] cells, double[] entries) {
        this.records = records;
        this.scale = scale;
        this.cells = cells;
        this.entries = entries;
        this.total = Arrays.stream(entries).sum();
    }

    /**
     * From a count.
     *
     * @param generation whose cells are asked for; other buckets are left out
     * @param counted entries that were counted, by bucket
     * @param records that were counted
     * @param scale records of the collection for each counted one, at least 1
     */
    public static BucketSizes of(
            Generation generation, Map<Integer, Integer> counted, long records, double scale) {
        int[] cells = IntStream.of(generation.all()).filter(generation::hasCentroid).toArray();
        double[] entries =
                IntStream.of(cells)
                        .mapToDouble(bucket -> scale * counted.getOrDefault(bucket, 0))
                        .toArray();
        return new BucketSizes(scale * records, scale, cells, entries);
    }

    /** Live records, about. */
    public long records() {
        return Math.round(records);
    }

    /** How many cells there are. */
    public int cells() {
        return cells.length;
    }

    /** Entries of the fullest cell, about. */
    public long largest() {
        return Math.round(Arrays.stream(entries).max().orElse(0));
    }

    /** The fullest cell's part of all records, 0 to 1. */
    public double largestShare() {
        return records == 0 ? 0 : Math.min(1, Arrays.stream(entries).max().orElse(0) / records);
    }

    /** Gini's coefficient of the sizes: 0 where all are equal, towards 1 where one has all. */
    public double gini() {
        if (total == 0) {
            return 0;
        }
        double[] sorted = entries.clone();
        Arrays.sort(sorted);
        double weighted = 0;
        for (int i = 0; i < sorted.length; i++) {
            weighted += (2.0 * (i + 1) - sorted.length - 1) * sorted[i];
        }
        return weighted / (sorted.length * total);
    }

    /** Entries of a cell when there are as many cells as wanted. */
    double target() {
        return total / Math.max(1, CELLS_OF_ROOT * Math.sqrt(records));
    }

    private double limit() {
        boolean grown = CELLS_OF_ROOT * Math.sqrt(records) >= GROWN * cells.length;
        return Math.max(ENTRIES_LEAST, (grown ? OVERFULL_GROWN : OVERFULL) * target());
    }

    /** Entries of a cell, about. */
    double entriesOf(int bucket) {
        for (int i = 0; i < cells.length; i++) {
            if (cells[i] == bucket) {
                return entries[i];
            }
        }
        return 0;
    }

    /**
     * The overfull cells, fullest first.
     *
     * @param most how many of them, at most
     */
    public int[] overfull(int most) {
        double limit = limit();
        return IntStream.range(0, cells.length)
                .filter(i -> entries[i] > limit)
                .boxed()
                .sorted(
                        Comparator.<Integer>comparingDouble(i -> -entries[i])
                                .thenComparing(i -> cells[i]))
                .limit(most)
                .mapToInt(i -> cells[i])
                .toArray();
    }

    /**
     * The nearly empty cells; none where they are too few to do harm, or too little was counted.
     */
    public int[] sparse() {
        double mean = total / Math.max(1, cells.length);
        if (mean < COUNTED_LEAST * scale) {
            return new int[0];
        }
        int[] sparse =
                IntStream.range(0, cells.length)
                        .filter(i -> entries[i] < SPARSE * mean)
                        .map(i -> cells[i])
                        .toArray();
        double least = Math.max(SPARSE_LEAST, SPARSE_SHARE * cells.length);
        return sparse.length >= least ? sparse : new int[0];
    }

    /** Whether a generation of other cells is worth its making and its moves. */
    public boolean isDue() {
        return largest() > WORTH_LARGEST * limit()
                || overfullShare() >= WORTH_SHARE
                || sparse().length > 0;
    }

    /**
     * Whether probes find too little until there are other cells. Overfull ones only cost time, and
     * to split them sooner would cost a load more.
     */
    public boolean isUrgent() {
        return sparse().length > URGENT_SPARSE * cells.length;
    }

    /** What part of all entries lies in cells that are overfull, 0 to 1. */
    public double overfullShare() {
        double limit = limit();
        double over = Arrays.stream(entries).filter(size -> size > limit).sum();
        return total == 0 ? 0 : over / total;
    }
}

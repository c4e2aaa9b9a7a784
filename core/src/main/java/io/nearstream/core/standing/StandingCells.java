package io.nearstream.core.standing;

import io.nearstream.core.partition.CellVisits;
import io.nearstream.core.partition.HomeSearch;
import java.util.stream.IntStream;

/** Where records live, and where queries look. Immutable and thread-safe. */
public interface StandingCells {
    /** How many there are; they are numbered from 0. */
    int count();

    /** The cell that a record lives in. */
    int home(byte[] vector);

    /** The cells that a query visits, the nearest first; all if there are no more. */
    int[] nearest(byte[] vector, int wanted);

    /**
     * The middle of all cells, in the values of vectors, those of length 1 under cosine; empty if
     * it is not known.
     */
    float[] centre();

    /** Cells of centroids. */
    static StandingCells of(CellVisits cells) {
        HomeSearch homes = cells.homes();
        return new StandingCells() {
            @Override
            public int count() {
                return cells.cells();
            }

            @Override
            public int home(byte[] vector) {
                return homes.home(vector);
            }

            @Override
            public int[] nearest(byte[] vector, int wanted) {
                return wanted >= cells.cells()
                        ? IntStream.range(0, cells.cells()).toArray()
                        : cells.nearest(vector, wanted);
            }

            @Override
            public float[] centre() {
                return cells.centre();
            }
        };
    }

    /** One for all: every answer is exact. */
    static StandingCells single() {
        return new StandingCells() {
            @Override
            public int count() {
                return 1;
            }

            @Override
            public int home(byte[] vector) {
                return 0;
            }

            @Override
            public int[] nearest(byte[] vector, int wanted) {
                return new int[] {0};
            }

            @Override
            public float[] centre() {
                return new float[0];
            }
        };
    }
}

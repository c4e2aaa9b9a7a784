package io.nearstream.core.partition;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What a codebook keeps of those before it: the bucket that each of its cells is, and the cells
 * that went, split or nearly empty. An id, once given, stays with its cell for ever; that of a cell
 * that went is never given again. Immutable.
 *
 * @param ids the bucket of each cell, by its position in the codebook
 * @param beyond the bucket of vectors beyond the bound of lengths, where there is a bound
 * @param next the lowest id that was never given
 * @param live records that the collection held when the codebook was made; 0 where nobody counted
 * @param retired buckets that went, in the order of their going
 * @param retiredBy the generation without each of them that came first, never falling
 * @param existing for each of them, ids below this were given while it was a cell
 * @param retiredCentroids their centroids, as points
 */
record CellHistory(
        int[] ids,
        int beyond,
        int next,
        long live,
        int[] retired,
        int[] retiredBy,
        int[] existing,
        byte[] retiredCentroids) {
    private static final int[] NONE = {};

    CellHistory {
        Set<Integer> given = new HashSet<>();
        for (int id : ids) {
            check(id >= 0 && id < next && given.add(id), "cell", id, next);
        }
        check(beyond >= 0 && beyond < next && given.add(beyond), "beyond", beyond, next);
        for (int i = 0; i < retired.length; i++) {
            int id = retired[i];
            check(id >= 0 && id < next && given.add(id), "retired", id, next);
            check(existing[i] > id && existing[i] <= next, "existing", existing[i], next);
            int before = i == 0 ? 1 : retiredBy[i - 1];
            check(retiredBy[i] >= before, "retired by", retiredBy[i], Integer.MAX_VALUE);
        }
    }

    private static void check(boolean holds, String what, int value, int next) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "The generation's %s id %d is out of its order, or given twice below %d."
                            .formatted(what, value, next));
        }
    }

    /** Of a first codebook: the ids are the positions, the last is the bucket beyond the bound. */
    static CellHistory first(int cells) {
        return new CellHistory(
                IntStream.range(0, cells).toArray(),
                cells,
                cells + 1,
                0,
                NONE,
                NONE,
                NONE,
                new byte[0]);
    }

    /** Whether it says no more than the number of cells does. */
    boolean isFirst() {
        boolean positions =
                next == ids.length + 1 && beyond == ids.length && retired.length == 0 && live == 0;
        return positions && Arrays.equals(ids, IntStream.range(0, ids.length).toArray());
    }

    /** Buckets that generations after this one did without. */
    int[] retiredAfter(int generation) {
        int first = 0;
        while (first < retired.length && retiredBy[first] <= generation) {
            first++;
        }
        return Arrays.copyOfRange(retired, first, retired.length);
    }
}

package io.nearstream.core.standing;

import io.nearstream.core.model.LabelFilter;
import java.util.Arrays;

/**
 * What a standing query asks; checked where it enters.
 *
 * @param vector in the encoding of the collection
 * @param limit most hits of an answer: k, or the cap of a range, 1 to 1,000
 * @param radius largest distance of a hit; {@link Double#POSITIVE_INFINITY} for any
 * @param filter which labels a hit has
 * @param cells how many cells are visited, the nearest ones; {@link #ALL_CELLS} for all
 */
public record StandingQuery(
        byte[] vector, int limit, double radius, LabelFilter filter, int cells) {
    /** Visits every cell: the exact answer. */
    public static final int ALL_CELLS = Integer.MAX_VALUE;

    /** Whether this asks for all within a radius, up to the cap; else for the k nearest. */
    public boolean isRange() {
        return radius != Double.POSITIVE_INFINITY;
    }

    /** Whether both ask the same. */
    public boolean asksAs(StandingQuery other) {
        return Arrays.equals(vector, other.vector)
                && limit == other.limit
                && Double.compare(radius, other.radius) == 0
                && filter.equals(other.filter)
                && cells == other.cells;
    }
}

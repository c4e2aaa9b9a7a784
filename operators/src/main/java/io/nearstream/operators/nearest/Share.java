package io.nearstream.operators.nearest;

import io.nearstream.core.join.Near;
import java.util.List;
import java.util.stream.Stream;

/**
 * What buckets have for an element.
 *
 * @param number of the element
 * @param buckets that have answered, 1 or more
 * @param nearest of the records that live there, in {@link Near#NEAREST_FIRST}
 */
public record Share(long number, int buckets, List<Near> nearest) {
    /** Both in one, of which there are k at most. */
    Share with(Share other, int k) {
        List<Near> best =
                Stream.concat(nearest.stream(), other.nearest.stream())
                        .sorted(Near.NEAREST_FIRST)
                        .limit(k)
                        .toList();
        return new Share(number, buckets + other.buckets, best);
    }
}

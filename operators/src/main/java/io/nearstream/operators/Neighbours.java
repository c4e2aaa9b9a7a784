package io.nearstream.operators;

import java.util.List;

/**
 * An element and its nearest neighbours.
 *
 * @param <T> the elements
 * @param element as it came
 * @param nearest the nearest first, equally near ones by id; fewer than were wanted, and none,
 *     where the index had no more
 */
public record Neighbours<T>(T element, List<Neighbour> nearest) {
    public Neighbours {
        nearest = List.copyOf(nearest);
    }
}

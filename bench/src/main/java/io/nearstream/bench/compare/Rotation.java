package io.nearstream.bench.compare;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The order of the systems in a round: each round begins one system later. Stateless. */
final class Rotation {
    private Rotation() {}

    /**
     * The systems in the order of a round.
     *
     * @param round from 0
     */
    static <T> List<T> order(List<T> systems, int round) {
        List<T> order = new ArrayList<>(systems);
        Collections.rotate(order, -round);
        return order;
    }
}

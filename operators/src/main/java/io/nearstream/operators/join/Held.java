package io.nearstream.operators.join;

import java.util.ArrayList;
import java.util.List;

/**
 * Messages of a key that wait, and what of them lies in the state.
 *
 * @param <M> the messages
 */
final class Held<M> {
    /** Most keys have no more messages at a time. */
    private static final int FEW = 2;

    /** Those on the heap. */
    final List<M> heap = new ArrayList<>(FEW);

    /** No message may come out before this time. */
    long earliest = Long.MAX_VALUE;

    /** Of those on the heap, about. */
    long heapBytes;

    /** Of those in the state, as they would take on the heap. */
    long stateBytes;

    /** Parts in the state have numbers below this. */
    int parts;

    void expect(long time) {
        earliest = Math.min(earliest, time);
    }

    /** None where nothing waits. */
    long bytes() {
        return heapBytes + stateBytes;
    }
}

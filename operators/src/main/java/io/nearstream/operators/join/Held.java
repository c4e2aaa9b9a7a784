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

    /** Those in the state, by ascending numbers. */
    List<Part> parts = List.of();

    /** No message may come out before this time. */
    long earliest = Long.MAX_VALUE;

    /** Of those on the heap, about. */
    long heapBytes;

    /** Of those in the state, as they would take on the heap. */
    long stateBytes;

    /**
     * Messages that lie in the state together.
     *
     * @param earliest time of one of them
     * @param latest time of one of them
     * @param bytes as they would take on the heap
     */
    record Part(int number, long earliest, long latest, long bytes) {}

    void expect(long time) {
        earliest = Math.min(earliest, time);
    }

    /** None where nothing waits. */
    long bytes() {
        return heapBytes + stateBytes;
    }

    /** Of the parts in the state in which something may be due, as they would take on the heap. */
    long storedUpTo(long watermark) {
        long bytes = 0;
        for (Part part : parts) {
            bytes += part.earliest <= watermark ? part.bytes : 0;
        }
        return bytes;
    }

    /** That the next part will have. */
    int nextNumber() {
        return parts.isEmpty() ? 0 : parts.get(parts.size() - 1).number + 1;
    }

    /** These parts lie in the state, by ascending numbers, and no others. */
    void store(List<Part> now) {
        parts = now;
        stateBytes = 0;
        for (Part part : now) {
            stateBytes += part.bytes;
            expect(part.earliest);
        }
    }

    /** One more lies there, of the next number. */
    void add(Part part) {
        if (parts.isEmpty()) {
            parts = new ArrayList<>(FEW);
        }
        parts.add(part);
        stateBytes += part.bytes;
        expect(part.earliest);
    }
}

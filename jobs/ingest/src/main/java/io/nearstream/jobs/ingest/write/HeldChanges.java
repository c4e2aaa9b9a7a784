package io.nearstream.jobs.ingest.write;

import io.nearstream.core.model.IndexChange;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Changes in their order, and the oldest append time among them. Not thread-safe. */
final class HeldChanges {
    /** Heap around a change's vector and payload, about. */
    private static final int CHANGE_BYTES = 300;

    private final Deque<IndexChange> changes = new ArrayDeque<>();

    /** Changes that no later one is older than, in order: what is the oldest once others go. */
    private final Deque<IndexChange> oldest = new ArrayDeque<>();

    /** Heap that a change takes, about. */
    static long bytes(IndexChange change) {
        return CHANGE_BYTES + change.vector().length + change.payload().length;
    }

    boolean isEmpty() {
        return changes.isEmpty();
    }

    void add(IndexChange change) {
        changes.addLast(change);
        while (!oldest.isEmpty() && time(oldest.peekLast()) > time(change)) {
            oldest.removeLast();
        }
        oldest.addLast(change);
    }

    /** The first one, which must be there. */
    IndexChange first() {
        return changes.getFirst();
    }

    /** Takes the first one out, which must be there. */
    IndexChange remove() {
        IndexChange change = changes.removeFirst();
        if (oldest.peekFirst() == change) {
            oldest.removeFirst();
        }
        return change;
    }

    /** The least append time, milliseconds since 1970; the largest long where there is none. */
    long oldest() {
        return oldest.isEmpty() ? Long.MAX_VALUE : time(oldest.getFirst());
    }

    private static long time(IndexChange change) {
        return change.version().time();
    }

    void addTo(List<IndexChange> all) {
        all.addAll(changes);
    }
}

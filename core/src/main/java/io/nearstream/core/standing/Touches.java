package io.nearstream.core.standing;

import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * Which queries the change under way touches, and what it does to each, by their slots. Belongs to
 * one thread.
 */
final class Touches {
    /** The place of what has none. */
    static final int NONE = -1;

    private final RecordTable records;
    private final Ints touched = new Ints();
    private Touch[] touches = new Touch[16];

    /** What a change did to a query. */
    static final class Touch {
        int removedAt = NONE;
        int addedAt = NONE;

        /** Whether the answer was full before. */
        private boolean wasFull;

        /** Whether more were within the radius than the answer had before. */
        private boolean wasCut;

        /** The last of an answer that was full. */
        private String lastBefore = "";

        boolean wasFull() {
            return wasFull;
        }

        boolean wasCut() {
            return wasCut;
        }

        String lastBefore() {
            return lastBefore;
        }
    }

    Touches(RecordTable records) {
        this.records = records;
    }

    /** The change touches a query, which knows this: before anything of that is different. */
    Touch touch(int slot, Known known) {
        if (slot >= touches.length) {
            touches = Arrays.copyOf(touches, Math.max(slot + 1, 2 * touches.length));
        }
        Touch touch = touches[slot];
        if (touch == null) {
            touch = new Touch();
            touch.wasFull = known.size() >= known.limit();
            touch.wasCut = known.isCut();
            if (touch.wasFull) {
                touch.lastBefore = records.entry(known.slot(known.limit() - 1)).id();
            }
            touches[slot] = touch;
            touched.add(slot);
        }
        return touch;
    }

    /** What the change did to a query that it touched; asked for once. */
    Touch take(int slot) {
        Touch touch = touches[slot];
        touches[slot] = null;
        return touch;
    }

    /** Goes through the queries that the change touched, each of which is taken, and ends it. */
    void end(IntConsumer query) {
        for (int i = 0; i < touched.size(); i++) {
            query.accept(touched.get(i));
        }
        touched.clear();
    }
}

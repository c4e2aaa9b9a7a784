package io.nearstream.core.standing;

import io.nearstream.core.model.IndexChange;
import io.nearstream.core.similarity.VectorSpace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The records and the answers of all queries, kept together: one change of a record at a time,
 * after which every answer is that of brute force over the cells that the query visits. Belongs to
 * one thread.
 */
final class Answers {
    private static final int NONE = -1;

    private final RecordTable records;
    private final VectorSpace space;
    private final List<Standing> queries = new ArrayList<>();
    private final Ints free = new Ints();

    private final FirstLook look;

    /** Queries that the change under way touches, and by their slots what it did. */
    private final Ints touched = new Ints();

    private Touch[] touches = new Touch[16];
    private long scanned;

    /** What a change did to a query. */
    private static final class Touch {
        private int removedAt = NONE;
        private int addedAt = NONE;
        private String lastBefore = "";
        private boolean wasFull;
    }

    /** Takes what a change did to an answer. */
    interface Out {
        /**
         * The answer of a query has changed.
         *
         * @param removed the id that is out, empty for none
         * @param addedAt the place of what came in, -1 for nothing
         */
        void changed(int query, String removed, int addedAt);

        /** What the query knows has changed, its answer not. */
        void touched(int query);
    }

    Answers(RecordTable records) {
        this.records = records;
        this.space = records.space();
        this.look = FirstLook.of(space);
    }

    RecordTable records() {
        return records;
    }

    Standing query(int slot) {
        return queries.get(slot);
    }

    /** A query begins; it knows nothing yet. */
    int add(Standing standing) {
        int slot;
        if (free.size() > 0) {
            slot = free.get(free.size() - 1);
            free.remove(slot);
            queries.set(slot, standing);
        } else {
            slot = queries.size();
            queries.add(standing);
            if (slot == touches.length) {
                touches = Arrays.copyOf(touches, 2 * slot);
            }
        }
        look.put(slot, standing.query().vector());
        for (int cell : standing.cells()) {
            records.cell(cell).queries().add(slot);
        }
        return slot;
    }

    /** A query is over. */
    void remove(int slot) {
        Standing gone = queries.get(slot);
        for (int cell : gone.cells()) {
            records.cell(cell).queries().remove(slot);
        }
        forgetAll(slot, gone.known());
        queries.set(slot, null);
        free.add(slot);
    }

    private void forgetAll(int slot, Known known) {
        for (int i = 0; i < known.size(); i++) {
            records.entry(known.slot(i)).knowers().remove(slot);
        }
    }

    /** Looks through all cells of a query. */
    void fill(int slot) {
        Standing standing = queries.get(slot);
        Known known = standing.known();
        forgetAll(slot, known);
        known.clear();
        for (int number : standing.cells()) {
            CellContents cell = records.cell(number);
            byte[] vectors = cell.vectors();
            int step = space.vectorBytes();
            double threshold = known.threshold();
            for (int i = 0; i < cell.size(); i++) {
                double score =
                        space.score(standing.prepared(), vectors, i * step, cell.inverseNorm(i));
                if (score <= threshold && fits(standing, cell.slot(i))) {
                    known.offer(score, cell.slot(i));
                    threshold = known.threshold();
                }
            }
            scanned += cell.size();
        }
        for (int i = 0; i < known.size(); i++) {
            records.entry(known.slot(i)).knowers().add(slot);
        }
        look.reach(slot, known.threshold());
    }

    /** What a query knew when its state was written. */
    void restore(int slot, int record, double score) {
        queries.get(slot).known().offer(score, record);
        records.entry(record).knowers().add(slot);
    }

    /** To be called when all that a query knew is restored. */
    void restored(int slot) {
        look.reach(slot, queries.get(slot).known().threshold());
    }

    private boolean fits(Standing standing, int record) {
        return standing.query().filter().isEmpty()
                || standing.query().filter().accepts(records.entry(record).labels());
    }

    /**
     * A record ends, and another version of it begins, or not.
     *
     * @param old the slot of the one that ends; -1 where none lives
     * @param begins whether the change begins a version
     */
    void apply(int old, IndexChange change, boolean begins, Out out) {
        String id = change.key().id();
        if (old != NONE) {
            end(old);
        }
        if (begins) {
            begin(records.add(change));
        }
        for (int i = 0; i < touched.size(); i++) {
            settle(touched.get(i), id, out);
        }
        touched.clear();
    }

    /** A record ends by itself. */
    void end(int old, Out out) {
        String id = records.entry(old).id();
        end(old);
        for (int i = 0; i < touched.size(); i++) {
            settle(touched.get(i), id, out);
        }
        touched.clear();
    }

    private void end(int old) {
        Ints knowers = records.entry(old).knowers();
        for (int i = 0; i < knowers.size(); i++) {
            int slot = knowers.get(i);
            touch(slot).removedAt = queries.get(slot).known().remove(old);
        }
        records.remove(old);
    }

    private void begin(int record) {
        RecordTable.Entry entry = records.entry(record);
        CellContents cell = records.cell(entry.cell());
        Ints visitors = cell.queries();
        look.meet(cell.vector(entry.position()));
        for (int i = 0; i < visitors.size(); i++) {
            int slot = visitors.get(i);
            if (look.mayReach(slot)) {
                offer(slot, record);
            }
        }
        scanned += visitors.size();
    }

    private void offer(int slot, int record) {
        Standing standing = queries.get(slot);
        Known known = standing.known();
        RecordTable.Entry entry = records.entry(record);
        CellContents cell = records.cell(entry.cell());
        double score =
                space.score(
                        standing.prepared(),
                        cell.vectors(),
                        entry.position() * space.vectorBytes(),
                        cell.inverseNorm(entry.position()));
        if (!(score <= known.threshold()) || !fits(standing, record)) {
            return;
        }
        Touch touch = touch(slot);
        touch.addedAt = known.offer(score, record);
        if (touch.addedAt != NONE) {
            entry.knowers().add(slot);
        }
        if (known.dropped() != NONE) {
            records.entry(known.dropped()).knowers().remove(slot);
        }
        look.reach(slot, known.threshold());
    }

    private Touch touch(int slot) {
        Touch touch = touches[slot];
        if (touch == null) {
            touch = new Touch();
            Known known = queries.get(slot).known();
            touch.wasFull = known.size() >= known.limit();
            if (touch.wasFull) {
                touch.lastBefore = records.entry(known.slot(known.limit() - 1)).id();
            }
            touches[slot] = touch;
            touched.add(slot);
        }
        return touch;
    }

    /** Says what became of an answer; it is refilled first where it has lost too many. */
    private void settle(int slot, String id, Out out) {
        Touch touch = touches[slot];
        touches[slot] = null;
        Known known = queries.get(slot).known();
        int limit = known.limit();
        if (known.isShort()) {
            fill(slot);
        }
        boolean removed = touch.removedAt != NONE && touch.removedAt < limit;
        boolean added = touch.addedAt != NONE && touch.addedAt < limit;
        if (!removed && !added) {
            out.touched(slot);
        } else if (added) {
            String gone = removed ? id : touch.wasFull ? touch.lastBefore : "";
            out.changed(slot, gone, touch.addedAt);
        } else {
            // What moved up: the first of the reserve, or what was found now.
            out.changed(slot, id, known.size() >= limit && touch.wasFull ? limit - 1 : NONE);
        }
    }

    /** Queries that stand. */
    int size() {
        return queries.size() - free.size();
    }

    /** Distances that were computed so far. */
    long scanned() {
        return scanned;
    }
}

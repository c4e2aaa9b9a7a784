package io.nearstream.core.standing;

import io.nearstream.core.model.IndexChange;
import io.nearstream.core.similarity.VectorSpace;
import java.util.ArrayList;
import java.util.List;

/**
 * The records and the answers of all queries, kept together: one change of a record at a time,
 * after which every answer is that of brute force over the cells that the query visits. Belongs to
 * one thread.
 */
final class Answers {
    private static final int NONE = Touches.NONE;

    private final RecordTable records;
    private final VectorSpace space;
    private final List<Standing> queries = new ArrayList<>();
    private final SlotBlocks blocks = new SlotBlocks();

    /** Queries that visit all cells are in none of their lists: those would be looked through. */
    private final Visitors everywhere = new Visitors();

    private final FirstLook look;

    private final Touches touches;
    private long scanned;

    /** Takes what a change did to an answer. */
    interface Out {
        /**
         * The answer of a query has changed, or only whether it is cut.
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
        this.look = FirstLook.of(space, records.routing().centre());
        this.touches = new Touches(records);
    }

    RecordTable records() {
        return records;
    }

    /** The query of a slot that is not free. */
    Standing query(int slot) {
        return queries.get(slot);
    }

    /** Whether no query has the slot. */
    boolean isFree(int slot) {
        return slot >= queries.size() || queries.get(slot) == null;
    }

    /** Slots, free ones included. */
    int slots() {
        return queries.size();
    }

    /** A query begins; it knows nothing yet. */
    int add(Standing standing) {
        int slot = blocks.take(standing.cells()[0]);
        put(slot, standing);
        return slot;
    }

    /**
     * Puts a query into a slot that no other has; what is free is known after {@link #restored}.
     */
    void put(int slot, Standing standing) {
        while (queries.size() <= slot) {
            queries.add(null);
        }
        if (!isFree(slot)) {
            throw new IllegalArgumentException("Slot %d has a query already.".formatted(slot));
        }
        queries.set(slot, standing);
        look.put(slot, standing.query().vector());
        if (visitsAll(standing)) {
            everywhere.add(slot);
        } else {
            for (int cell : standing.cells()) {
                records.cell(cell).queries().add(slot);
            }
        }
    }

    /** A query is over. */
    void remove(int slot) {
        Standing gone = queries.get(slot);
        if (visitsAll(gone)) {
            everywhere.remove(slot);
        } else {
            for (int cell : gone.cells()) {
                records.cell(cell).queries().remove(slot);
            }
        }
        forgetAll(slot, gone.known());
        queries.set(slot, null);
        blocks.give(slot, this::isFree);
    }

    private boolean visitsAll(Standing standing) {
        return standing.cells().length == records.routing().count();
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

    /** A record that a query knew when its state was written. */
    void restore(int slot, int record) {
        Standing standing = queries.get(slot);
        standing.known().restore(score(standing, record), record);
        records.entry(record).knowers().add(slot);
    }

    /** All queries are back in their slots: those between them are free. */
    void restored() {
        blocks.restore(queries.size(), slot -> isFree(slot) ? NONE : query(slot).cells()[0]);
        for (int slot = 0; slot < queries.size(); slot++) {
            // State of a build that did not look for one behind the cap of a range.
            if (!isFree(slot) && query(slot).known().isShort()) {
                fill(slot);
            }
        }
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
        touches.end(slot -> settle(slot, id, out));
    }

    /** A record ends by itself. */
    void end(int old, Out out) {
        String id = records.entry(old).id();
        end(old);
        touches.end(slot -> settle(slot, id, out));
    }

    private void end(int old) {
        Ints knowers = records.entry(old).knowers();
        for (int i = 0; i < knowers.size(); i++) {
            int slot = knowers.get(i);
            Known known = queries.get(slot).known();
            touches.touch(slot, known).removedAt = known.remove(old);
        }
        records.remove(old);
    }

    private void begin(int record) {
        RecordTable.Entry entry = records.entry(record);
        CellContents cell = records.cell(entry.cell());
        look.meet(cell.vector(entry.position()));
        meet(cell.queries(), record);
        meet(everywhere, record);
    }

    private void meet(Visitors visitors, int record) {
        int[] within = look.within(visitors);
        for (int i = 0; i < visitors.blocks(); i++) {
            int first = visitors.block(i) * SlotBlocks.SLOTS;
            for (int left = within[i]; left != 0; left &= left - 1) {
                offer(first + Integer.numberOfTrailingZeros(left), record);
            }
        }
        scanned += visitors.size();
    }

    private void offer(int slot, int record) {
        Standing standing = queries.get(slot);
        Known known = standing.known();
        double score = score(standing, record);
        if (!(score <= known.threshold()) || !fits(standing, record)) {
            return;
        }
        Touches.Touch touch = touches.touch(slot, known);
        touch.addedAt = known.offer(score, record);
        if (touch.addedAt != NONE) {
            records.entry(record).knowers().add(slot);
        }
        if (known.dropped() != NONE) {
            records.entry(known.dropped()).knowers().remove(slot);
        }
        look.reach(slot, known.threshold());
    }

    /** Always the query is the prepared one, so that a score has the same bits wherever. */
    private double score(Standing standing, int record) {
        RecordTable.Entry entry = records.entry(record);
        CellContents cell = records.cell(entry.cell());
        return space.score(
                standing.prepared(),
                cell.vectors(),
                entry.position() * space.vectorBytes(),
                cell.inverseNorm(entry.position()));
    }

    /** Says what became of an answer; it is refilled first where it has lost too many. */
    private void settle(int slot, String id, Out out) {
        Touches.Touch touch = touches.take(slot);
        Known known = queries.get(slot).known();
        int limit = known.limit();
        if (known.isShort()) {
            fill(slot);
        }
        boolean removed = touch.removedAt != NONE && touch.removedAt < limit;
        boolean added = touch.addedAt != NONE && touch.addedAt < limit;
        if (!removed && !added && touch.wasCut() == known.isCut()) {
            out.touched(slot);
        } else if (!removed && !added) {
            out.changed(slot, "", NONE);
        } else if (added) {
            String gone = removed ? id : touch.wasFull() ? touch.lastBefore() : "";
            out.changed(slot, gone, touch.addedAt);
        } else {
            // What moved up: the first of the reserve, or what was found now.
            out.changed(slot, id, known.size() >= limit && touch.wasFull() ? limit - 1 : NONE);
        }
    }

    /** Queries that stand. */
    int size() {
        return blocks.taken();
    }

    /** Distances that were computed so far. */
    long scanned() {
        return scanned;
    }

    /** Bytes of heap of the first look. */
    long lookBytes() {
        return look.heapBytes();
    }
}

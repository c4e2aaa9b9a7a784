package io.nearstream.core.standing;

import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.Version;
import io.nearstream.core.similarity.VectorSpace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * All records that live, by id and by cell, and for each which queries know it. A version of a
 * record has a slot, which is given to another when it is over. Belongs to one thread.
 */
final class RecordTable {
    private final VectorSpace space;
    private final StandingCells routing;
    private final CellContents[] cells;
    private final Map<String, Integer> slotsById = new HashMap<>();
    private final List<Entry> entries = new ArrayList<>();
    private final Ints free = new Ints();

    /** A record as it is. */
    static final class Entry {
        private final String id;
        private final Version version;
        private final long expiresAt;
        private final List<String> labels;
        private final int cell;
        private final Ints knowers = new Ints();
        private int position;

        private Entry(IndexChange change, int cell) {
            this.id = change.key().id();
            this.version = change.version();
            this.expiresAt = change.expiresAt();
            this.labels = List.copyOf(change.labels());
            this.cell = cell;
        }

        String id() {
            return id;
        }

        Version version() {
            return version;
        }

        long expiresAt() {
            return expiresAt;
        }

        List<String> labels() {
            return labels;
        }

        int cell() {
            return cell;
        }

        int position() {
            return position;
        }

        /** The queries that know it. */
        Ints knowers() {
            return knowers;
        }
    }

    RecordTable(VectorSpace space, StandingCells routing) {
        this.space = space;
        this.routing = routing;
        this.cells = new CellContents[routing.count()];
        for (int i = 0; i < cells.length; i++) {
            cells[i] = new CellContents(space.vectorBytes());
        }
    }

    /** The slot of a record; -1 of one that does not live. */
    int find(String id) {
        return slotsById.getOrDefault(id, -1);
    }

    /** A record begins, of an id that does not live; says its slot. */
    int add(IndexChange change) {
        return add(change, routing.home(change.vector()));
    }

    private int add(IndexChange change, int cell) {
        int slot;
        if (free.size() > 0) {
            slot = free.get(free.size() - 1);
            free.remove(slot);
        } else {
            slot = entries.size();
            entries.add(null);
        }
        put(change, cell, slot);
        return slot;
    }

    private void put(IndexChange change, int cell, int slot) {
        Entry entry = new Entry(change, cell);
        entries.set(slot, entry);
        byte[] vector = change.vector();
        entry.position = cells[cell].add(slot, vector, space.inverseNorm(vector, 0));
        slotsById.put(entry.id, slot);
    }

    /** Puts a record back into its slot, before any other begins; then {@link #restored}. */
    void restore(IndexChange change, int cell, int slot) {
        while (entries.size() <= slot) {
            entries.add(null);
        }
        put(change, cell, slot);
    }

    /** All records are back: the slots between them are free. */
    void restored() {
        free.clear();
        for (int slot = 0; slot < entries.size(); slot++) {
            if (entries.get(slot) == null) {
                free.add(slot);
            }
        }
    }

    /** A record is over; nobody knows it any more. */
    void remove(int slot) {
        Entry gone = entries.get(slot);
        int moved = cells[gone.cell].remove(gone.position);
        entries.get(moved).position = gone.position;
        slotsById.remove(gone.id);
        entries.set(slot, null);
        free.add(slot);
    }

    Entry entry(int slot) {
        return entries.get(slot);
    }

    CellContents cell(int number) {
        return cells[number];
    }

    StandingCells routing() {
        return routing;
    }

    VectorSpace space() {
        return space;
    }

    int size() {
        return slotsById.size();
    }
}

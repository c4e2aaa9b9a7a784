package io.nearstream.core.standing;

import io.nearstream.core.similarity.NibbleBlocks;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;

/**
 * Gives slots to queries, so that those which are nearest to the same cell lie side by side, some
 * to a block: a record is compared with the queries that visit its cell, most of which are near
 * each other, and what lies side by side comes out of the memory at once. Belongs to one thread.
 */
final class SlotBlocks {
    /** Slots of a block: a bit of an int for each. */
    static final int SLOTS = NibbleBlocks.ROWS;

    private final Map<Integer, Ints> freeByCell = new HashMap<>();
    private final Ints emptyBlocks = new Ints();

    /** By block: the cell whose queries it is for, while it has any. */
    private int[] owners = {};

    private int slots;
    private int taken;

    /** A slot for a query whose nearest cell is this. */
    int take(int cell) {
        Ints free = freeByCell.computeIfAbsent(cell, unknown -> new Ints());
        if (free.size() == 0) {
            int block = emptyBlocks.size() > 0 ? emptyBlocks.removeLast() : slots / SLOTS;
            slots = Math.max(slots, (block + 1) * SLOTS);
            own(block, cell);
            for (int slot = (block + 1) * SLOTS - 1; slot >= block * SLOTS; slot--) {
                free.add(slot);
            }
        }
        taken++;
        return free.removeLast();
    }

    private void own(int block, int cell) {
        if (block >= owners.length) {
            owners = Arrays.copyOf(owners, Math.max(block + 1, 2 * owners.length));
        }
        owners[block] = cell;
    }

    /**
     * A slot is free again.
     *
     * @param isFree tells of every slot whether it is, of this one, too
     */
    void give(int slot, IntPredicate isFree) {
        taken--;
        int cell = owners[slot / SLOTS];
        Ints free = freeByCell.computeIfAbsent(cell, unknown -> new Ints());
        int first = slot / SLOTS * SLOTS;
        boolean empty = true;
        for (int i = first; i < first + SLOTS; i++) {
            empty &= isFree.test(i);
        }
        if (!empty) {
            free.add(slot);
            return;
        }
        for (int i = first; i < first + SLOTS; i++) {
            if (i != slot) {
                free.remove(i);
            }
        }
        if (free.size() == 0) {
            freeByCell.remove(cell);
        }
        emptyBlocks.add(first / SLOTS);
    }

    /**
     * Begins anew with the slots that are taken.
     *
     * @param end behind the last of them
     * @param cellOf the nearest cell of the query of a slot; -1 of a free one
     */
    void restore(int end, IntUnaryOperator cellOf) {
        freeByCell.clear();
        emptyBlocks.clear();
        slots = (end + SLOTS - 1) / SLOTS * SLOTS;
        taken = 0;
        for (int first = 0; first < slots; first += SLOTS) {
            int owner = -1;
            for (int slot = first; slot < Math.min(end, first + SLOTS); slot++) {
                int cell = cellOf.applyAsInt(slot);
                taken += cell < 0 ? 0 : 1;
                owner = owner < 0 ? cell : owner;
            }
            if (owner < 0) {
                emptyBlocks.add(first / SLOTS);
                continue;
            }
            own(first / SLOTS, owner);
            for (int slot = first + SLOTS - 1; slot >= first; slot--) {
                if (slot >= end || cellOf.applyAsInt(slot) < 0) {
                    freeByCell.computeIfAbsent(owner, unknown -> new Ints()).add(slot);
                }
            }
        }
    }

    /** Slots that are taken. */
    int taken() {
        return taken;
    }
}

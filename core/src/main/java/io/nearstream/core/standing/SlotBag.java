package io.nearstream.core.standing;

import java.util.Arrays;

/**
 * A bag of slots, in no order, which knows the place of each: putting in and taking out cost the
 * same however many there are. Not thread-safe.
 */
final class SlotBag {
    private static final int CAPACITY_FIRST = 16;
    private static final int ABSENT = -1;

    private int[] slots = new int[CAPACITY_FIRST];
    private int[] places = {};
    private int size;

    /** Puts in a slot that is not there. */
    void add(int slot) {
        if (slot >= places.length) {
            int before = places.length;
            places = Arrays.copyOf(places, Math.max(slot + 1, 2 * before));
            Arrays.fill(places, before, places.length, ABSENT);
        }
        if (places[slot] != ABSENT) {
            throw new IllegalStateException("The bag has %d already.".formatted(slot));
        }
        if (size == slots.length) {
            slots = Arrays.copyOf(slots, 2 * size);
        }
        places[slot] = size;
        slots[size++] = slot;
    }

    /** Takes out a slot that is there; the last takes its place. */
    void remove(int slot) {
        if (slot >= places.length || places[slot] == ABSENT) {
            throw new IllegalStateException("A bag of %d has no %d.".formatted(size, slot));
        }
        int last = slots[--size];
        slots[places[slot]] = last;
        places[last] = places[slot];
        places[slot] = ABSENT;
    }

    int get(int place) {
        return slots[place];
    }

    int size() {
        return size;
    }
}

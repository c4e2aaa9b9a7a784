package io.nearstream.core.standing;

import java.util.Arrays;

/** A bag of ints that are different, in no order. Not thread-safe. */
final class Ints {
    private static final int CAPACITY_FIRST = 4;

    private int[] values = new int[CAPACITY_FIRST];
    private int size;

    void add(int value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, 2 * size);
        }
        values[size++] = value;
    }

    /** The last takes the place of the one that goes. */
    void remove(int value) {
        for (int i = 0; i < size; i++) {
            if (values[i] == value) {
                values[i] = values[--size];
                return;
            }
        }
        throw new IllegalStateException("A bag of %d has no %d.".formatted(size, value));
    }

    /** Takes out the one that was added last, of a bag from which only this takes. */
    int removeLast() {
        if (size == 0) {
            throw new IllegalStateException("The bag is empty.");
        }
        return values[--size];
    }

    int get(int i) {
        return values[i];
    }

    int size() {
        return size;
    }

    void clear() {
        size = 0;
    }
}

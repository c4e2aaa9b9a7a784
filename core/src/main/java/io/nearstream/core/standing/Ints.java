package io.nearstream.core.standing;

import java.util.Arrays;

/** A bag of ints that are different, in an order only where it is said. Not thread-safe. */
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

    /** Of a bag that is in ascending order, and stays so. */
    void addInOrder(int value) {
        int at = -1 - Arrays.binarySearch(values, 0, size, value);
        add(value);
        System.arraycopy(values, at, values, at + 1, size - 1 - at);
        values[at] = value;
    }

    /** The same. */
    void removeInOrder(int value) {
        int at = Arrays.binarySearch(values, 0, size, value);
        if (at < 0) {
            throw new IllegalStateException("A bag of %d has no %d.".formatted(size, value));
        }
        size--;
        System.arraycopy(values, at + 1, values, at, size - at);
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

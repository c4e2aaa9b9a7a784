package io.nearstream.core.standing;

import java.util.Arrays;

/**
 * A cell: the vectors of its records, packed, and which queries visit it. Belongs to one thread.
 */
final class CellContents {
    private static final int CAPACITY_FIRST = 4;

    private final int vectorBytes;
    private final Visitors queries = new Visitors();
    private byte[] vectors;
    private float[] inverseNorms = new float[CAPACITY_FIRST];
    private int[] slots = new int[CAPACITY_FIRST];
    private int size;

    CellContents(int vectorBytes) {
        this.vectorBytes = vectorBytes;
        this.vectors = new byte[CAPACITY_FIRST * vectorBytes];
    }

    /** Puts a record at the end, and says at which position. */
    int add(int slot, byte[] vector, float inverseNorm) {
        if (size == slots.length) {
            int capacity = Math.multiplyExact(size, 2);
            vectors = Arrays.copyOf(vectors, Math.multiplyExact(capacity, vectorBytes));
            inverseNorms = Arrays.copyOf(inverseNorms, capacity);
            slots = Arrays.copyOf(slots, capacity);
        }
        System.arraycopy(vector, 0, vectors, size * vectorBytes, vectorBytes);
        inverseNorms[size] = inverseNorm;
        slots[size] = slot;
        return size++;
    }

    /** The last record takes the place of the one that goes; its slot, or that of this one. */
    int remove(int position) {
        size--;
        System.arraycopy(vectors, size * vectorBytes, vectors, position * vectorBytes, vectorBytes);
        inverseNorms[position] = inverseNorms[size];
        slots[position] = slots[size];
        return slots[position];
    }

    Visitors queries() {
        return queries;
    }

    int size() {
        return size;
    }

    int slot(int position) {
        return slots[position];
    }

    /** All vectors, one behind the other. */
    byte[] vectors() {
        return vectors;
    }

    float inverseNorm(int position) {
        return inverseNorms[position];
    }

    byte[] vector(int position) {
        return Arrays.copyOfRange(vectors, position * vectorBytes, (position + 1) * vectorBytes);
    }
}

package io.nearstream.bench.standing;

import java.util.Arrays;

/** Which write each difference was caused by, and when it was seen. Belongs to one thread. */
final class SeenDifferences {
    private static final int PARTITION_SHIFT = 48;
    private static final int FIRST_CAPACITY = 1 << 16;

    private long[] writes = new long[FIRST_CAPACITY];
    private long[] seenAt = new long[FIRST_CAPACITY];
    private int size;

    /** A write, by its position. */
    static long write(int partition, long offset) {
        return (long) partition << PARTITION_SHIFT | offset;
    }

    /** As many as fit into two arrays, which is more than a heap has room for. */
    void add(long write, long at) {
        if (size == writes.length) {
            int larger = Math.toIntExact(2L * size);
            writes = Arrays.copyOf(writes, larger);
            seenAt = Arrays.copyOf(seenAt, larger);
        }
        writes[size] = write;
        seenAt[size] = at;
        size++;
    }

    int size() {
        return size;
    }

    long write(int index) {
        return writes[index];
    }

    /** Of {@link System#nanoTime}. */
    long seenAt(int index) {
        return seenAt[index];
    }
}

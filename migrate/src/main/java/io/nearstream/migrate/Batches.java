package io.nearstream.migrate;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.ToIntFunction;
import javax.annotation.Nullable;

/**
 * Records in lists that fit into one request, and a few requests at a time. Not thread-safe.
 *
 * @param <T> the record
 */
final class Batches<T> {
    private final Iterator<T> records;
    private final ToIntFunction<T> bytes;
    private final int batchMax;
    private final long batchBytesMax;

    /** Taken from the records, but too large for the list before it. */
    @Nullable private T held;

    /**
     * Batches of records.
     *
     * @param records where they come from; one more than was handed over may be taken
     * @param bytes of a record
     * @param batchMax records of a list, at most
     * @param batchBytesMax bytes of a list, at most; a larger record comes alone
     */
    Batches(Iterator<T> records, ToIntFunction<T> bytes, int batchMax, long batchBytesMax) {
        this.records = records;
        this.bytes = bytes;
        this.batchMax = batchMax;
        this.batchBytesMax = batchBytesMax;
    }

    /** The next so many lists, or as many as there are; empty at the end. */
    List<List<T>> next(int lists) {
        List<List<T>> window = new ArrayList<>();
        while (window.size() < lists) {
            List<T> batch = batch();
            if (batch.isEmpty()) {
                break;
            }
            window.add(batch);
        }
        return window;
    }

    private List<T> batch() {
        List<T> batch = new ArrayList<>();
        long filled = 0;
        while (batch.size() < batchMax && (held != null || records.hasNext())) {
            T record = held == null ? records.next() : held;
            held = null;
            filled += bytes.applyAsInt(record);
            if (filled > batchBytesMax && !batch.isEmpty()) {
                held = record;
                break;
            }
            batch.add(record);
        }
        return batch;
    }
}

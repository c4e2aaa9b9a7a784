package io.nearstream.migrate;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * Records in lists that fit into one request, and a few requests at a time. Not thread-safe.
 *
 * @param records where they come from
 * @param bytes of a record
 * @param batchMax records of a list, at most
 * @param batchBytesMax bytes of a list, at most; a larger record comes alone
 * @param <T> the record
 */
record Batches<T>(Iterator<T> records, ToIntFunction<T> bytes, int batchMax, long batchBytesMax) {
    /** The next so many lists, or as many as there are; empty at the end. */
    List<List<T>> next(int lists) {
        List<List<T>> window = new ArrayList<>();
        List<T> batch = new ArrayList<>();
        long filled = 0;
        while (records.hasNext()) {
            T record = records.next();
            batch.add(record);
            filled += bytes.applyAsInt(record);
            if (batch.size() >= batchMax || filled >= batchBytesMax) {
                window.add(batch);
                batch = new ArrayList<>();
                filled = 0;
                if (window.size() == lists) {
                    return window;
                }
            }
        }
        if (!batch.isEmpty()) {
            window.add(batch);
        }
        return window;
    }
}

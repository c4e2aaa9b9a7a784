package io.nearstream.jobs.query.rerank;

import io.nearstream.core.model.RecordKey;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.annotation.Nullable;

/**
 * The rows of the records that were scored last, up to a number of bytes. What is stored anew
 * replaces its older version here, so that a cached row is never stale. Belongs to the task's
 * thread.
 */
final class RecordCache {
    /** Of a key, an entry and the arrays' headers, about. */
    private static final int ENTRY_BYTES = 144;

    private final long bytesMax;
    private final LinkedHashMap<RecordKey, byte[]> leastRecentFirst =
            new LinkedHashMap<>(64, 0.75f, true);
    private long bytes;
    private long hits;
    private long misses;

    /**
     * An empty cache.
     *
     * @param bytesMax bytes that it holds at most; 0 keeps nothing
     */
    RecordCache(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** The row of a record, or null where it is to be read. */
    @Nullable
    byte[] get(RecordKey record) {
        byte[] row = leastRecentFirst.get(record);
        if (row == null) {
            misses++;
        } else {
            hits++;
        }
        return row;
    }

    /** Keeps a row that was read. */
    void put(RecordKey record, byte[] row) {
        byte[] before = leastRecentFirst.put(record, row);
        bytes += size(record, row) - (before == null ? 0 : size(record, before));
        shrink();
    }

    /** A newer row was stored: it replaces what is kept of its record. */
    void stored(RecordKey record, byte[] row) {
        if (leastRecentFirst.containsKey(record)) {
            put(record, row);
        }
    }

    /** Forgets a record. */
    void remove(RecordKey record) {
        byte[] before = leastRecentFirst.remove(record);
        bytes -= before == null ? 0 : size(record, before);
    }

    private void shrink() {
        Iterator<Map.Entry<RecordKey, byte[]>> oldest = leastRecentFirst.entrySet().iterator();
        while (bytes > bytesMax && oldest.hasNext()) {
            Map.Entry<RecordKey, byte[]> entry = oldest.next();
            bytes -= size(entry.getKey(), entry.getValue());
            oldest.remove();
        }
    }

    private static long size(RecordKey record, byte[] row) {
        return ENTRY_BYTES + record.id().length() + row.length;
    }

    long bytes() {
        return bytes;
    }

    long hits() {
        return hits;
    }

    long misses() {
        return misses;
    }
}

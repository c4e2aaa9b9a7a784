package io.nearstream.jobs.query.bucket;

import io.nearstream.jobs.query.message.BucketKey;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.annotation.Nullable;

/**
 * The rows of the buckets that were read last, up to a number of bytes. What is appended to a
 * bucket is added to its cached rows in place, so a cached bucket is never read again. Belongs to
 * the task's thread.
 */
final class BucketCache {
    /** A bucket larger than this share of the cache would push out too many others. */
    private static final int SHARE_MAX = 4;

    private final long bytesMax;
    private final LinkedHashMap<BucketKey, Held> leastRecentFirst =
            new LinkedHashMap<>(64, 0.75f, true);
    private long bytes;
    private long hits;
    private long misses;

    /** Rows, and what they were last taken to be: they grow, by appends and by their codes. */
    private static final class Held {
        private final BucketRows rows;
        private long bytes;

        private Held(BucketRows rows) {
            this.rows = rows;
        }
    }

    /**
     * An empty cache.
     *
     * @param bytesMax bytes of rows that it holds at most; 0 keeps nothing
     */
    BucketCache(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** The rows of a bucket as they are now, or null where they are to be read. */
    @Nullable
    BucketRows get(BucketKey bucket) {
        Held held = leastRecentFirst.get(bucket);
        if (held == null) {
            misses++;
            return null;
        }
        hits++;
        BucketRows rows = held.rows;
        measure(bucket, held);
        return rows;
    }

    /** Keeps the rows of a bucket, all of them. */
    void put(BucketKey bucket, BucketRows rows) {
        remove(bucket);
        if (rows.heapBytes() <= bytesMax / SHARE_MAX) {
            Held held = new Held(rows);
            leastRecentFirst.put(bucket, held);
            measure(bucket, held);
        }
    }

    /** Adds a row that was appended to a bucket. */
    void append(BucketKey bucket, byte[] row) {
        Held held = leastRecentFirst.get(bucket);
        if (held != null) {
            held.rows.addBlock(row, row.length);
            measure(bucket, held);
        }
    }

    private void measure(BucketKey bucket, Held held) {
        long now = held.rows.heapBytes();
        bytes += now - held.bytes;
        held.bytes = now;
        if (now > bytesMax / SHARE_MAX) {
            remove(bucket);
        } else {
            shrink();
        }
    }

    /** Forgets a bucket. */
    void remove(BucketKey bucket) {
        Held held = leastRecentFirst.remove(bucket);
        if (held != null) {
            bytes -= held.bytes;
        }
    }

    /** Forgets a collection. */
    void removeAll(long collectionUid) {
        leastRecentFirst
                .entrySet()
                .removeIf(
                        entry -> {
                            boolean gone = entry.getKey().collectionUid() == collectionUid;
                            bytes -= gone ? entry.getValue().bytes : 0;
                            return gone;
                        });
    }

    private void shrink() {
        Iterator<Map.Entry<BucketKey, Held>> oldest = leastRecentFirst.entrySet().iterator();
        while (bytes > bytesMax && oldest.hasNext()) {
            bytes -= oldest.next().getValue().bytes;
            oldest.remove();
        }
    }

    /** Bytes of rows that it holds. */
    long bytes() {
        return bytes;
    }

    /** Reads that it saved. */
    long hits() {
        return hits;
    }

    /** Reads that it did not save. */
    long misses() {
        return misses;
    }
}

package io.nearstream.jobs.query.bucket;

import io.nearstream.jobs.query.entry.EntryRow;
import io.nearstream.jobs.query.message.BucketKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.flink.api.common.state.ListState;

/**
 * The buckets of a subtask as logs: rows gather in a bounded tail on the heap and go to RocksDB as
 * packed blocks, appended without a read. A bucket that reads as fragmented or full of garbage is
 * rewritten. Belongs to the task's thread.
 */
final class BucketStore {
    /** A bucket with more than this many blocks beyond what its bytes need is rewritten. */
    private static final int SPARE_BLOCKS = 8;

    private static final int TAIL_BYTES_FIRST = 1_024;

    private final ListState<byte[]> blocks;
    private final Consumer<BucketKey> toKey;
    private final int blockBytes;
    private final int tailBytesMax;
    private final Map<BucketKey, Tail> tails = new HashMap<>();
    private final BucketCache cache;
    private AnswerCache answers = new AnswerCache(0);
    private long tailBytes;
    private long rewrites;
    private boolean readExpiring;

    private static final class Tail {
        private byte[] bytes = new byte[TAIL_BYTES_FIRST];
        private int size;

        private void append(byte[] row) {
            if (size + row.length > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + row.length));
            }
            System.arraycopy(row, 0, bytes, size, row.length);
            size += row.length;
        }
    }

    /**
     * A store over keyed state.
     *
     * @param toKey makes a bucket the current key of the state
     * @param cache of the rows that were read last
     */
    BucketStore(
            ListState<byte[]> blocks,
            Consumer<BucketKey> toKey,
            BucketCache cache,
            int blockBytes,
            int tailBytesMax) {
        this.blocks = blocks;
        this.toKey = toKey;
        this.cache = cache;
        this.blockBytes = blockBytes;
        this.tailBytesMax = tailBytesMax;
    }

    /** Tells a cache of answers of every change from now on. */
    void invalidates(AnswerCache value) {
        answers = value;
    }

    /** Appends a row to a bucket's log. */
    void append(BucketKey bucket, byte[] row) throws Exception {
        answers.changed(bucket);
        Tail tail = tails.computeIfAbsent(bucket, key -> new Tail());
        tail.append(row);
        cache.append(bucket, row);
        tailBytes += row.length;
        if (tail.size >= blockBytes) {
            flush(bucket, tail);
            tails.remove(bucket);
        } else if (tailBytes >= tailBytesMax) {
            flushAll();
        }
    }

    /** Writes all tails to RocksDB. */
    void flushAll() throws Exception {
        for (Map.Entry<BucketKey, Tail> entry : tails.entrySet()) {
            flush(entry.getKey(), entry.getValue());
        }
        tails.clear();
    }

    private void flush(BucketKey bucket, Tail tail) throws Exception {
        toKey.accept(bucket);
        blocks.add(Arrays.copyOf(tail.bytes, tail.size));
        tailBytes -= tail.size;
    }

    /** The live rows of a bucket. */
    BucketRows read(BucketKey bucket) throws Exception {
        BucketRows rows = live(bucket);
        readExpiring |= rows.mayExpire();
        return rows;
    }

    /** From now on, {@link #hasReadExpiring} tells of what is read. */
    void noteExpiring() {
        readExpiring = false;
    }

    /** Whether a row with an expiry was read since {@link #noteExpiring}. */
    boolean hasReadExpiring() {
        return readExpiring;
    }

    private BucketRows live(BucketKey bucket) throws Exception {
        BucketRows cached = cache.get(bucket);
        if (cached != null) {
            return cached.hasVoid() ? keep(bucket, cached, false) : cached;
        }
        toKey.accept(bucket);
        BucketRows rows = new BucketRows();
        Iterable<byte[]> stored = blocks.get();
        if (stored != null) {
            for (byte[] block : stored) {
                rows.addBlock(block, block.length);
            }
        }
        boolean fragmented = rows.blocks() > SPARE_BLOCKS + 2 * (rows.bytes() / blockBytes);
        Tail tail = tails.get(bucket);
        if (tail != null) {
            rows.addBlock(tail.bytes, tail.size);
        }
        return keep(bucket, rows, fragmented);
    }

    /** Drops void rows from what is kept on the heap, and from the log where it is worth it. */
    private BucketRows keep(BucketKey bucket, BucketRows rows, boolean fragmented)
            throws Exception {
        BucketRows live = rows.live();
        if (fragmented || (live != rows && 2 * live.rowBytes() < rows.bytes())) {
            live = rewrite(bucket, live);
        }
        cache.put(bucket, live);
        return live;
    }

    private BucketRows rewrite(BucketKey bucket, BucketRows live) throws Exception {
        rewrites++;
        dropTail(bucket);
        toKey.accept(bucket);
        List<byte[]> packed = pack(live);
        blocks.update(packed);
        BucketRows rewritten = new BucketRows();
        packed.forEach(block -> rewritten.addBlock(block, block.length));
        rewritten.takeCodes(live);
        return rewritten;
    }

    private List<byte[]> pack(BucketRows rows) {
        List<byte[]> packed = new ArrayList<>();
        Tail block = new Tail();
        for (int i = 0; i < rows.count(); i++) {
            byte[] data = rows.data(i);
            int at = rows.at(i);
            byte[] row = Arrays.copyOfRange(data, at, at + EntryRow.length(data, at));
            EntryRow.replacesNothing(row);
            block.append(row);
            if (block.size >= blockBytes) {
                packed.add(Arrays.copyOf(block.bytes, block.size));
                block.size = 0;
            }
        }
        if (block.size > 0) {
            packed.add(Arrays.copyOf(block.bytes, block.size));
        }
        return packed;
    }

    /** Forgets a bucket. */
    void clear(BucketKey bucket) {
        answers.changed(bucket);
        dropTail(bucket);
        cache.remove(bucket);
        toKey.accept(bucket);
        blocks.clear();
    }

    private void dropTail(BucketKey bucket) {
        Tail tail = tails.remove(bucket);
        if (tail != null) {
            tailBytes -= tail.size;
        }
    }

    /** Forgets what is on the heap of a collection; its state is cleared key by key. */
    void dropTails(long collectionUid) {
        cache.removeAll(collectionUid);
        answers.changedAll(collectionUid);
        tails.entrySet()
                .removeIf(
                        entry -> {
                            boolean drop = entry.getKey().collectionUid() == collectionUid;
                            if (drop) {
                                tailBytes -= entry.getValue().size;
                            }
                            return drop;
                        });
    }

    /** Bytes on the heap that are not in RocksDB yet. */
    long tailBytes() {
        return tailBytes;
    }

    /** Buckets rewritten so far. */
    long rewrites() {
        return rewrites;
    }
}

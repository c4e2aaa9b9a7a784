package io.nearstream.jobs.query.bucket;

import io.nearstream.jobs.common.state.Fields;
import io.nearstream.jobs.query.message.BucketKey;
import io.nearstream.jobs.query.message.Hit;
import io.nearstream.jobs.query.message.PartAnswer;
import io.nearstream.jobs.query.message.ProbeMessage;
import io.nearstream.jobs.query.message.QueryPart;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * A subtask's shares of answers, for probes that are asked again. A share goes as soon as any
 * bucket changes that was visited for it, so one that is here is what a search would find, at the
 * query time of now. Shares from buckets with entries that may expire must not be put here: they
 * also depend on when the probe was appended. The share used longest ago goes first where the bytes
 * are too many. Belongs to the task's thread.
 */
final class AnswerCache {
    private static final int KEY_BYTES_FIRST = 1_024;

    /** Heap of the objects around a share, a hit and a bucket that it depends on, about. */
    private static final int SHARE_BYTES = 256;

    private static final int HIT_BYTES = 48;
    private static final int BUCKET_BYTES = 128;

    private final long bytesMax;
    private final Map<ByteBuffer, Share> shares = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<BucketKey, Set<ByteBuffer>> byBucket = new HashMap<>();
    private long bytes;
    private long hits;
    private long misses;

    /**
     * What was found for a message.
     *
     * @param buckets that were visited
     * @param bytes of the heap that it takes, about, its key included
     */
    private record Share(Found found, Set<BucketKey> buckets, long bytes) {}

    /** A cache of so many bytes; of 0, one that keeps nothing. */
    AnswerCache(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    boolean isOff() {
        return bytesMax == 0;
    }

    /**
     * All that an answer depends on besides its buckets' entries: equal keys, equal answers.
     *
     * @param generation that says how entries are read
     * @param plan the buckets of each query vector
     */
    static ByteBuffer key(ProbeMessage probe, int generation, List<int[]> plan) {
        DataOutputSerializer out = new DataOutputSerializer(KEY_BYTES_FIRST);
        try {
            out.writeLong(probe.collectionUid());
            out.writeInt(generation);
            out.writeInt(probe.limit());
            out.writeDouble(probe.radiusScore());
            out.writeBoolean(probe.withVectors());
            Fields.writeStrings(probe.filter().anyOf(), out);
            Fields.writeStrings(probe.filter().allOf(), out);
            Fields.writeStrings(probe.filter().noneOf(), out);
            for (int i = 0; i < plan.size(); i++) {
                QueryPart query = probe.queries().get(i);
                out.writeInt(query.ordinal());
                Fields.writeBytes(query.vector(), out);
                Fields.writeInts(plan.get(i), out);
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException("Writing to the heap failed.", impossible);
        }
        return ByteBuffer.wrap(out.getCopyOfBuffer());
    }

    /** The share of this key, where nothing has changed since. */
    Optional<Found> get(ByteBuffer key) {
        Share share = shares.get(key);
        if (share == null) {
            misses++;
            return Optional.empty();
        }
        hits++;
        return Optional.of(share.found);
    }

    /** Keeps a share of buckets none of whose entries may expire. */
    void put(ByteBuffer key, ProbeMessage probe, List<int[]> plan, Found found) {
        Set<BucketKey> buckets = new HashSet<>();
        for (int[] visited : plan) {
            for (int bucket : visited) {
                buckets.add(new BucketKey(probe.collectionUid(), bucket));
            }
        }
        long size = SHARE_BYTES + key.capacity() + (long) BUCKET_BYTES * buckets.size();
        for (PartAnswer answer : found.answers()) {
            for (Hit hit : answer.hits()) {
                size += HIT_BYTES + hit.row().length;
            }
        }
        remove(key);
        if (size > bytesMax) {
            return;
        }
        shares.put(key, new Share(found, buckets, size));
        bytes += size;
        for (BucketKey bucket : buckets) {
            byBucket.computeIfAbsent(bucket, any -> new HashSet<>()).add(key);
        }
        for (Iterator<ByteBuffer> oldest; bytes > bytesMax; ) {
            oldest = shares.keySet().iterator();
            remove(oldest.next());
        }
    }

    /** A bucket's entries change: what was found there is void. */
    void changed(BucketKey bucket) {
        Set<ByteBuffer> keys = byBucket.isEmpty() ? null : byBucket.remove(bucket);
        if (keys != null) {
            List.copyOf(keys).forEach(this::remove);
        }
    }

    /** Nothing of a collection is kept any more. */
    void changedAll(long collectionUid) {
        byBucket.keySet().stream()
                .filter(bucket -> bucket.collectionUid() == collectionUid)
                .toList()
                .forEach(this::changed);
    }

    private void remove(ByteBuffer key) {
        Share share = shares.remove(key);
        if (share == null) {
            return;
        }
        bytes -= share.bytes;
        for (BucketKey bucket : share.buckets) {
            Set<ByteBuffer> keys = byBucket.get(bucket);
            if (keys != null) {
                keys.remove(key);
                if (keys.isEmpty()) {
                    byBucket.remove(bucket);
                }
            }
        }
    }

    /** Bytes of what is kept, about. */
    long bytes() {
        return bytes;
    }

    /** Messages answered from here so far. */
    long hits() {
        return hits;
    }

    /** Messages that were looked for in vain so far. */
    long misses() {
        return misses;
    }

    /** Buckets that something depends on. */
    int buckets() {
        return byBucket.size();
    }
}

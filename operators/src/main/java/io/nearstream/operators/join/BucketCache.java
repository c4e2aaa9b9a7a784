package io.nearstream.operators.join;

import io.nearstream.core.join.PairBucket;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.annotation.Nullable;

/**
 * Buckets as they are used, over their logs in the state: the least recently used go when all take
 * more than a limit. Nothing is lost with them. Not thread-safe.
 */
final class BucketCache {
    private final long bytesMax;
    private final Map<Integer, Sized> buckets = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    private record Sized(PairBucket bucket, long bytes) {}

    /**
     * @param bytesMax of the heap, about; the bucket in use stays in any case
     */
    BucketCache(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    @Nullable
    PairBucket get(int number) {
        Sized found = buckets.get(number);
        return found == null ? null : found.bucket();
    }

    /** Keeps a bucket as the one used last, at the size that it has now. */
    void put(int number, PairBucket bucket) {
        remove(number);
        Sized sized = new Sized(bucket, bucket.heapBytes());
        buckets.put(number, sized);
        bytes += sized.bytes();
        Iterator<Map.Entry<Integer, Sized>> oldest = buckets.entrySet().iterator();
        while (bytes > bytesMax && buckets.size() > 1) {
            bytes -= oldest.next().getValue().bytes();
            oldest.remove();
        }
    }

    void remove(int number) {
        Sized gone = buckets.remove(number);
        bytes -= gone == null ? 0 : gone.bytes();
    }

    long bytes() {
        return bytes;
    }
}

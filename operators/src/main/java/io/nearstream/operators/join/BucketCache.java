package io.nearstream.operators.join;

import io.nearstream.core.join.PairBucket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import javax.annotation.Nullable;

/**
 * Buckets as they are used, over their logs in the state: any of them go when all take more than a
 * limit. Nothing is lost with them. Small ones do not come where others would have to go for them:
 * they are read again for what that costs. Not thread-safe.
 *
 * <p>Which one goes is drawn: every watermark visits nearly all buckets one after the other, and
 * where they do not quite fit, the one used last is then always gone when its turn comes.
 */
final class BucketCache {
    /** A few records: nearly all buckets of bands. */
    private static final int SMALL_BYTES = 4 << 10;

    private final long bytesMax;
    private final SplittableRandom random;
    private final Map<Integer, Kept> buckets = new HashMap<>();
    private final List<Kept> places = new ArrayList<>();
    private long bytes;

    private static final class Kept {
        private final int number;
        private PairBucket bucket;
        private long bytes;
        private int place;

        private Kept(int number) {
            this.number = number;
        }
    }

    /**
     * @param bytesMax of the heap, about; a bucket in use that is not small stays in any case
     * @param random draws who goes
     */
    BucketCache(long bytesMax, SplittableRandom random) {
        this.bytesMax = bytesMax;
        this.random = random;
    }

    /** The bucket, if it is kept. */
    @Nullable
    PairBucket get(int number) {
        Kept found = buckets.get(number);
        return found == null ? null : found.bucket;
    }

    /** Keeps a bucket at the size that it has now; a small one where there is room. */
    void put(int number, PairBucket bucket) {
        Kept kept = buckets.get(number);
        if (kept == null) {
            long more = bucket.heapBytes();
            if (more < SMALL_BYTES && bytes + more > bytesMax) {
                return;
            }
            kept = new Kept(number);
            kept.place = places.size();
            places.add(kept);
            buckets.put(number, kept);
        }
        kept.bucket = bucket;
        bytes -= kept.bytes;
        kept.bytes = bucket.heapBytes();
        bytes += kept.bytes;
        while (bytes > bytesMax && places.size() > 1) {
            Kept goes = places.get(random.nextInt(places.size()));
            if (goes != kept) {
                remove(goes.number);
            }
        }
    }

    /** Keeps it no longer. */
    void remove(int number) {
        Kept gone = buckets.remove(number);
        if (gone != null) {
            bytes -= gone.bytes;
            Kept last = places.remove(places.size() - 1);
            if (last != gone) {
                places.set(gone.place, last);
                last.place = gone.place;
            }
        }
    }

    /** Of the heap, about. */
    long bytes() {
        return bytes;
    }
}

package io.nearstream.operators.join;

import io.nearstream.core.join.JoinRule;
import io.nearstream.core.join.PairBucket;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.metrics.Counter;

/**
 * The buckets of a subtask: logs of blocks in the state, by the current key; some of them lie on
 * the heap as they are, too. One in use does so as a whole, whatever the limit of the heap. Belongs
 * to the task's thread.
 */
final class Buckets {
    /** Draws what is kept ready; nothing that is said depends on it. */
    private static final long SEED = 1;

    private final JoinRule rule;
    private final ListState<byte[]> log;
    private final FilledBuckets filled;
    private final BucketCache cache;
    private final Counter read;
    private long largestBytes;

    /**
     * @param log of the bucket that is the current key
     * @param restored whether the state may be of an earlier run
     * @param cacheBytesMax of the heap for buckets that are kept ready, about
     * @param read counts buckets that were looked for in the state
     */
    Buckets(
            JoinRule rule,
            ListState<byte[]> log,
            boolean restored,
            long cacheBytesMax,
            Counter read) {
        this.rule = rule;
        this.log = log;
        this.filled = new FilledBuckets(restored);
        this.cache = new BucketCache(cacheBytesMax, new SplittableRandom(SEED));
        this.read = read;
    }

    /**
     * Changes a bucket.
     *
     * @param number the current key
     * @return the bucket as it is now; not to be changed
     */
    PairBucket change(int number, Consumer<PairBucket> change) throws Exception {
        PairBucket bucket = get(number);
        boolean wasEmpty = bucket.isEmpty();
        change.accept(bucket);
        if (!bucket.isEmpty()) {
            store(number, bucket);
        } else if (!wasEmpty) {
            log.clear();
            cache.remove(number);
            filled.is(number, false);
        }
        return bucket;
    }

    private PairBucket get(int number) throws Exception {
        PairBucket cached = cache.get(number);
        if (cached != null) {
            return cached;
        }
        if (!filled.mayBeFilled(number)) {
            return new PairBucket(rule);
        }
        read.inc();
        Iterable<byte[]> blocks = log.get(); // Flink gives null where there is nothing
        filled.is(number, blocks != null);
        return PairBucket.read(rule, blocks == null ? List.of() : blocks);
    }

    private void store(int number, PairBucket bucket) throws Exception {
        if (bucket.isWasteful()) {
            log.update(List.of(bucket.rewrite()));
        } else {
            byte[] rows = bucket.drain();
            if (rows.length > 0) {
                log.add(rows);
            }
        }
        filled.is(number, true);
        cache.put(number, bucket);
        largestBytes = Math.max(largestBytes, bucket.heapBytes());
    }

    /** Of the heap, of those that are kept ready, about. */
    long cacheBytes() {
        return cache.bytes();
    }

    /** Of the heap, of the largest that was in use since the task began, about. */
    long largestBytes() {
        return largestBytes;
    }
}

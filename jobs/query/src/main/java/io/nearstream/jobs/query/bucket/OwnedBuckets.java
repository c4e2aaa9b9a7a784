package io.nearstream.jobs.query.bucket;

import io.nearstream.core.partition.Generation;
import io.nearstream.jobs.common.control.CollectionState;
import io.nearstream.jobs.query.message.BucketKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.flink.runtime.state.KeyGroupRange;

/** Which buckets lie in the key groups of this subtask. Belongs to the task's thread. */
final class OwnedBuckets {
    private final KeyGroupRange range;
    private final int maxParallelism;
    private final Map<Long, Cells> cells = new HashMap<>();

    private record Cells(Generation generation, int[] owned) {}

    OwnedBuckets(KeyGroupRange range, int maxParallelism) {
        this.range = range;
        this.maxParallelism = maxParallelism;
    }

    /** Of all buckets, the share that lies here, about. */
    double share() {
        return range.getNumberOfKeyGroups() / (double) maxParallelism;
    }

    KeyGroupRange range() {
        return range;
    }

    boolean owns(BucketKey bucket) {
        return range.contains(bucket.keyGroup(maxParallelism));
    }

    /** Of these buckets, the ones that it owns, in their order. */
    int[] of(long uid, int[] buckets) {
        return IntStream.of(buckets).filter(bucket -> owns(new BucketKey(uid, bucket))).toArray();
    }

    /** All buckets of the newest generation's exhaustive probe that it owns. */
    int[] all(CollectionState collection) {
        Cells known = cells.get(collection.uid());
        if (known == null || known.generation() != collection.newest()) {
            known = new Cells(collection.newest(), of(collection.uid(), collection.newest().all()));
            cells.put(collection.uid(), known);
        }
        return known.owned();
    }

    /** The flat buckets of generation 0 that it owns. */
    List<BucketKey> flat(long uid) {
        List<BucketKey> owned = new ArrayList<>();
        for (int i = 1; i <= Generation.FLAT_BUCKETS; i++) {
            BucketKey bucket = new BucketKey(uid, -i);
            if (owns(bucket)) {
                owned.add(bucket);
            }
        }
        return owned;
    }

    /** Forgets a collection. */
    void forget(long uid) {
        cells.remove(uid);
    }
}

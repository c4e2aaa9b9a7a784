package io.nearstream.jobs.query.message;

import org.apache.flink.runtime.state.KeyGroupRangeAssignment;

/**
 * A bucket of a collection: what the bucket operator's state is keyed by.
 *
 * @param collectionUid the incarnation of the collection
 * @param bucket its bucket; negative ones are the flat buckets of generation 0
 */
public record BucketKey(long collectionUid, int bucket) {
    /** Spelled out, since what a record's own hash code is may differ between JVMs. */
    @Override
    public int hashCode() {
        return 31 * Long.hashCode(collectionUid) + bucket;
    }

    /** The key group that owns the bucket. */
    public int keyGroup(int maxParallelism) {
        return KeyGroupRangeAssignment.assignToKeyGroup(this, maxParallelism);
    }
}

package io.nearstream.jobs.standing;

/**
 * What a shard's state was made for, and cannot be used without.
 *
 * @param shards that queries are divided among
 * @param collection whose records and queries lie in it
 */
record ShardOrigin(int shards, KeptCollection collection) {
    /** Refuses state that was made for another number of shards, or another collection. */
    void require(ShardOrigin wanted) {
        if (!collection.equals(wanted.collection)) {
            throw new IllegalStateException(
                    "The state is of the collection %s, but this job is for %s. Submit the job without state, or for the collection that the state is of."
                            .formatted(text(collection), text(wanted.collection)));
        }
        if (shards != wanted.shards) {
            throw new IllegalStateException(
                    "The state has %d shards, but this job would have %d. Set 'nearstream.standing.shards' to %d, or start without state."
                            .formatted(shards, wanted.shards, shards));
        }
    }

    private static String text(KeptCollection of) {
        return "'%s' (incarnation %d, %s, %s, %d dimensions)"
                .formatted(of.name(), of.uid(), of.metric(), of.encoding(), of.dimensions());
    }
}

package io.nearstream.jobs.standing;

import io.nearstream.core.model.IndexChange;

/**
 * A change on its way to one of the shards.
 *
 * @param shard the shard's key
 * @param change without payload and buckets
 */
record ShardChange(int shard, IndexChange change) {}

package io.nearstream.jobs.standing;

import io.nearstream.core.standing.QueryName;
import java.io.Serializable;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;

/**
 * The keys of shards: each in a key group of its own, spread evenly, so that subtasks get as many.
 * Immutable; the same in every JVM.
 *
 * @param count shards, 1 to the key groups
 * @param keyGroups of the job
 */
public record ShardKeys(int count, int keyGroups) implements Serializable {
    public ShardKeys {
        if (count < 1 || count > keyGroups) {
            throw new IllegalArgumentException(
                    "Shards must be 1 to %d, but were %d.".formatted(keyGroups, count));
        }
    }

    /**
     * The least key of the key group of a shard. Rounded up, as the ranges of subtasks begin: with
     * as many shards as subtasks each subtask has one.
     */
    int key(int shard) {
        int group = (int) (((long) shard * keyGroups + count - 1) / count);
        int key = 0;
        while (KeyGroupRangeAssignment.assignToKeyGroup(key, keyGroups) != group) {
            key++;
        }
        return key;
    }

    /** The keys of all shards. */
    int[] all() {
        int[] keys = new int[count];
        for (int shard = 0; shard < count; shard++) {
            keys[shard] = key(shard);
        }
        return keys;
    }

    /** The shard that a query is kept in. */
    public int shardOf(QueryName name) {
        return Math.floorMod(KeyGroupRangeAssignment.assignToKeyGroup(name.key(), 1 << 15), count);
    }
}

package io.nearstream.jobs.standing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.junit.jupiter.api.Test;

/** Subtasks get as many shards, which lie in key groups of their own. */
class ShardKeysTest {
    private static int[] perSubtask(int shards, int keyGroups, int subtasks) {
        int[] counts = new int[subtasks];
        for (int key : new ShardKeys(shards, keyGroups).all()) {
            counts[KeyGroupRangeAssignment.assignKeyToParallelOperator(key, keyGroups, subtasks)]++;
        }
        return counts;
    }

    @Test
    void eachSubtaskHasOneShardAtEveryParallelism() {
        for (int parallelism = 1; parallelism <= 128; parallelism++) {
            assertThat(perSubtask(parallelism, 128, parallelism))
                    .as("shards of subtasks at parallelism %d", parallelism)
                    .containsOnly(1);
        }
    }

    @Test
    void multiplesOfTheParallelismAreSpreadEvenly() {
        for (int parallelism = 1; parallelism <= 128; parallelism++) {
            for (int times = 1; times * parallelism <= 128; times++) {
                assertThat(perSubtask(times * parallelism, 128, parallelism))
                        .as("%d shards for each of %d subtasks", times, parallelism)
                        .containsOnly(times);
            }
        }
    }

    @Test
    void noTwoShardsShareAKeyGroup() {
        for (int shards = 1; shards <= 100; shards++) {
            Set<Integer> groups = new HashSet<>();
            for (int key : new ShardKeys(shards, 100).all()) {
                groups.add(KeyGroupRangeAssignment.assignToKeyGroup(key, 100));
            }
            assertThat(groups).as("key groups of %d shards", shards).hasSize(shards);
        }
    }
}

package io.nearstream.bench.keyvalue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;

/**
 * To which subtasks of the keyed operator the keys of a workload's operations belong, by their key
 * groups as Flink assigns them. This is ownership, reckoned by the client, and not what subtasks
 * were seen to do: every operation that was sent counts where its key is kept, cached reads also
 * where the near cache answered them and no subtask heard of it, puts beside the workload too, and
 * a read-modify-write counts twice, as a read and a write.
 *
 * @param maxParallelism how many key groups there are
 * @param operations of each subtask
 * @param hottestKey the name of the key that is used most often; empty without operations
 * @param hottestKeyOperations how often
 * @param hottestKeySubtask where it is kept; 0 without operations
 */
public record SubtaskLoad(
        int maxParallelism,
        List<Long> operations,
        String hottestKey,
        long hottestKeyOperations,
        int hottestKeySubtask) {
    /** As the profiles fix it; {@link KvTarget} refuses another. */
    static final int MAX_PARALLELISM = 128;

    public SubtaskLoad {
        operations = List.copyOf(operations);
    }

    /** Of what was counted on the keys. */
    static SubtaskLoad of(KeySpace keys, int parallelism) {
        long[] operations = new long[parallelism];
        int hottest = -1;
        for (int key = 0; key < keys.size(); key++) {
            int used = keys.used(key);
            if (used > 0) {
                operations[subtask(keys.name(key), parallelism)] += used;
                hottest = hottest < 0 || used > keys.used(hottest) ? key : hottest;
            }
        }
        List<Long> all = new ArrayList<>();
        for (long count : operations) {
            all.add(count);
        }
        return hottest < 0
                ? new SubtaskLoad(MAX_PARALLELISM, all, "", 0, 0)
                : new SubtaskLoad(
                        MAX_PARALLELISM,
                        all,
                        keys.name(hottest),
                        keys.used(hottest),
                        subtask(keys.name(hottest), parallelism));
    }

    /** The subtask that keeps a key. */
    static int subtask(String key, int parallelism) {
        return KeyGroupRangeAssignment.assignKeyToParallelOperator(
                key, MAX_PARALLELISM, parallelism);
    }

    /** The group of a key, 0 to 127. */
    static int keyGroup(String key) {
        return KeyGroupRangeAssignment.assignToKeyGroup(key, MAX_PARALLELISM);
    }

    /** All operations. */
    public long total() {
        return operations.stream().mapToLong(Long::longValue).sum();
    }

    /** The share of a subtask in all operations, 0 to 1. */
    public double share(int subtask) {
        return operations.get(subtask) / (double) Math.max(1, total());
    }

    /** The share of the key that is used most often, 0 to 1. */
    public double hottestKeyShare() {
        return hottestKeyOperations / (double) Math.max(1, total());
    }

    Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("parallelism", operations.size());
        document.put("max_parallelism", maxParallelism);
        document.put("operations", operations);
        List<Double> shares = new ArrayList<>();
        for (int subtask = 0; subtask < operations.size(); subtask++) {
            shares.add(Figures.rounded(share(subtask)));
        }
        document.put("share", shares);
        document.put("hottest_key", hottestKey);
        document.put("hottest_key_share", Figures.rounded(hottestKeyShare()));
        document.put("hottest_key_subtask", hottestKeySubtask);
        return document;
    }
}

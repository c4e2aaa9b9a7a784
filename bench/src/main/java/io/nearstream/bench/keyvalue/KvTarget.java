package io.nearstream.bench.keyvalue;

import java.util.Map;
import java.util.Optional;
import org.apache.flink.configuration.PipelineOptions;

/**
 * What is measured: a Nearstream of the benchmark's own in this process, or one that runs already.
 *
 * @param running where that one is; empty for one of the benchmark's own
 * @param parallelism subtasks of every operator, 1 to 64; of a running one, what it was started
 *     with
 * @param taskManagers of the benchmark's own, 1 to 64
 * @param overrides options of Flink and of the jobs that win over the profile's; the number of key
 *     groups stays 128
 */
public record KvTarget(
        Optional<Running> running,
        int parallelism,
        int taskManagers,
        Map<String, String> overrides) {
    private static final int COUNT_MAX = 64;

    /**
     * A Nearstream that runs already.
     *
     * @param bootstrap its broker, {@code HOST:PORT}
     * @param state its state's addresses, {@code HOST:PORT,..}
     */
    public record Running(String bootstrap, String state) {}

    public KvTarget {
        overrides = Map.copyOf(overrides);
        requireRange("--parallelism", parallelism);
        requireRange("--task-managers", taskManagers);
        String keyGroups = overrides.get(PipelineOptions.MAX_PARALLELISM.key());
        if (keyGroups != null && !keyGroups.equals(Integer.toString(SubtaskLoad.MAX_PARALLELISM))) {
            throw new IllegalArgumentException(
                    "--set %s must be %d, the key groups that keys are counted by, but was '%s'."
                            .formatted(
                                    PipelineOptions.MAX_PARALLELISM.key(),
                                    SubtaskLoad.MAX_PARALLELISM,
                                    keyGroups));
        }
    }

    /** One in this process. */
    public static KvTarget embedded(
            int parallelism, int taskManagers, Map<String, String> overrides) {
        return new KvTarget(Optional.empty(), parallelism, taskManagers, overrides);
    }

    /** One that runs already. */
    public static KvTarget running(String bootstrap, String state, int parallelism) {
        return new KvTarget(Optional.of(new Running(bootstrap, state)), parallelism, 1, Map.of());
    }

    private static void requireRange(String option, int value) {
        if (value < 1 || value > COUNT_MAX) {
            throw new IllegalArgumentException(
                    "%s must be between 1 and %d, but was %d.".formatted(option, COUNT_MAX, value));
        }
    }
}

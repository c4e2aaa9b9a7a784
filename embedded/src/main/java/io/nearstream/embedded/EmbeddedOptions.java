package io.nearstream.embedded;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What {@link EmbeddedNearstream} is started with.
 *
 * @param dir holds everything that outlives the process: {@code kafka/} and {@code flink/}
 * @param kafkaPort port of the broker, or 0 for any free one
 * @param restPort port of the web UI, or 0 for any free one
 * @param statePort port of live reads on the first TaskManager, the next ones follow; or 0 for any
 *     free ones
 * @param taskManagers 1 to 64
 * @param slotsPerTaskManager 1 to 64
 * @param parallelism subtasks of each operator, 1 to 128; each job takes as many slots
 * @param overrides Flink and Nearstream options that win over the profile's
 * @param proxied a second listener of the broker, for clients that come through a proxy
 */
public record EmbeddedOptions(
        Path dir,
        int kafkaPort,
        int restPort,
        int statePort,
        int taskManagers,
        int slotsPerTaskManager,
        int parallelism,
        Map<String, String> overrides,
        Optional<ProxiedListener> proxied) {
    private static final int PARALLELISM_MAX = 128;

    /** Checks what the parts do not check themselves. */
    public EmbeddedOptions {
        if (parallelism < 1 || parallelism > PARALLELISM_MAX) {
            throw new IllegalArgumentException(
                    "'--parallelism' must be between 1 and %d, but was %d."
                            .formatted(PARALLELISM_MAX, parallelism));
        }
        overrides = Map.copyOf(overrides);
    }

    /** Two TaskManagers of two slots, parallelism 1, any free ports. */
    public static EmbeddedOptions in(Path dir) {
        return new EmbeddedOptions(dir, 0, 0, 0, 2, 2, 1, Map.of(), Optional.empty());
    }

    /** The same with other ports; 0 is any free one. */
    public EmbeddedOptions withPorts(int kafka, int rest, int state) {
        return new EmbeddedOptions(
                dir,
                kafka,
                rest,
                state,
                taskManagers,
                slotsPerTaskManager,
                parallelism,
                overrides,
                proxied);
    }

    /** The same with another cluster. */
    public EmbeddedOptions withCluster(int managers, int slotsPerManager, int subtasks) {
        return new EmbeddedOptions(
                dir,
                kafkaPort,
                restPort,
                statePort,
                managers,
                slotsPerManager,
                subtasks,
                overrides,
                proxied);
    }

    /** The same with other overrides instead of its own. */
    public EmbeddedOptions withOverrides(Map<String, String> others) {
        return new EmbeddedOptions(
                dir,
                kafkaPort,
                restPort,
                statePort,
                taskManagers,
                slotsPerTaskManager,
                parallelism,
                others,
                proxied);
    }

    /** The same with a second listener of the broker, for clients that come through a proxy. */
    public EmbeddedOptions withProxied(ProxiedListener listener) {
        return new EmbeddedOptions(
                dir,
                kafkaPort,
                restPort,
                statePort,
                taskManagers,
                slotsPerTaskManager,
                parallelism,
                overrides,
                Optional.of(listener));
    }
}

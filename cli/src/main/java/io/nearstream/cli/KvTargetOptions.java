package io.nearstream.cli;

import io.nearstream.bench.keyvalue.KvTarget;
import java.util.HashMap;
import java.util.Map;
import javax.annotation.Nullable;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.TaskManagerOptions;
import picocli.CommandLine.Option;

/** What a benchmark measures. */
final class KvTargetOptions {
    @Nullable
    @Option(
            names = "--bootstrap",
            paramLabel = "HOST:PORT",
            description =
                    "Measure the Nearstream of this Kafka broker, with keys that are deleted in the end. Default: one in this process.")
    private String bootstrap;

    @Nullable
    @Option(
            names = "--state",
            paramLabel = "HOST:PORT",
            description =
                    "Where its TaskManagers answer live reads, several separated by commas (default: "
                            + StateOptions.DEFAULT
                            + ").")
    private String state;

    @Option(
            names = "--parallelism",
            paramLabel = "P",
            defaultValue = "1",
            description =
                    "Subtasks of every operator, 1 to 64; of a running one, what it was started with. Default: ${DEFAULT-VALUE}.")
    private int parallelism;

    @Option(
            names = "--task-managers",
            paramLabel = "N",
            defaultValue = "1",
            description = "TaskManagers in this process, 1 to 64. Default: ${DEFAULT-VALUE}.")
    private int taskManagers;

    @Nullable
    @Option(
            names = "--managed-memory",
            paramLabel = "SIZE",
            description =
                    "Memory for RocksDB of each TaskManager in this process, as 256mb; the slots share it evenly, and the two jobs have one each per subtask. Default: the profile's.")
    private String managedMemory;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "An option of Flink or of the jobs in this process; may be repeated.")
    private Map<String, String> overrides = Map.of();

    /** Checked; an IllegalArgumentException names the option. */
    KvTarget target() {
        if (bootstrap == null && state != null) {
            throw new IllegalArgumentException("--state goes with --bootstrap.");
        }
        if (bootstrap != null) {
            if (managedMemory != null || !overrides.isEmpty() || taskManagers != 1) {
                throw new IllegalArgumentException(
                        "--managed-memory, --task-managers and --set are for one in this process, and not for --bootstrap.");
            }
            return KvTarget.running(
                    bootstrap, state == null ? StateOptions.DEFAULT : state, parallelism);
        }
        Map<String, String> all = new HashMap<>(overrides);
        if (managedMemory != null) {
            all.put(TaskManagerOptions.MANAGED_MEMORY_SIZE.key(), size(managedMemory));
        }
        return KvTarget.embedded(parallelism, taskManagers, all);
    }

    private static String size(String text) {
        try {
            return MemorySize.parse(text).toString();
        } catch (IllegalArgumentException malformed) {
            throw new IllegalArgumentException(
                    "--managed-memory must be a size as 256mb, but was '%s'.".formatted(text),
                    malformed);
        }
    }
}

package io.nearstream.cluster;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ConfigurationUtils;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.TaskManagerOptionsInternal;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessSpec;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.apache.flink.runtime.jobmanager.JobManagerProcessSpec;
import org.apache.flink.runtime.jobmanager.JobManagerProcessUtils;
import org.apache.flink.runtime.util.config.memory.ProcessMemoryUtils;

/**
 * Processes of Flink: their configuration is written, their memory is shared out by Flink's own
 * rules, as its shell scripts would do. Stateless.
 */
public final class FlinkPlans {
    private static final String JOB_MANAGER =
            "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint";
    private static final String TASK_MANAGER =
            "org.apache.flink.runtime.taskexecutor.TaskManagerRunner";

    /**
     * What Flink and our kernels need of Java. The clock of its actors ticks each 10 ms by default,
     * twice in each process, and nothing of ours is timed by it more finely than heartbeats are.
     */
    private static final List<String> JAVA =
            List.of(
                    "-Dpekko.scheduler.tick-duration=50ms",
                    "--add-modules=jdk.incubator.vector",
                    "--add-opens=java.base/java.util=ALL-UNNAMED",
                    "--add-opens=java.base/java.lang=ALL-UNNAMED",
                    "--add-opens=java.base/java.time=ALL-UNNAMED");

    private FlinkPlans() {}

    /**
     * A JobManager of a session cluster.
     *
     * @param configuration everything, ports and directories included; not changed
     * @throws IOException when the configuration cannot be written
     * @throws IllegalArgumentException when the memory options contradict each other
     */
    public static NodePlan jobManager(
            Distribution distribution,
            ClusterLayout layout,
            String name,
            Configuration configuration)
            throws IOException {
        JobManagerProcessSpec memory =
                memory(name, () -> JobManagerProcessUtils.processSpecFromConfig(configuration));
        List<String> arguments = new ArrayList<>(List.of("--executionMode", "cluster"));
        arguments.addAll(words(JobManagerProcessUtils.generateDynamicConfigsStr(memory)));
        return new Builder(distribution, layout, name, configuration)
                .plan(
                        NodeRole.JOBMANAGER,
                        JobManagerProcessUtils.generateJvmParametersStr(memory, configuration),
                        CoreOptions.FLINK_JM_JVM_OPTIONS,
                        JOB_MANAGER,
                        arguments,
                        "%s:%d"
                                .formatted(
                                        configuration.get(
                                                RestOptions.ADDRESS,
                                                configuration.get(JobManagerOptions.ADDRESS)),
                                        configuration.get(RestOptions.PORT)));
    }

    /**
     * A TaskManager.
     *
     * @param configuration everything, ports and directories included; not changed
     * @throws IOException when the configuration cannot be written
     * @throws IllegalArgumentException when the memory options contradict each other
     */
    public static NodePlan taskManager(
            Distribution distribution,
            ClusterLayout layout,
            String name,
            Configuration configuration)
            throws IOException {
        Configuration own = new Configuration(configuration);
        own.set(TaskManagerOptions.TASK_MANAGER_RESOURCE_ID, resourceId(name));
        own.set(TaskManagerOptionsInternal.TASK_MANAGER_RESOURCE_ID_METADATA, name);
        TaskExecutorProcessSpec memory =
                memory(name, () -> TaskExecutorProcessUtils.processSpecFromConfig(own));
        return new Builder(distribution, layout, name, own)
                .plan(
                        NodeRole.TASKMANAGER,
                        ProcessMemoryUtils.generateJvmParametersStr(memory),
                        CoreOptions.FLINK_TM_JVM_OPTIONS,
                        TASK_MANAGER,
                        words(TaskExecutorProcessUtils.generateDynamicConfigsStr(memory)),
                        stateAddress(own));
    }

    /**
     * A TaskManager that comes back under the id of one that the JobManager still believes in is
     * taken for the old one; so each start has an id of its own, which begins with its name.
     */
    private static String resourceId(String name) {
        return name + "-" + Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);
    }

    private static String stateAddress(Configuration configuration) {
        String ports = configuration.getString("queryable-state.proxy.ports", "");
        return ports.isEmpty()
                ? ""
                : configuration.get(TaskManagerOptions.HOST, "localhost") + ":" + ports;
    }

    private static <T> T memory(String name, java.util.function.Supplier<T> spec) {
        try {
            return spec.get();
        } catch (IllegalConfigurationException contradiction) {
            throw new IllegalArgumentException(
                    "The memory options of %s do not fit together: %s"
                            .formatted(name, contradiction.getMessage()),
                    contradiction);
        }
    }

    /** Options of every process of a cluster, a broker's too: {@code env.java.opts.all}. */
    static List<String> javaOptions(Configuration configuration) {
        return words(configuration.get(CoreOptions.FLINK_JVM_OPTIONS));
    }

    private static List<String> words(String text) {
        return Arrays.stream(text.trim().split("\\s+")).filter(word -> !word.isEmpty()).toList();
    }

    private record Builder(
            Distribution distribution,
            ClusterLayout layout,
            String name,
            Configuration configuration) {
        NodePlan plan(
                NodeRole role,
                String memory,
                ConfigOption<String> ownOptions,
                String mainClass,
                List<String> arguments,
                String address)
                throws IOException {
            NodeFiles files = new NodeFiles(layout, name);
            Configuration written = new Configuration(configuration);
            String log = layout.log(name).toString();
            written.set(WebOptions.LOG_PATH, log);
            written.set(TaskManagerOptions.TASK_MANAGER_LOG_PATH, log);
            files.write(
                    "config.yaml", ConfigurationUtils.convertConfigToWritableLines(written, true));
            List<String> command = new ArrayList<>();
            command.add(NodeFiles.java());
            command.addAll(words(memory));
            command.addAll(JAVA);
            command.addAll(javaOptions(configuration));
            command.addAll(words(configuration.get(ownOptions)));
            command.addAll(files.logging());
            command.addAll(List.of("-cp", distribution.nodeClassPath(), mainClass));
            command.addAll(List.of("--configDir", files.conf().toString()));
            command.addAll(arguments);
            return new NodePlan(
                    name,
                    role,
                    configuration
                            .getOptional(TaskManagerOptions.TASK_MANAGER_RESOURCE_ID)
                            .orElse(name),
                    address,
                    layout.temporary(name),
                    command);
        }
    }
}

package io.nearstream.cli;

import io.nearstream.cluster.Distribution;
import io.nearstream.cluster.ForeignCluster;
import io.nearstream.embedded.NamedJob;
import io.nearstream.jobs.common.config.NearstreamOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.annotation.Nullable;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How a job is started beside those that a cluster runs. */
final class FurtherJobOptions {
    private static final String PROFILE = "cluster";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--jobmanager",
            paramLabel = "HOST:PORT",
            defaultValue = "localhost:8081",
            description =
                    "REST API of the JobManager, which is also its web UI; its checkpoints must be seen from here. Default: ${DEFAULT-VALUE}.")
    private String jobManager;

    @Nullable
    @Option(
            names = "--from",
            paramLabel = "PATH",
            description =
                    "Savepoint or checkpoint to start from. 'none': from the topics alone; everything is said again.")
    private String from;

    @Option(
            names = "--parallelism",
            paramLabel = "P",
            defaultValue = "1",
            description =
                    "Subtasks of each operator; each takes a slot. Default: ${DEFAULT-VALUE}.")
    private int parallelism;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description =
                    "Another option of the job or of Flink, see docs/reference/options.md; may be repeated.")
    private final Map<String, String> overrides = new TreeMap<>();

    /** Adds an option that was given. */
    static void put(
            Map<ConfigOption<?>, Object> options, ConfigOption<?> option, @Nullable Object value) {
        if (value != null) {
            options.put(option, value);
        }
    }

    /**
     * Submits the job where slots are free, and waits until it runs.
     *
     * @param kind what it does
     * @param name of the job; state goes by it
     * @param options that the command has options of its own for
     * @param check of what the JobManager does not know; fails where the job may not be submitted
     */
    void start(
            NamedJob kind,
            String name,
            String bootstrap,
            Map<ConfigOption<?>, Object> options,
            Runnable check)
            throws IOException, InterruptedException {
        if (NamedJob.INGEST.name().equals(name) || NamedJob.QUERY.name().equals(name)) {
            throw usage("--name must not be '%s': so another job is called.".formatted(name));
        }
        PrintWriter out = spec.commandLine().getOut();
        ForeignCluster cluster;
        try {
            cluster =
                    new ForeignCluster(
                            jar(),
                            jobManager,
                            bootstrap,
                            PROFILE,
                            all(options),
                            line -> {
                                out.println(line);
                                out.flush();
                            });
        } catch (IllegalArgumentException unfit) {
            throw usage(unfit.getMessage());
        }
        cluster.submitFurther(kind, name, Optional.ofNullable(from), check);
    }

    /** Nodes of ours have the classes; others are given the jar, where there is one. */
    private static Optional<Path> jar() throws IOException {
        return System.getProperty(Distribution.HOME_PROPERTY, "").isEmpty()
                ? Optional.empty()
                : Optional.of(Distribution.ofThisProcess().jobsJar());
    }

    /** What the job is started with. */
    Configuration configuration(String bootstrap, Map<ConfigOption<?>, Object> options) {
        Configuration configuration = Configuration.fromMap(all(options));
        configuration.set(NearstreamOptions.BOOTSTRAP, bootstrap);
        return configuration;
    }

    private Map<String, String> all(Map<ConfigOption<?>, Object> options) {
        Map<String, String> all = new HashMap<>(overrides);
        options.forEach((option, value) -> add(all, option, value));
        add(all, NearstreamOptions.PARALLELISM, parallelism);
        return all;
    }

    private void add(Map<String, String> all, ConfigOption<?> option, Object value) {
        if (all.put(option.key(), value.toString()) != null) {
            throw usage(
                    "'--set %s' cannot be given beside the option of its own."
                            .formatted(option.key()));
        }
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}

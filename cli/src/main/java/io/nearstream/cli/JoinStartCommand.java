package io.nearstream.cli;

import io.nearstream.client.ClientOptions;
import io.nearstream.cluster.Distribution;
import io.nearstream.cluster.ForeignCluster;
import io.nearstream.embedded.NamedJob;
import io.nearstream.jobs.common.config.JoinOptions;
import io.nearstream.jobs.common.config.NearstreamOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import javax.annotation.Nullable;
import org.apache.flink.configuration.ConfigOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "start",
        description = {
            "Start a join of a collection with itself or with another, as a job of a cluster that runs: of 'serve --joins 1', 'cluster up' or whichever.",
            "It joins what is there and what will come, goes on from its newest checkpoint if there is one, and ends when it is cancelled in the web UI. Its pairs are on nearstream.matches.v1; 'join watch' shows them."
        })
final class JoinStartCommand implements Callable<Integer> {
    private static final String PROFILE = "cluster";

    @Spec private CommandSpec spec;
    @Mixin private ConnectionOptions connection;

    @Option(
            names = "--jobmanager",
            paramLabel = "HOST:PORT",
            defaultValue = "localhost:8081",
            description =
                    "REST API of the JobManager, which is also its web UI; its checkpoints must be seen from here. Default: ${DEFAULT-VALUE}.")
    private String jobManager;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            defaultValue = "join",
            description =
                    "Name of the join, which its matches carry: 1 to 64 characters of [a-z0-9-]. State goes by it. Default: ${DEFAULT-VALUE}.")
    private String name;

    @Option(
            names = "--left",
            paramLabel = "COLLECTION",
            required = true,
            description =
                    "The collection that is joined, whose cells are used; it has learned them.")
    private String left;

    @Nullable
    @Option(
            names = "--right",
            paramLabel = "COLLECTION",
            description = "The one that it is joined with. Default: itself.")
    private String right;

    @Option(
            names = "--eps",
            paramLabel = "E",
            required = true,
            description = "Largest distance of a pair, in the metric of the collections.")
    private double eps;

    @Nullable
    @Option(
            names = "--visiting",
            paramLabel = "A",
            description =
                    "How far a record looks into other cells, of the way that finds every pair, above 0. Default: 1, all.")
    private Double visiting;

    @Nullable
    @Option(
            names = "--nearest",
            paramLabel = "K",
            description =
                    "Only the K nearest earlier records of each later one, up to 1000. Default: all.")
    private Integer nearest;

    @Nullable
    @Option(
            names = "--from",
            paramLabel = "PATH",
            description =
                    "Savepoint or checkpoint to start from. 'none': from the topics alone; all pairs are said again.")
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
                    "Another option of the join or of Flink, such as nearstream.join.window='1 h'; may be repeated.")
    private final Map<String, String> overrides = new TreeMap<>();

    @Override
    public Integer call() throws IOException, InterruptedException {
        ClientOptions kafka = connection.options();
        if (NamedJob.INGEST.name().equals(name) || NamedJob.QUERY.name().equals(name)) {
            throw usage("--name must not be '%s': so another job is called.".formatted(name));
        }
        NamedJob job = new NamedJob(name, NamedJob.JOIN.builder());
        PrintWriter out = spec.commandLine().getOut();
        ForeignCluster cluster;
        try {
            cluster =
                    new ForeignCluster(
                            jar(),
                            jobManager,
                            kafka.bootstrap(),
                            PROFILE,
                            options(),
                            line -> {
                                out.println(line);
                                out.flush();
                            });
        } catch (IllegalArgumentException unfit) {
            throw usage(unfit.getMessage());
        }
        cluster.submitToFreeSlots(List.of(job), from == null ? Map.of() : Map.of(name, from));
        return 0;
    }

    /** Nodes of ours have the classes; others are given the jar, where there is one. */
    private static Optional<Path> jar() throws IOException {
        return System.getProperty(Distribution.HOME_PROPERTY, "").isEmpty()
                ? Optional.empty()
                : Optional.of(Distribution.ofThisProcess().jobsJar());
    }

    private Map<String, String> options() {
        Map<String, String> all = new HashMap<>(overrides);
        put(all, JoinOptions.JOB, name);
        put(all, JoinOptions.LEFT, left);
        put(all, JoinOptions.RIGHT, right);
        put(all, JoinOptions.EPS, eps);
        put(all, JoinOptions.VISITING, visiting);
        put(all, JoinOptions.NEAREST, nearest);
        put(all, NearstreamOptions.PARALLELISM, parallelism);
        return all;
    }

    private void put(Map<String, String> all, ConfigOption<?> option, @Nullable Object value) {
        if (value != null && all.put(option.key(), value.toString()) != null) {
            throw usage(
                    "'--set %s' cannot be given beside the option of its own."
                            .formatted(option.key()));
        }
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}

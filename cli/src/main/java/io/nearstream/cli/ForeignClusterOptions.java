package io.nearstream.cli;

import io.nearstream.client.Bootstrap;
import io.nearstream.client.ClientOptions;
import io.nearstream.cluster.Distribution;
import io.nearstream.cluster.ForeignCluster;
import io.nearstream.embedded.NamedJob;
import io.nearstream.jobs.common.topics.TopicCatalog;
import io.nearstream.jobs.common.topics.TopicSpec;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.annotation.Nullable;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A cluster that 'cluster up' did not start, by its addresses. */
final class ForeignClusterOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Nullable
    @Option(
            names = "--jobmanager",
            paramLabel = "HOST:PORT",
            description =
                    "REST API of the JobManager of a cluster that 'cluster up' did not start; its checkpoints must be seen from here. Needs --bootstrap.")
    private String jobManager;

    @Nullable
    @Option(
            names = "--bootstrap",
            paramLabel = "HOST:PORT",
            description = "With --jobmanager: the Kafka broker of that cluster, with its topics.")
    private String bootstrap;

    @Nullable
    @Option(
            names = "--profile",
            paramLabel = "P",
            description =
                    "With --jobmanager: folder of flink-conf/ of its smallest TaskManagers. Default: cluster.")
    private String profile;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description =
                    "With --jobmanager: an option of Flink or Nearstream that wins over the profile's. Default of nearstream.parallelism: half of the slots.")
    private final Map<String, String> overrides = new TreeMap<>();

    @Nullable
    @ArgGroup(exclusive = false, heading = BackfillGroup.HEADING)
    private BackfillGroup backfill;

    /** Whether it is about one; says what does not go together. */
    boolean isNamed() {
        if (jobManager == null) {
            if (bootstrap != null || profile != null || !overrides.isEmpty()) {
                throw usage(
                        "--bootstrap, --profile and --set go with --jobmanager; a cluster of 'cluster up' knows its own.");
            }
            if (backfill != null) {
                throw usage(
                        "--backfill goes with --jobmanager here; to a cluster of 'cluster up' it is given there, when it does not run.");
            }
            return false;
        }
        if (bootstrap == null) {
            throw usage("--jobmanager needs --bootstrap, where its TaskManagers find Kafka.");
        }
        if (spec.commandLine().getParseResult().hasMatchedOption("--dir")) {
            throw usage("--dir is of a cluster that 'cluster up' started; leave it out.");
        }
        return true;
    }

    /** Whether files are given, which only the ingest job reads. */
    boolean hasFiles() {
        return backfill != null;
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /**
     * The cluster, whose broker has answered and has the topics.
     *
     * @throws ParameterException for malformed addresses and options
     */
    ForeignCluster connect() throws IOException {
        Logs.quiet();
        PrintWriter out = spec.commandLine().getOut();
        ClientOptions kafka;
        try {
            kafka = ClientOptions.of(bootstrap);
        } catch (IllegalArgumentException unfit) {
            throw new ParameterException(spec.commandLine(), unfit.getMessage(), unfit);
        }
        ForeignCluster cluster = cluster(out);
        try (Admin admin = Bootstrap.connect(kafka.bootstrap(), kafka.connectTimeout())) {
            Bootstrap.requireTopics(
                    admin,
                    TopicCatalog.load().topics().stream()
                            .map(TopicSpec::name)
                            .collect(Collectors.toSet()),
                    kafka.connectTimeout());
        }
        if (backfill == null) {
            return cluster;
        }
        cluster.requireAbsent(NamedJob.INGEST, "--backfill");
        backfill.requireReadable();
        backfill.prepare(bootstrap);
        return cluster(out);
    }

    private ForeignCluster cluster(PrintWriter out) throws IOException {
        try {
            return new ForeignCluster(
                    Distribution.ofThisProcess(),
                    jobManager,
                    bootstrap,
                    profile == null ? "cluster" : profile,
                    BackfillGroup.over(backfill, spec, overrides, overrides, Map.of()),
                    line -> {
                        out.println(line);
                        out.flush();
                    });
        } catch (IllegalArgumentException unfit) {
            throw new ParameterException(spec.commandLine(), unfit.getMessage(), unfit);
        }
    }
}

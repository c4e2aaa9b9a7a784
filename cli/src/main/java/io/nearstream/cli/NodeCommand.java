package io.nearstream.cli;

import io.nearstream.cluster.BrokerPlans;
import io.nearstream.cluster.ClusterLayout;
import io.nearstream.cluster.Distribution;
import io.nearstream.cluster.FlinkPlans;
import io.nearstream.cluster.NodeClaims;
import io.nearstream.cluster.NodePlan;
import io.nearstream.cluster.NodeRole;
import io.nearstream.embedded.BrokerSettings;
import io.nearstream.embedded.FlinkProfile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import javax.annotation.Nullable;
import org.apache.flink.configuration.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "node",
        description = {
            "Run one process of a cluster in the foreground, as systemd and containers do: zookeeper, broker, jobmanager or taskmanager.",
            "Its JVM takes the place of this command. On one machine, 'cluster up' does all of it."
        })
final class NodeCommand implements Callable<Integer> {
    private static final Set<String> OF_ALL =
            Set.of("--name", "--dir", "--print", "--plan", "--pid");
    private static final Set<String> OF_FLINK = Set.of("--profile", "--conf", "--set");

    @Spec private CommandSpec spec;

    @Parameters(
            index = "0",
            paramLabel = "ROLE",
            description = "zookeeper, broker, jobmanager or taskmanager.")
    private String role;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            required = true,
            description = "Unique in the cluster: 1 to 64 characters of [a-z0-9-].")
    private String name;

    @Option(
            names = "--dir",
            paramLabel = "D",
            required = true,
            description = "Directory of configuration, logs and data of this host.")
    private Path dir;

    @Option(
            names = "--profile",
            paramLabel = "P",
            defaultValue = "cluster",
            description =
                    "Flink: folder of flink-conf/, sizes for a kind of host. Default: ${DEFAULT-VALUE}.")
    private String profile;

    @Nullable
    @Option(
            names = "--conf",
            paramLabel = "F",
            description = "Flink: a YAML file whose options win over the profile's.")
    private Path conf;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "An option of Flink, or of Kafka for a broker, that wins over all files.")
    private final Map<String, String> overrides = new TreeMap<>();

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description = "Broker, ZooKeeper: address to listen on. Default: ${DEFAULT-VALUE}.")
    private String host;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "0",
            description = "Broker, ZooKeeper: port to listen on. Default: 9092, 2181.")
    private int port;

    @Nullable
    @Option(
            names = "--advertised",
            paramLabel = "HOST:PORT",
            description = "Broker: where clients are told to find it. Default: where it listens.")
    private String advertised;

    @Option(
            names = "--node-id",
            paramLabel = "N",
            defaultValue = "1",
            description = "Broker: its number among the voters. Default: ${DEFAULT-VALUE}.")
    private int nodeId;

    @Option(
            names = "--voters",
            paramLabel = "ID@HOST:PORT",
            split = ",",
            description =
                    "Broker: controllers of all brokers, itself among them. Default: itself, 100 ports further on.")
    private List<String> voters = List.of();

    @Option(
            names = "--cluster-id",
            paramLabel = "ID",
            defaultValue = "bmVhcnN0cmVhbS0tLS0tLS",
            description =
                    "Broker: 22 characters of Kafka's base64, the same for all brokers. Default: ${DEFAULT-VALUE}.")
    private String clusterId;

    @Option(names = "--print", description = "Print the command line instead of running it.")
    private boolean print;

    @Nullable
    @Option(
            names = "--plan",
            hidden = true,
            description = "Where the command line is written, each word ended by a zero byte.")
    private Path planFile;

    @Option(
            names = "--pid",
            hidden = true,
            description = "The process that becomes the node; goes with --plan.")
    private long pid;

    @Override
    public Integer call() throws IOException {
        Logs.quiet();
        NodePlan plan = plan().withJavaOptions(javaOptions());
        if (print || planFile == null) {
            spec.commandLine().getOut().println(String.join(" ", plan.command()));
        } else {
            NodeClaims.claim(new ClusterLayout(dir), plan, pid);
            plan.prepare();
            Files.write(
                    planFile,
                    (String.join("\0", plan.command()) + "\0").getBytes(StandardCharsets.UTF_8));
        }
        return 0;
    }

    private NodePlan plan() throws IOException {
        Distribution distribution = Distribution.ofThisProcess();
        ClusterLayout layout = new ClusterLayout(dir);
        try {
            requireOptionsOf(NodeRole.of(role));
            return switch (NodeRole.of(role)) {
                case ZOOKEEPER ->
                        BrokerPlans.zooKeeper(distribution, layout, name, host, portOr(2_181));
                case BROKER ->
                        BrokerPlans.broker(
                                distribution, layout, name, brokerSettings(), clusterId, List.of());
                case JOBMANAGER ->
                        FlinkPlans.jobManager(distribution, layout, name, flinkSettings());
                case TASKMANAGER ->
                        FlinkPlans.taskManager(distribution, layout, name, flinkSettings());
            };
        } catch (IllegalArgumentException unfit) {
            throw new ParameterException(spec.commandLine(), unfit.getMessage(), unfit);
        }
    }

    /** An option that a role does not know would be taken to have done something. */
    private void requireOptionsOf(NodeRole node) {
        Set<String> known =
                switch (node) {
                    case ZOOKEEPER -> Set.of("--host", "--port");
                    case BROKER ->
                            Set.of(
                                    "--host",
                                    "--port",
                                    "--advertised",
                                    "--node-id",
                                    "--voters",
                                    "--cluster-id",
                                    "--set");
                    case JOBMANAGER, TASKMANAGER -> OF_FLINK;
                };
        for (OptionSpec given : spec.commandLine().getParseResult().matchedOptions()) {
            String option = given.longestName();
            if (!OF_ALL.contains(option) && !known.contains(option)) {
                throw new IllegalArgumentException(
                        "%s is no option of a %s; it takes %s."
                                .formatted(
                                        option,
                                        node.text(),
                                        String.join(", ", new TreeSet<>(known))));
            }
        }
    }

    /** What the script adds to java elsewhere; here that java is the node. */
    private static List<String> javaOptions() {
        String given = System.getenv("NEARSTREAM_JAVA_OPTS");
        String options = given == null || given.isEmpty() ? System.getenv("JAVA_OPTS") : given;
        return options == null || options.isBlank()
                ? List.of()
                : List.of(options.strip().split("\\s+"));
    }

    private int portOr(int usual) {
        return port == 0 ? usual : port;
    }

    private BrokerSettings brokerSettings() {
        int own = portOr(9_092);
        return new BrokerSettings(
                dir.toAbsolutePath().resolve("kafka").resolve(name),
                nodeId,
                host,
                own,
                advertised == null ? host + ":" + own : advertised,
                voters.isEmpty() ? List.of("%d@%s:%d".formatted(nodeId, host, own + 100)) : voters,
                overrides);
    }

    private Configuration flinkSettings() throws IOException {
        Map<String, String> all = new TreeMap<>();
        all.put("io.tmp.dirs", dir.toAbsolutePath().resolve("tmp").resolve(name).toString());
        if (conf != null) {
            all.putAll(FlinkProfile.read(conf));
        }
        all.putAll(overrides);
        return FlinkProfile.load(profile, all);
    }
}

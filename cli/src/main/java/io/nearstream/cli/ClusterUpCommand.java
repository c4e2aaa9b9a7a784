package io.nearstream.cli;

import io.nearstream.cluster.Cluster;
import io.nearstream.cluster.ClusterAddresses;
import io.nearstream.cluster.ClusterSpec;
import io.nearstream.embedded.FlinkProfile;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import javax.annotation.Nullable;
import org.apache.flink.configuration.TaskManagerOptions;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "up",
        description = {
            "Start a cluster: broker, JobManager, TaskManagers, topics and both jobs; returns when all of it works.",
            "For a directory that has one, starts what is missing; options that are not given stay as they were, and jobs go on from their newest checkpoints, with the joins and standing queries that ran before 'cluster down'."
        })
final class ClusterUpCommand implements Callable<Integer> {
    static final ClusterSpec USUAL =
            new ClusterSpec(
                    1, 1, 2, 2, 2, "cluster", "127.0.0.1", ClusterSpec.BasePorts.USUAL, Map.of());

    @Spec private CommandSpec spec;
    @Mixin private ClusterDirOptions directory;

    @Nullable
    @Option(
            names = "--taskmanagers",
            paramLabel = "N",
            description = "TaskManagers, 1 to 64. Default: 2.")
    private Integer taskManagers;

    @Nullable
    @Option(
            names = "--slots",
            paramLabel = "N",
            description =
                    "Slots of each TaskManager, 1 to 64; two jobs share them. Default: the profile's, or 2.")
    private Integer slots;

    @Nullable
    @Option(
            names = "--parallelism",
            paramLabel = "P",
            description =
                    "Subtasks that an operator may ever have without a savepoint, 1 to 128; as many run as there are slots for. Default: half of all slots.")
    private Integer parallelism;

    @Nullable
    @Option(
            names = "--brokers",
            paramLabel = "N",
            description =
                    "Kafka brokers: 1, or 3 with as many copies of everything; stays as it is once there are data. Default: 1.")
    private Integer brokers;

    @Nullable
    @Option(
            names = "--ha",
            negatable = true,
            description =
                    "Two JobManagers, and ZooKeeper to choose the one that leads: jobs outlive a JobManager. Default: one, without.")
    private Boolean highlyAvailable;

    @Nullable
    @Option(
            names = "--profile",
            paramLabel = "P",
            description = "Folder of flink-conf/: sizes for a kind of host. Default: cluster.")
    private String profile;

    @Nullable
    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            description =
                    "Address that brokers, ZooKeeper and Flink listen on, without passwords: the loopback one, or one of a private network. Metrics are served on all addresses. Default: 127.0.0.1.")
    private String host;

    @Nullable
    @Option(
            names = "--kafka-port",
            paramLabel = "PORT",
            description =
                    "Port of the first broker, 0 for any free ones; controllers are 100 further on. Default: 9092.")
    private Integer kafkaPort;

    @Nullable
    @Option(
            names = "--rest-port",
            paramLabel = "PORT",
            description = "Port of the first web UI, 0 for any free ones. Default: 8081.")
    private Integer restPort;

    @Nullable
    @Option(
            names = "--rpc-port",
            paramLabel = "PORT",
            description =
                    "Port at which TaskManagers find the first JobManager, 0 for any free ones. Default: 6123.")
    private Integer rpcPort;

    @Nullable
    @Option(
            names = "--state-port",
            paramLabel = "PORT",
            description =
                    "Port of live reads of keys on the first TaskManager, 0 for any free ones. Default: 9069.")
    private Integer statePort;

    @Nullable
    @Option(
            names = "--zookeeper-port",
            paramLabel = "PORT",
            description = "Port of ZooKeeper, 0 for any free one. Default: 2181.")
    private Integer zooKeeperPort;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "An option of Flink or Nearstream that wins over the profile's.")
    private final Map<String, String> overrides = new TreeMap<>();

    @Option(names = "--no-jobs", description = "Processes and topics only; see 'cluster submit'.")
    private boolean withoutJobs;

    @Nullable
    @ArgGroup(exclusive = false, heading = BackfillGroup.HEADING)
    private BackfillGroup backfill;

    @Override
    public Integer call() throws IOException, InterruptedException {
        OrderlyEnd end = new OrderlyEnd();
        try (Cluster cluster = directory.open()) {
            ClusterSpec before = cluster.spec().orElse(USUAL);
            ClusterSpec wanted = wanted(before);
            if (backfill == null) {
                cluster.up(wanted, !withoutJobs);
            } else {
                backfill.requireReadable();
                cluster.up(wanted, !withoutJobs, bootstrap -> prepared(bootstrap, before));
            }
            print(cluster.addresses());
            return 0;
        } catch (IOException | RuntimeException | InterruptedException failure) {
            if (!end.isAsked()) {
                throw failure;
            }
            // Here: as soon as the end is reached, the process is gone.
            PrintWriter err = spec.commandLine().getErr();
            err.println("nearstream: Interrupted; what it had started is ended again.");
            err.flush();
            return 1;
        } finally {
            end.reached();
        }
    }

    private ClusterSpec prepared(String bootstrap, ClusterSpec before) throws IOException {
        backfill.prepare(bootstrap);
        return wanted(before);
    }

    /** What is not given stays as it was. */
    ClusterSpec wanted(ClusterSpec before) {
        ClusterSpec.BasePorts ports = before.basePorts();
        int managers = or(taskManagers, before.taskManagers());
        try {
            int slotsEach = or(slots, slotsOfProfile(before));
            boolean sized = taskManagers != null || slotsEach != before.slots();
            return new ClusterSpec(
                    or(brokers, before.brokers()),
                    jobManagers(before),
                    managers,
                    slotsEach,
                    or(
                            parallelism,
                            sized ? Math.max(1, managers * slotsEach / 2) : before.parallelism()),
                    profile == null ? before.profile() : profile,
                    host == null ? before.host() : host,
                    new ClusterSpec.BasePorts(
                            or(kafkaPort, ports.kafka()),
                            or(restPort, ports.rest()),
                            or(rpcPort, ports.rpc()),
                            or(statePort, ports.state()),
                            or(zooKeeperPort, ports.zooKeeper())),
                    BackfillGroup.over(
                            backfill,
                            spec,
                            overrides,
                            overrides.isEmpty() ? before.overrides() : overrides,
                            before.overrides()));
        } catch (IllegalArgumentException outOfRange) {
            throw new ParameterException(spec.commandLine(), outOfRange.getMessage(), outOfRange);
        }
    }

    /** Another profile is for another kind of host. */
    private int slotsOfProfile(ClusterSpec before) {
        if (profile == null || profile.equals(before.profile())) {
            return before.slots();
        }
        return FlinkProfile.load(profile, Map.of())
                .getOptional(TaskManagerOptions.NUM_TASK_SLOTS)
                .orElse(USUAL.slots());
    }

    private int jobManagers(ClusterSpec before) {
        if (highlyAvailable == null) {
            return before.jobManagers();
        }
        return highlyAvailable ? 2 : 1;
    }

    private static int or(@Nullable Integer given, int otherwise) {
        return given == null ? otherwise : given;
    }

    private void print(ClusterAddresses addresses) {
        PrintWriter out = spec.commandLine().getOut();
        out.printf("  broker  %s%n", addresses.bootstrap());
        out.printf("  web UI  http://%s%n", String.join(", http://", addresses.web()));
        out.printf("  keys    %s   (live reads)%n", String.join(",", addresses.state()));
        out.println(
                "Ready. It runs until 'cluster down'; 'cluster status' says how it is%s."
                        .formatted(
                                backfill == null || backfill.isNone()
                                        ? ""
                                        : ", and how far the files are read"));
        out.flush();
    }
}

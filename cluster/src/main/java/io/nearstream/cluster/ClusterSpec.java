package io.nearstream.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * What a cluster consists of. Kept in its directory, so that every later command knows it.
 * Immutable.
 *
 * @param brokers 1 or 3; partitions have as many copies
 * @param jobManagers 1, or 2 with ZooKeeper to choose the leader
 * @param taskManagers 1 to 64
 * @param slots of each TaskManager, 1 to 64; each job takes one for each of its subtasks
 * @param parallelism subtasks that an operator may have at most, 1 to 128; fewer while slots are
 *     missing, and more only after a savepoint
 * @param profile folder of {@code flink-conf/}
 * @param host address that every process listens on; loopback, unless the network is private
 * @param basePorts first port of each kind, or 0 for any free ones
 * @param overrides options of Flink and Nearstream that win over the profile's
 * @param surroundings what its nodes have around them beside this machine
 */
public record ClusterSpec(
        int brokers,
        int jobManagers,
        int taskManagers,
        int slots,
        int parallelism,
        String profile,
        String host,
        BasePorts basePorts,
        Map<String, String> overrides,
        Surroundings surroundings) {
    private static final int COUNT_MAX = 64;
    private static final int PARALLELISM_MAX = 128;
    private static final int REPLICATED = 3;
    private static final int JOBS = 2;

    /** What follows from the directory and from other options. */
    private static final Set<String> RESERVED =
            Set.of(
                    "execution.checkpointing.dir",
                    "execution.checkpointing.savepoint-dir",
                    "high-availability.cluster-id",
                    "high-availability.jobmanager.port",
                    "high-availability.storageDir",
                    "high-availability.type",
                    "high-availability.zookeeper.quorum",
                    "io.tmp.dirs",
                    "jobmanager.bind-host",
                    "jobmanager.rpc.address",
                    "jobmanager.rpc.port",
                    "nearstream.kafka.bootstrap",
                    "nearstream.parallelism",
                    "queryable-state.enable",
                    "queryable-state.proxy.ports",
                    "queryable-state.server.ports",
                    "rest.address",
                    "rest.bind-address",
                    "rest.bind-port",
                    "rest.port",
                    "taskmanager.bind-host",
                    "taskmanager.host",
                    "taskmanager.numberOfTaskSlots");

    /**
     * First port of each kind; the next node of the kind takes the next port.
     *
     * @param kafka of brokers; their controllers take those 100 further on
     * @param rest of the web UI
     * @param rpc of JobManagers
     * @param state of live reads of keys, one per TaskManager
     * @param zooKeeper of ZooKeeper
     */
    public record BasePorts(int kafka, int rest, int rpc, int state, int zooKeeper) {
        /** What each of them is by default elsewhere, too. */
        public static final BasePorts USUAL = new BasePorts(9092, 8081, 6123, 9069, 2181);

        /** Any free ports. */
        public static final BasePorts FREE = new BasePorts(0, 0, 0, 0, 0);
    }

    /** Checks the ranges. */
    public ClusterSpec {
        if (brokers != 1 && brokers != REPLICATED) {
            throw new IllegalArgumentException(
                    "'--brokers' must be 1 or %d, but was %d.".formatted(REPLICATED, brokers));
        }
        requireRange("--jobmanagers", jobManagers, 1, 2);
        requireRange("--taskmanagers", taskManagers, 1, COUNT_MAX);
        requireRange("--slots", slots, 1, COUNT_MAX);
        requireRange("--parallelism", parallelism, 1, PARALLELISM_MAX);
        if (taskManagers * slots < JOBS) {
            throw new IllegalArgumentException(
                    "'--taskmanagers' times '--slots' must be at least %d, one for a subtask of each job, but was %d."
                            .formatted(JOBS, taskManagers * slots));
        }
        overrides = Map.copyOf(new TreeMap<>(overrides));
        overrides.keySet().forEach(ClusterSpec::requireFree);
        // Files of earlier builds have none.
        surroundings = surroundings == null ? Surroundings.NONE : surroundings;
    }

    /** A cluster whose nodes have nothing around them but this machine. */
    public ClusterSpec(
            int brokers,
            int jobManagers,
            int taskManagers,
            int slots,
            int parallelism,
            String profile,
            String host,
            BasePorts basePorts,
            Map<String, String> overrides) {
        this(
                brokers,
                jobManagers,
                taskManagers,
                slots,
                parallelism,
                profile,
                host,
                basePorts,
                overrides,
                Surroundings.NONE);
    }

    /** One broker, one JobManager, so many TaskManagers of two slots, any free ports. */
    public static ClusterSpec of(int taskManagers) {
        return new ClusterSpec(
                1,
                1,
                taskManagers,
                2,
                taskManagers,
                "cluster",
                "127.0.0.1",
                BasePorts.FREE,
                Map.of());
    }

    private static void requireFree(String key) {
        if (RESERVED.contains(key)) {
            throw new IllegalArgumentException(
                    "'--set %s' cannot be given: the cluster chooses it, by its directory and its own options (see --help)."
                            .formatted(key));
        }
    }

    static void requireRange(String option, int actual, int least, int most) {
        if (actual < least || actual > most) {
            throw new IllegalArgumentException(
                    "'%s' must be between %d and %d, but was %d."
                            .formatted(option, least, most, actual));
        }
    }

    /** The same with other brokers. */
    public ClusterSpec withBrokers(int count) {
        return with(parts -> parts.brokers = count);
    }

    /** The same with other TaskManagers. */
    public ClusterSpec withTaskManagers(int count) {
        return with(parts -> parts.taskManagers = count);
    }

    /** The same with so many slots on each TaskManager. */
    public ClusterSpec withSlots(int each) {
        return with(parts -> parts.slots = each);
    }

    /** The same whose jobs may have so many subtasks per operator. */
    public ClusterSpec withParallelism(int most) {
        return with(parts -> parts.parallelism = most);
    }

    /** The same with another profile. */
    public ClusterSpec withProfile(String other) {
        return with(parts -> parts.profile = other);
    }

    /** The same with other overrides instead of its own. */
    public ClusterSpec withOverrides(Map<String, String> others) {
        return with(parts -> parts.overrides = others);
    }

    /** The same whose first broker has this port, and others any free ones. */
    public ClusterSpec withKafkaPort(int port) {
        return with(parts -> parts.basePorts = new BasePorts(port, 0, 0, 0, 0));
    }

    /** The same with two JobManagers and ZooKeeper. */
    public ClusterSpec withStandby() {
        return with(parts -> parts.jobManagers = 2);
    }

    /** The same with something around it; nodes listen on its host. */
    public ClusterSpec within(Surroundings around) {
        return with(
                parts -> {
                    parts.surroundings = around;
                    parts.host = around.host().orElse(host);
                });
    }

    private ClusterSpec with(Consumer<Parts> change) {
        Parts parts = new Parts(this);
        change.accept(parts);
        return new ClusterSpec(
                parts.brokers,
                parts.jobManagers,
                parts.taskManagers,
                parts.slots,
                parts.parallelism,
                parts.profile,
                parts.host,
                parts.basePorts,
                parts.overrides,
                parts.surroundings);
    }

    /** What can be changed, while it is. */
    private static final class Parts {
        private int brokers;
        private int jobManagers;
        private int taskManagers;
        private int slots;
        private int parallelism;
        private String profile;
        private String host;
        private BasePorts basePorts;
        private Map<String, String> overrides;
        private Surroundings surroundings;

        Parts(ClusterSpec spec) {
            brokers = spec.brokers;
            jobManagers = spec.jobManagers;
            taskManagers = spec.taskManagers;
            slots = spec.slots;
            parallelism = spec.parallelism;
            profile = spec.profile;
            host = spec.host;
            basePorts = spec.basePorts;
            overrides = spec.overrides;
            surroundings = spec.surroundings;
        }
    }

    /** Subtasks of each operator with the TaskManagers that there are: both jobs share slots. */
    public int subtasks() {
        return Math.max(1, Math.min(parallelism, taskManagers * slots / JOBS));
    }

    /** Whether ZooKeeper chooses the leader. */
    public boolean isHighlyAvailable() {
        return jobManagers > 1;
    }

    /** Every process that belongs to the cluster. */
    List<String> nodeNames() {
        List<String> names = new ArrayList<>();
        if (isHighlyAvailable()) {
            names.add(ClusterSettings.ZOOKEEPER);
        }
        IntStream.range(0, brokers).mapToObj(ClusterSettings::broker).forEach(names::add);
        IntStream.range(0, jobManagers).mapToObj(ClusterSettings::jobManager).forEach(names::add);
        IntStream.range(0, taskManagers).mapToObj(ClusterSettings::taskManager).forEach(names::add);
        return names;
    }
}

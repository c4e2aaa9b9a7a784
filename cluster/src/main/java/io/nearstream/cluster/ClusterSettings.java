package io.nearstream.cluster;

import io.nearstream.embedded.BrokerSettings;
import io.nearstream.embedded.FlinkProfile;
import io.nearstream.embedded.ProxiedListener;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.configuration.Configuration;

/**
 * The configuration of each node of a cluster on this machine: the profile, and what only the
 * cluster knows, its addresses and directories. Immutable.
 */
final class ClusterSettings {
    static final String ZOOKEEPER = "zookeeper";
    private static final int CONTROLLER_OFFSET = 100;

    private final ClusterLayout layout;
    private final ClusterSpec spec;
    private final Map<String, Integer> ports;

    ClusterSettings(ClusterLayout layout, ClusterFile.Remembered remembered) {
        this.layout = layout;
        this.spec = remembered.spec();
        this.ports = remembered.ports();
    }

    static String broker(int index) {
        return "broker-" + (index + 1);
    }

    static String jobManager(int index) {
        return "jobmanager-" + (index + 1);
    }

    static String taskManager(int index) {
        return "taskmanager-" + (index + 1);
    }

    /** Chooses every port that the cluster needs and has not chosen yet. */
    static void choosePorts(ClusterSpec spec, Ports ports) throws IOException {
        ClusterSpec.BasePorts base = spec.basePorts();
        for (int i = 0; i < spec.brokers(); i++) {
            ports.choose(broker(i), "--kafka-port", base.kafka(), i);
            int controllers = base.kafka() == 0 ? 0 : base.kafka() + CONTROLLER_OFFSET;
            ports.choose(broker(i) + ".controller", "--kafka-port", controllers, i);
        }
        for (int i = 0; i < spec.jobManagers(); i++) {
            ports.choose(jobManager(i), "--rest-port", base.rest(), i);
            ports.choose(jobManager(i) + ".rpc", "--rpc-port", base.rpc(), i);
        }
        for (int i = 0; i < spec.taskManagers(); i++) {
            ports.choose(taskManager(i), "--state-port", base.state(), i);
        }
        for (String name : spec.surroundings().proxies().keySet()) {
            ports.choose(name, "--kafka-port", 0, 0);
        }
        if (spec.isHighlyAvailable()) {
            ports.choose(ZOOKEEPER, "--zookeeper-port", base.zooKeeper(), 0);
        }
    }

    /** The port of a node that people and clients know it by. */
    int port(String name) {
        return ports.get(name);
    }

    /** Where a node is found by clients. */
    String address(String name) {
        return spec.surroundings().hostOf(name, spec.host()) + ":" + port(name);
    }

    /** Where the jobs find the brokers. */
    private String bootstrapOfJobs() {
        Map<String, Integer> proxies = spec.surroundings().proxies();
        return IntStream.range(0, spec.brokers())
                .mapToObj(
                        i -> {
                            Integer proxy = proxies.get(Surroundings.jobsTo(broker(i)));
                            return proxy == null ? address(broker(i)) : spec.host() + ":" + proxy;
                        })
                .collect(Collectors.joining(","));
    }

    private Map<String, String> behindProxies() {
        Map<String, String> behind = new TreeMap<>();
        for (String name : spec.surroundings().proxies().keySet()) {
            behind.put(name, address(name));
        }
        return behind;
    }

    /** Where clients find the cluster. */
    ClusterAddresses addresses() {
        return new ClusterAddresses(
                String.join(",", addresses(spec.brokers(), ClusterSettings::broker)),
                addresses(spec.jobManagers(), ClusterSettings::jobManager),
                addresses(spec.taskManagers(), ClusterSettings::taskManager),
                behindProxies());
    }

    private List<String> addresses(int count, IntFunction<String> name) {
        return IntStream.range(0, count).mapToObj(i -> address(name.apply(i))).toList();
    }

    BrokerSettings brokerSettings(int index) {
        List<String> voters = new ArrayList<>();
        for (int i = 0; i < spec.brokers(); i++) {
            voters.add("%d@%s:%d".formatted(i + 1, spec.host(), port(broker(i) + ".controller")));
        }
        String name = broker(index);
        return new BrokerSettings(
                        layout.kafka(name),
                        index + 1,
                        spec.host(),
                        port(name),
                        spec.host() + ":" + port(name),
                        voters,
                        Map.of())
                .with(listeners(name));
    }

    /** Further listeners of a broker, one for each proxy that leads to it. */
    private List<ProxiedListener> listeners(String broker) {
        return spec.surroundings().proxies().entrySet().stream()
                .filter(proxy -> Surroundings.broker(proxy.getKey()).equals(broker))
                .sorted(Map.Entry.comparingByKey())
                .map(
                        proxy ->
                                new ProxiedListener(
                                        Surroundings.listener(proxy.getKey()),
                                        port(proxy.getKey()),
                                        proxy.getValue()))
                .toList();
    }

    /** Every port that a broker listens on. */
    List<Integer> portsOfBroker(int index) {
        String name = broker(index);
        List<Integer> all = new ArrayList<>(List.of(port(name), port(name + ".controller")));
        listeners(name).forEach(listener -> all.add(listener.port()));
        return all;
    }

    /** What every node of Flink and every submission has in common. */
    Configuration common() {
        Map<String, String> all = new TreeMap<>();
        all.put("execution.checkpointing.dir", layout.checkpoints().toUri().toString());
        all.put("execution.checkpointing.savepoint-dir", layout.savepoints().toUri().toString());
        all.put("queryable-state.enable", "true");
        all.put("taskmanager.numberOfTaskSlots", Integer.toString(spec.slots()));
        if (spec.isHighlyAvailable()) {
            all.put("high-availability.type", "zookeeper");
            all.put("high-availability.zookeeper.quorum", spec.host() + ":" + port(ZOOKEEPER));
            all.put("high-availability.storageDir", layout.highAvailability().toUri().toString());
            all.put("high-availability.cluster-id", "/nearstream");
        }
        all.putAll(ofJobManager(0));
        all.putAll(spec.overrides());
        return FlinkProfile.load(spec.profile(), all);
    }

    private Map<String, String> ofJobManager(int index) {
        String name = jobManager(index);
        String rest = Integer.toString(port(name));
        return Map.of(
                "jobmanager.rpc.address", spec.host(),
                "jobmanager.rpc.port", Integer.toString(port(name + ".rpc")),
                // The same where ZooKeeper chooses the leader.
                "high-availability.jobmanager.port", Integer.toString(port(name + ".rpc")),
                "jobmanager.bind-host", spec.host(),
                "rest.address", spec.host(),
                "rest.bind-address", spec.host(),
                "rest.port", rest,
                "rest.bind-port", rest,
                "io.tmp.dirs", layout.temporary(name).toString());
    }

    Configuration jobManagerSettings(int index) {
        Configuration all = common();
        ofJobManager(index).forEach(all::setString);
        return all;
    }

    Configuration taskManagerSettings(int index) {
        String name = taskManager(index);
        Configuration all = common();
        String host = spec.surroundings().hostOf(name, spec.host());
        all.setString("taskmanager.host", host);
        all.setString("taskmanager.bind-host", host);
        all.setString("queryable-state.proxy.ports", Integer.toString(port(name)));
        // Only TaskManagers of this cluster talk to it: any free port will do.
        all.setString("queryable-state.server.ports", "0");
        all.setString("io.tmp.dirs", layout.temporary(name).toString());
        return all;
    }

    /** What a job is submitted with. */
    Configuration jobSettings() {
        Configuration all = common();
        all.setString("nearstream.kafka.bootstrap", bootstrapOfJobs());
        all.setString("nearstream.parallelism", Integer.toString(spec.parallelism()));
        return all;
    }
}

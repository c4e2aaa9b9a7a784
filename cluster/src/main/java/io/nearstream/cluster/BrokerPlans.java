package io.nearstream.cluster;

import io.nearstream.embedded.BrokerSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Processes of Kafka and of ZooKeeper. Stateless. */
public final class BrokerPlans {
    private static final String ZOOKEEPER = "org.apache.zookeeper.server.ZooKeeperServerMain";

    /** Sessions of Flink's are 2 to 20 ticks long: 6 s are. */
    private static final int TICK_MS = 500;

    private static final List<String> BROKER_HEAP =
            List.of("-Xms256m", "-Xmx512m", "-XX:+UseG1GC", "-XX:+ExitOnOutOfMemoryError");
    private static final List<String> ZOOKEEPER_HEAP =
            List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError");

    private BrokerPlans() {}

    /**
     * A broker and controller.
     *
     * @param clusterId 22 characters of Kafka's base64, the same for all brokers of a cluster
     * @param javaOptions further options of the JVM, which come last and win
     * @throws IOException when the configuration cannot be written
     */
    public static NodePlan broker(
            Distribution distribution,
            ClusterLayout layout,
            String name,
            BrokerSettings settings,
            String clusterId,
            List<String> javaOptions)
            throws IOException {
        NodeFiles files = new NodeFiles(layout, name);
        List<String> command = new ArrayList<>(List.of(NodeFiles.java()));
        command.addAll(BROKER_HEAP);
        command.addAll(javaOptions);
        command.addAll(files.logging());
        command.addAll(List.of("-cp", distribution.wholeClassPath(), BrokerMain.class.getName()));
        command.add(BrokerMain.write(files, settings, clusterId).toString());
        return new NodePlan(
                name,
                NodeRole.BROKER,
                name,
                settings.advertised(),
                layout.temporary(name),
                command);
    }

    /**
     * The ZooKeeper that JobManagers choose their leader in.
     *
     * @throws IOException when the configuration cannot be written
     */
    public static NodePlan zooKeeper(
            Distribution distribution, ClusterLayout layout, String name, String host, int port)
            throws IOException {
        NodeFiles files = new NodeFiles(layout, name);
        String settings =
                files.write(
                                "zoo.cfg",
                                List.of(
                                        "tickTime=" + TICK_MS,
                                        "dataDir=" + layout.zooKeeper(),
                                        "clientPort=" + port,
                                        "clientPortAddress=" + host,
                                        "admin.enableServer=false",
                                        "autopurge.purgeInterval=1",
                                        "4lw.commands.whitelist=ruok,srvr"))
                        .toString();
        List<String> command = new ArrayList<>(List.of(NodeFiles.java()));
        command.addAll(ZOOKEEPER_HEAP);
        command.addAll(files.logging());
        command.addAll(List.of("-cp", distribution.wholeClassPath(), ZOOKEEPER, settings));
        return new NodePlan(
                name, NodeRole.ZOOKEEPER, name, host + ":" + port, layout.temporary(name), command);
    }
}

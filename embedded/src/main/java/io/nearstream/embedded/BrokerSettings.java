package io.nearstream.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.MetadataVersion;
import org.apache.kafka.server.common.TransactionVersion;

/**
 * How a broker of ours is set up: broker and controller in one process, KRaft, neither TLS nor
 * authentication. Immutable.
 *
 * @param dir its log and its metadata; one broker per directory
 * @param nodeId its number among the voters
 * @param host the address that it listens on
 * @param port its port for clients
 * @param advertised where clients are told to find it, {@code HOST:PORT}
 * @param voters every node of the cluster, this one among them, as {@code ID@HOST:PORT} of their
 *     controllers
 * @param overrides Kafka's own options, which win
 */
public record BrokerSettings(
        Path dir,
        int nodeId,
        String host,
        int port,
        String advertised,
        List<String> voters,
        Map<String, String> overrides) {
    /** Lets exactly-once sinks keep a transaction open through a long repair. */
    public static final int TRANSACTION_TIMEOUT_MAX_MS = 3_600_000;

    private static final String CONTROLLER = "CONTROLLER";
    private static final int REPLICATION_MAX = 3;

    /** Checks that the node is one of the voters. */
    public BrokerSettings {
        dir = dir.toAbsolutePath();
        voters = List.copyOf(voters);
        overrides = Map.copyOf(overrides);
        controller(voters, nodeId);
    }

    /** The only broker of its cluster, reached where it listens. */
    static BrokerSettings single(Path dir, String host, int port, int controllerPort) {
        return new BrokerSettings(
                dir,
                1,
                host,
                port,
                host + ":" + port,
                List.of("1@%s:%d".formatted(host, controllerPort)),
                Map.of());
    }

    /** The same with further listeners, which tell their clients to come through a proxy. */
    public BrokerSettings with(List<ProxiedListener> listeners) {
        Map<String, String> kafka = toKafka();
        listeners.forEach(listener -> listener.addTo(kafka, host));
        Map<String, String> all = new TreeMap<>(overrides);
        if (!listeners.isEmpty()) {
            ProxiedListener.OPTIONS.forEach(option -> all.put(option, kafka.get(option)));
        }
        return new BrokerSettings(dir, nodeId, host, port, advertised, voters, all);
    }

    private static String controller(List<String> voters, int nodeId) {
        return voters.stream()
                .filter(voter -> voter.startsWith(nodeId + "@"))
                .map(voter -> voter.substring(voter.indexOf('@') + 1))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "Node id %d is not among the voters %s."
                                                .formatted(nodeId, voters)));
    }

    /** Copies that each partition has: one per broker, 3 at most. */
    public int replication() {
        return Math.min(REPLICATION_MAX, voters.size());
    }

    /** Kafka's own configuration. */
    public Map<String, String> toKafka() {
        Map<String, String> settings = new TreeMap<>();
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", Integer.toString(nodeId));
        settings.put("log.dirs", dir.toString());
        settings.put(
                "listeners",
                "PLAINTEXT://%s:%d,%s://%s"
                        .formatted(host, port, CONTROLLER, controller(voters, nodeId)));
        settings.put("advertised.listeners", "PLAINTEXT://" + advertised);
        settings.put(
                "listener.security.protocol.map",
                "PLAINTEXT:PLAINTEXT,%s:PLAINTEXT".formatted(CONTROLLER));
        settings.put("controller.listener.names", CONTROLLER);
        settings.put("controller.quorum.voters", String.join(",", voters));
        settings.put("auto.create.topics.enable", "false");
        settings.put("group.initial.rebalance.delay.ms", "0");
        settings.put("transaction.max.timeout.ms", Integer.toString(TRANSACTION_TIMEOUT_MAX_MS));
        replicate(settings);
        // After a kill the controller waits this long before it believes in the new broker.
        settings.put("broker.session.timeout.ms", "5000");
        settings.put("broker.heartbeat.interval.ms", "500");
        // Sized for one machine: the defaults (3 + 8 threads, 128 MiB for the cleaner) are a
        // server's.
        settings.put("num.network.threads", "2");
        settings.put("num.io.threads", "4");
        settings.put("log.cleaner.dedupe.buffer.size", Integer.toString(32 << 20));
        settings.putAll(overrides);
        return settings;
    }

    /** A write is acknowledged when all but one copy have it, so that one broker may be missing. */
    private void replicate(Map<String, String> settings) {
        String minIsr = Integer.toString(Math.max(1, replication() - 1));
        for (String internal :
                List.of(
                        "offsets.topic",
                        "transaction.state.log",
                        "share.coordinator.state.topic")) {
            settings.put(internal + ".replication.factor", Integer.toString(replication()));
            // A few brokers gain nothing from Kafka's 50 partitions but 50 logs to open.
            settings.put(internal + ".num.partitions", "4");
        }
        settings.put("transaction.state.log.min.isr", minIsr);
        settings.put("share.coordinator.state.topic.min.isr", minIsr);
        settings.put("min.insync.replicas", minIsr);
        settings.put("default.replication.factor", Integer.toString(replication()));
    }

    /**
     * Writes cluster id and features once. Transactions are of version 1: with version 2 a commit
     * raises the producer's epoch, so that a job which repeats the commit of its last checkpoint,
     * as each does after a restart, is told that it lost the transaction.
     *
     * @param clusterId 22 characters of Kafka's base64, the same for all brokers of a cluster
     * @throws IOException when the directory cannot be written; the message names it
     */
    public void format(String clusterId) throws IOException {
        if (Files.exists(dir.resolve(MetaPropertiesEnsemble.META_PROPERTIES_NAME))) {
            return;
        }
        Formatter formatter =
                new Formatter()
                        .setPrintStream(
                                new PrintStream(
                                        OutputStream.nullOutputStream(),
                                        false,
                                        StandardCharsets.UTF_8))
                        .setClusterId(clusterId)
                        .setNodeId(nodeId)
                        .setDirectories(List.of(dir.toString()))
                        .setMetadataLogDirectory(dir.toString())
                        .setControllerListenerName(CONTROLLER)
                        .setReleaseVersion(MetadataVersion.latestProduction())
                        .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
                        .setFeatureLevel(
                                TransactionVersion.FEATURE_NAME,
                                TransactionVersion.TV_1.featureLevel())
                        .setIgnoreFormatted(true);
        try {
            formatter.run();
        } catch (Exception e) {
            throw new IOException(
                    "Cannot format %s for the broker: %s".formatted(dir, e.getMessage()), e);
        }
    }
}

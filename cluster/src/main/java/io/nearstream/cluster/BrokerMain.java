package io.nearstream.cluster;

import io.nearstream.embedded.BrokerSettings;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;

/** The process of a broker: reads its file, formats its directory once, runs until it is ended. */
public final class BrokerMain {
    private static final String FILE = "broker.properties";
    private static final String OVERRIDE = "kafka.";

    private BrokerMain() {}

    /** Runs the broker whose file is named. */
    public static void main(String[] args) throws IOException {
        if (args.length != 1) {
            throw new IllegalArgumentException("Usage: BrokerMain FILE, a " + FILE + ".");
        }
        Properties file = new Properties();
        try (Reader in = Files.newBufferedReader(Path.of(args[0]))) {
            file.load(in);
        }
        BrokerSettings settings = read(file);
        Files.createDirectories(settings.dir());
        settings.format(file.getProperty("cluster.id"));
        KafkaRaftServer server =
                new KafkaRaftServer(new KafkaConfig(settings.toKafka(), false), Time.SYSTEM);
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown, "broker-shutdown"));
        try {
            server.startup();
        } catch (RuntimeException failure) {
            // A broker that did not start would otherwise live on in its threads.
            failure.printStackTrace();
            Runtime.getRuntime().halt(1);
        }
        server.awaitShutdown();
    }

    /** Writes what {@link #main} reads, and returns the file. */
    static Path write(NodeFiles files, BrokerSettings settings, String clusterId)
            throws IOException {
        List<String> lines =
                new ArrayList<>(
                        List.of(
                                "cluster.id=" + clusterId,
                                "dir=" + settings.dir(),
                                "node.id=" + settings.nodeId(),
                                "host=" + settings.host(),
                                "port=" + settings.port(),
                                "advertised=" + settings.advertised(),
                                "voters=" + String.join(",", settings.voters())));
        new TreeMap<>(settings.overrides())
                .forEach((key, value) -> lines.add(OVERRIDE + key + "=" + value));
        return files.write(FILE, lines);
    }

    private static BrokerSettings read(Properties file) {
        Map<String, String> overrides = new TreeMap<>();
        for (String key : file.stringPropertyNames()) {
            if (key.startsWith(OVERRIDE)) {
                overrides.put(key.substring(OVERRIDE.length()), file.getProperty(key));
            }
        }
        return new BrokerSettings(
                Path.of(file.getProperty("dir")),
                Integer.parseInt(file.getProperty("node.id")),
                file.getProperty("host"),
                Integer.parseInt(file.getProperty("port")),
                file.getProperty("advertised"),
                List.of(file.getProperty("voters").split(",")),
                overrides);
    }
}

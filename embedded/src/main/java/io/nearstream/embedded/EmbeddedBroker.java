package io.nearstream.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.MetadataVersion;
import org.apache.kafka.server.common.TransactionVersion;

/**
 * A Kafka broker and its controller inside this JVM, on 127.0.0.1 only, without TLS or
 * authentication. Its log and its cluster id lie in one directory and survive a restart, a kill
 * included (not a power cut: a single copy that the operating system has not yet written is lost).
 *
 * <p>One broker per directory; a second one fails to lock it. Thread-safe.
 */
public final class EmbeddedBroker implements AutoCloseable {
    /** The option that chooses the port, named by errors. */
    public static final String PORT_OPTION = "--kafka-port";

    /** Lets exactly-once sinks keep a transaction open through a long repair. */
    public static final int TRANSACTION_TIMEOUT_MAX_MS = 3_600_000;

    private static final int NODE_ID = 1;
    private static final int PORT_MAX = 65_535;
    private static final String HOST = "127.0.0.1";
    private static final String CONTROLLER = "CONTROLLER";
    private static final String PROXIED = "PROXIED";

    /** A free port may be gone before it is used: choose again, but not forever. */
    private static final int PORT_ATTEMPTS = 5;

    private final DirectoryLock lock;
    private final KafkaRaftServer server;
    private final int port;
    private final AtomicBoolean closed = new AtomicBoolean();

    private EmbeddedBroker(DirectoryLock lock, KafkaRaftServer server, int port) {
        this.lock = lock;
        this.server = server;
        this.port = port;
    }

    /**
     * Starts a broker and returns once it takes requests.
     *
     * @param dir its directory, created when absent
     * @param port its port, or 0 for any free one
     * @throws IOException when the port is taken or the directory cannot be used; the message names
     *     the option or the directory
     */
    public static EmbeddedBroker start(Path dir, int port) throws IOException {
        return start(dir, port, Optional.empty());
    }

    /** The same with a second listener, for clients that come through a proxy. */
    public static EmbeddedBroker start(Path dir, int port, Optional<ProxiedListener> proxied)
            throws IOException {
        if (port < 0 || port > PORT_MAX) {
            throw new IllegalArgumentException(
                    "'%s' must be between 0 (any free port) and %d, but was %d."
                            .formatted(PORT_OPTION, PORT_MAX, port));
        }
        Path log = Files.createDirectories(dir).toAbsolutePath();
        DirectoryLock lock = DirectoryLock.acquire(log);
        try {
            format(log);
            for (int attempt = 1; ; attempt++) {
                int candidate = port == 0 ? freePort() : port;
                try {
                    return new EmbeddedBroker(
                            lock, startServer(log, candidate, proxied), candidate);
                } catch (IOException e) {
                    if (!isPortConflict(e) || attempt == PORT_ATTEMPTS) {
                        throw e;
                    }
                }
            }
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static KafkaRaftServer startServer(
            Path log, int port, Optional<ProxiedListener> proxied) throws IOException {
        Map<String, String> settings = settings(log, port, freePortBeside(port));
        proxied.ifPresent(listener -> addListener(settings, listener));
        KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(settings, false), Time.SYSTEM);
        try {
            server.startup();
            return server;
        } catch (RuntimeException e) {
            // Shutting down what never started may wait for ever: not in this thread.
            Thread cleaner = new Thread(server::shutdown, "embedded-broker-cleanup");
            cleaner.setDaemon(true);
            cleaner.start();
            throw new IOException(
                    "Cannot start a broker on port %d with its log in %s: %s"
                            .formatted(port, log, e.getMessage()),
                    e);
        }
    }

    /** Where clients connect: {@code 127.0.0.1:PORT}. */
    public String bootstrap() {
        return HOST + ":" + port;
    }

    /** Shuts the broker down in order; records stay in its directory. Idempotent. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            server.shutdown();
            server.awaitShutdown();
            lock.close();
        }
    }

    /**
     * Writes cluster id and features once. Transactions are of version 1: with version 2 a commit
     * raises the producer's epoch, so that a job which repeats the commit of its last checkpoint,
     * as each does after a restart, is told that it lost the transaction.
     */
    private static void format(Path log) throws IOException {
        if (Files.exists(log.resolve(MetaPropertiesEnsemble.META_PROPERTIES_NAME))) {
            return;
        }
        Formatter formatter =
                new Formatter()
                        .setPrintStream(
                                new PrintStream(
                                        OutputStream.nullOutputStream(),
                                        false,
                                        StandardCharsets.UTF_8))
                        .setClusterId(Uuid.randomUuid().toString())
                        .setNodeId(NODE_ID)
                        .setDirectories(List.of(log.toString()))
                        .setMetadataLogDirectory(log.toString())
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
                    "Cannot format %s for the broker: %s".formatted(log, e.getMessage()), e);
        }
    }

    private static Map<String, String> settings(Path log, int port, int controllerPort) {
        Map<String, String> settings = new HashMap<>();
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", Integer.toString(NODE_ID));
        settings.put("log.dirs", log.toString());
        settings.put(
                "listeners",
                "PLAINTEXT://%s:%d,%s://%s:%d"
                        .formatted(HOST, port, CONTROLLER, HOST, controllerPort));
        settings.put("advertised.listeners", "PLAINTEXT://%s:%d".formatted(HOST, port));
        settings.put(
                "listener.security.protocol.map",
                "PLAINTEXT:PLAINTEXT,%s:PLAINTEXT".formatted(CONTROLLER));
        settings.put("controller.listener.names", CONTROLLER);
        settings.put(
                "controller.quorum.voters", "%d@%s:%d".formatted(NODE_ID, HOST, controllerPort));
        settings.put("auto.create.topics.enable", "false");
        settings.put("group.initial.rebalance.delay.ms", "0");
        settings.put("transaction.max.timeout.ms", Integer.toString(TRANSACTION_TIMEOUT_MAX_MS));
        for (String internal :
                List.of(
                        "offsets.topic",
                        "transaction.state.log",
                        "share.coordinator.state.topic")) {
            settings.put(internal + ".replication.factor", "1");
            // One broker gains nothing from Kafka's 50 partitions but 50 logs to open.
            settings.put(internal + ".num.partitions", "4");
        }
        settings.put("transaction.state.log.min.isr", "1");
        settings.put("share.coordinator.state.topic.min.isr", "1");
        // After a kill the controller waits this long before it believes in the new broker.
        settings.put("broker.session.timeout.ms", "5000");
        settings.put("broker.heartbeat.interval.ms", "500");
        // Sized for one machine: the defaults (3 + 8 threads, 128 MiB for the cleaner) are a
        // server's.
        settings.put("num.network.threads", "2");
        settings.put("num.io.threads", "4");
        settings.put("log.cleaner.dedupe.buffer.size", Integer.toString(32 << 20));
        return settings;
    }

    private static void addListener(Map<String, String> settings, ProxiedListener listener) {
        append(settings, "listeners", "%s://%s:%d".formatted(PROXIED, HOST, listener.port()));
        append(
                settings,
                "advertised.listeners",
                "%s://%s:%d".formatted(PROXIED, HOST, listener.advertisedPort()));
        append(settings, "listener.security.protocol.map", PROXIED + ":PLAINTEXT");
    }

    private static void append(Map<String, String> settings, String list, String more) {
        settings.merge(list, more, (some, last) -> some + "," + last);
    }

    /** Holds the port meanwhile: it must be free, and the other one must not be the same. */
    private static int freePortBeside(int port) throws IOException {
        try (ServerSocket held = new ServerSocket()) {
            held.bind(new InetSocketAddress(InetAddress.getByName(HOST), port));
            return freePort();
        } catch (BindException e) {
            throw new IOException(
                    "Port %d on %s cannot be bound (%s). Choose another with '%s' (0: any free port)."
                            .formatted(port, HOST, e.getMessage(), PORT_OPTION),
                    e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
            return socket.getLocalPort();
        }
    }

    private static boolean isPortConflict(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException) {
                return true;
            }
        }
        return false;
    }
}

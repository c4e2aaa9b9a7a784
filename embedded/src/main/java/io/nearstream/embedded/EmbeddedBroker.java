package io.nearstream.embedded;

import java.io.IOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;

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

    private static final int PORT_MAX = 65_535;
    private static final String HOST = "127.0.0.1";

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
            int[] ports = ports(port);
            return new EmbeddedBroker(lock, startServer(log, ports, proxied), ports[0]);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static KafkaRaftServer startServer(
            Path log, int[] ports, Optional<ProxiedListener> proxied) throws IOException {
        BrokerSettings settings = BrokerSettings.single(log, HOST, ports[0], ports[1]);
        settings.format(Uuid.randomUuid().toString());
        Map<String, String> kafka = settings.toKafka();
        proxied.ifPresent(listener -> listener.addTo(kafka, HOST));
        KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(kafka, false), Time.SYSTEM);
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
                            .formatted(ports[0], log, e.getMessage()),
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
     * The broker's port and its controller's. A server that could not bind its port cannot be ended
     * in order and keeps its directory: there is no second try, so ports are none that a connection
     * might take until then.
     */
    private static int[] ports(int port) throws IOException {
        FreePorts free = FreePorts.on(HOST);
        try (ServerSocket own = port == 0 ? free.hold() : FreePorts.bind(HOST, port);
                ServerSocket controller = free.hold()) {
            return new int[] {own.getLocalPort(), controller.getLocalPort()};
        } catch (BindException e) {
            throw new IOException(
                    "Port %d on %s cannot be bound (%s). Choose another with '%s' (0: any free port)."
                            .formatted(port, HOST, e.getMessage(), PORT_OPTION),
                    e);
        }
    }
}

package io.nearstream.embedded;

import java.util.List;
import java.util.Map;

/**
 * A second listener of a broker. A broker tells its clients where to find it, so that those that
 * are to come through a proxy need a listener which gives the proxy's address.
 *
 * @param name that no other listener of the broker has, of capital letters
 * @param port where the broker listens, 1 to 65,535
 * @param advertisedPort what it tells clients that came this way: the proxy's, 1 to 65,535
 */
public record ProxiedListener(String name, int port, int advertisedPort) {
    /** Options of Kafka's that {@link #addTo} changes. */
    static final List<String> OPTIONS =
            List.of("listeners", "advertised.listeners", "listener.security.protocol.map");

    private static final String USUAL = "PROXIED";
    private static final int PORT_MAX = 65_535;

    public ProxiedListener {
        requirePort("port", port);
        requirePort("advertisedPort", advertisedPort);
    }

    /** The only one of its broker. */
    public ProxiedListener(int port, int advertisedPort) {
        this(USUAL, port, advertisedPort);
    }

    private static void requirePort(String name, int port) {
        if (port < 1 || port > PORT_MAX) {
            throw new IllegalArgumentException(
                    "%s must be between 1 and %d, but was %d.".formatted(name, PORT_MAX, port));
        }
    }

    /** Adds the listener to Kafka's own configuration. */
    void addTo(Map<String, String> kafka, String host) {
        append(kafka, "listeners", "%s://%s:%d".formatted(name, host, port));
        append(kafka, "advertised.listeners", "%s://%s:%d".formatted(name, host, advertisedPort));
        append(kafka, "listener.security.protocol.map", name + ":PLAINTEXT");
    }

    private static void append(Map<String, String> kafka, String list, String more) {
        kafka.merge(list, more, (some, last) -> some + "," + last);
    }
}

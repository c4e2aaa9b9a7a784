package io.nearstream.embedded;

import java.util.Map;

/**
 * A second listener of a broker. A broker tells its clients where to find it, so that those that
 * are to come through a proxy need a listener which gives the proxy's address.
 *
 * @param port where the broker listens, 1 to 65,535
 * @param advertisedPort what it tells clients that came this way: the proxy's, 1 to 65,535
 */
public record ProxiedListener(int port, int advertisedPort) {
    private static final String NAME = "PROXIED";
    private static final int PORT_MAX = 65_535;

    public ProxiedListener {
        requirePort("port", port);
        requirePort("advertisedPort", advertisedPort);
    }

    private static void requirePort(String name, int port) {
        if (port < 1 || port > PORT_MAX) {
            throw new IllegalArgumentException(
                    "%s must be between 1 and %d, but was %d.".formatted(name, PORT_MAX, port));
        }
    }

    /** Adds the listener to Kafka's own configuration. */
    void addTo(Map<String, String> kafka, String host) {
        append(kafka, "listeners", "%s://%s:%d".formatted(NAME, host, port));
        append(kafka, "advertised.listeners", "%s://%s:%d".formatted(NAME, host, advertisedPort));
        append(kafka, "listener.security.protocol.map", NAME + ":PLAINTEXT");
    }

    private static void append(Map<String, String> kafka, String list, String more) {
        kafka.merge(list, more, (some, last) -> some + "," + last);
    }
}

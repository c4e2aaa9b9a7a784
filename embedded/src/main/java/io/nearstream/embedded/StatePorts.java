package io.nearstream.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;

/**
 * The ports on which TaskManagers answer live reads: one for each and, where any ports will do,
 * some that TaskManagers take which are started later. All are bound to the loopback address:
 * Queryable State knows neither passwords nor encryption. Immutable.
 */
final class StatePorts {
    /** The option that chooses the first port, named by errors. */
    static final String PORT_OPTION = "--state-port";

    private static final int SPARE = 2;
    private static final int PORT_MAX = 65_535;

    private final List<Integer> ports;

    private StatePorts(List<Integer> ports) {
        this.ports = ports;
    }

    /**
     * Ports that are free now.
     *
     * @param first the first of consecutive ports, or 0 for any
     * @throws IOException when a port of the TaskManagers is taken; the message names the option
     */
    static StatePorts choose(int first, int taskManagers) throws IOException {
        if (first < 0 || first + taskManagers - 1 > PORT_MAX) {
            throw new IllegalArgumentException(
                    "'%s' must be between 0 and %d, but was %d."
                            .formatted(PORT_OPTION, PORT_MAX - taskManagers + 1, first));
        }
        return new StatePorts(
                first == 0 ? free(taskManagers + SPARE) : consecutive(first, taskManagers));
    }

    /** Held open together, so that no two are the same. */
    private static List<Integer> free(int count) throws IOException {
        List<Integer> ports = new ArrayList<>();
        List<ServerSocket> held = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                ServerSocket socket = new ServerSocket();
                held.add(socket);
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                ports.add(socket.getLocalPort());
            }
        } finally {
            for (ServerSocket socket : held) {
                socket.close();
            }
        }
        return ports;
    }

    /** Flink only logs when it finds no port; so it is tried here, where it can be said. */
    private static List<Integer> consecutive(int first, int count) throws IOException {
        List<Integer> ports = new ArrayList<>();
        for (int port = first; port < first + count; port++) {
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                ports.add(port);
            } catch (IOException taken) {
                throw new IOException(
                        "Port %d cannot be bound for live reads. Choose another with '%s' (0: any free port)."
                                .formatted(port, PORT_OPTION),
                        taken);
            }
        }
        return ports;
    }

    /** Switches Queryable State on at these ports. */
    void configure(Configuration configuration) {
        configuration.setString("queryable-state.enable", "true");
        configuration.setString(
                "queryable-state.proxy.ports",
                ports.stream().map(String::valueOf).collect(Collectors.joining(",")));
        configuration.setString("queryable-state.server.ports", "0");
    }

    /** {@code HOST:PORT} of every port on which somebody listens now. */
    List<String> addresses() {
        return ports.stream()
                .filter(StatePorts::isListening)
                .map(port -> InetAddress.getLoopbackAddress().getHostAddress() + ":" + port)
                .toList();
    }

    private static boolean isListening(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException nobody) {
            return false;
        }
    }
}

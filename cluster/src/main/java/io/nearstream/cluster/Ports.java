package io.nearstream.cluster;

import io.nearstream.embedded.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Chooses a cluster's ports: consecutive ones from a base, or free ones where the base is 0, all
 * different. Not thread-safe.
 */
final class Ports implements AutoCloseable {
    private static final int PORT_MAX = 65_535;
    private final String host;
    private final FreePorts free;
    private final Map<String, Integer> known;
    private final Map<String, Integer> chosen = new TreeMap<>();
    private final List<ServerSocket> held = new ArrayList<>();

    /**
     * Nothing chosen yet.
     *
     * @param known what was chosen before, by name; it stays
     * @param free of the host
     */
    Ports(String host, Map<String, Integer> known, FreePorts free) {
        this.host = host;
        this.known = known;
        this.free = free;
    }

    /**
     * The port of that name: what was chosen before, or a new one.
     *
     * @param option names the base in errors
     * @param base of the first, or 0 for any free port
     * @param index 0 for the first
     * @throws IOException when a new port cannot be bound
     */
    int choose(String name, String option, int base, int index) throws IOException {
        Integer before = known.get(name);
        if (before != null) {
            return before;
        }
        int port = base == 0 ? free(option) : next(option, base, index);
        chosen.put(name, port);
        return port;
    }

    /** Without those that the cluster has for something else. */
    private int next(String option, int base, int index) throws IOException {
        int port = base + index;
        while (known.containsValue(port) || chosen.containsValue(port)) {
            port++;
        }
        if (base < 0 || port > PORT_MAX) {
            throw new IllegalArgumentException(
                    "'%s' must be between 0 (any free port) and %d, but was %d."
                            .formatted(option, PORT_MAX - index, base));
        }
        try {
            hold(FreePorts.bind(host, port));
            return port;
        } catch (IOException taken) {
            throw new IOException(
                    "Port %d on %s cannot be bound (%s). Choose another with '%s' (0: any free port)."
                            .formatted(port, host, taken.getMessage(), option),
                    taken);
        }
    }

    private int free(String option) throws IOException {
        try {
            ServerSocket socket = hold(free.hold());
            while (known.containsValue(socket.getLocalPort())) {
                socket = hold(free.hold());
            }
            return socket.getLocalPort();
        } catch (IOException none) {
            throw new IOException(
                    "No free port can be bound on %s (%s). Name one with '%s'."
                            .formatted(host, none.getMessage(), option),
                    none);
        }
    }

    /** What was chosen beside what was known. */
    Map<String, Integer> chosen() {
        return chosen;
    }

    /** So that no other choice takes it. */
    private ServerSocket hold(ServerSocket socket) {
        held.add(socket);
        return socket;
    }

    /**
     * Checks that nobody listens on a port that a node is about to take.
     *
     * @throws IOException when somebody does
     */
    static void requireFree(String host, int port, String node) throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            // As the servers do: connections of an ended process may linger.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(host), port));
        } catch (IOException taken) {
            throw new IOException(
                    "Port %d on %s, which belongs to %s, is taken by another program (%s). End that one, or start this cluster in a new '--dir' with other ports."
                            .formatted(port, host, node, taken.getMessage()),
                    taken);
        }
    }

    /** Lets go of all of them: they are there to be taken now. */
    @Override
    public void close() throws IOException {
        for (ServerSocket socket : held) {
            socket.close();
        }
        held.clear();
    }
}

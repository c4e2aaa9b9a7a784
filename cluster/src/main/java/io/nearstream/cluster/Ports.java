package io.nearstream.cluster;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Chooses a cluster's ports: consecutive ones from a base, or free ones where the base is 0, all
 * different. Free ones are below those that the system gives to connections: between the choice and
 * the start of a node, or while it is down, any program's connection could have such a one. Not
 * thread-safe.
 */
final class Ports implements AutoCloseable {
    private static final int PORT_MAX = 65_535;
    private static final Path CONNECTIONS = Path.of("/proc/sys/net/ipv4/ip_local_port_range");

    /** Where IANA's rules and most systems have connections begin; ours are below. */
    private static final int CONNECTIONS_USUAL = 32_768;

    private static final int FREE_LEAST = 20_000;
    private static final int TRIES = 100;

    private final String host;
    private final RandomGenerator random;
    private final int freeBelow;
    private final Map<String, Integer> known;
    private final Map<String, Integer> chosen = new TreeMap<>();
    private final List<ServerSocket> held = new ArrayList<>();

    /**
     * Nothing chosen yet.
     *
     * @param known what was chosen before, by name; it stays
     * @param random draws free ports
     */
    Ports(String host, Map<String, Integer> known, RandomGenerator random) throws IOException {
        this(host, known, random, firstOfConnections(CONNECTIONS));
    }

    /** With free ports below that one. */
    Ports(String host, Map<String, Integer> known, RandomGenerator random, int freeBelow) {
        this.host = host;
        this.known = known;
        this.random = random;
        this.freeBelow = freeBelow;
    }

    /** The first port that the system gives to connections. */
    static int firstOfConnections(Path file) throws IOException {
        if (!Files.isReadable(file)) {
            return CONNECTIONS_USUAL;
        }
        // By a buffer: the kernel answers the first read only, and readString begins with one byte.
        try (BufferedReader range = Files.newBufferedReader(file)) {
            return Integer.parseInt(range.readLine().strip().split("\\s+")[0]);
        }
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
            hold(port);
            return port;
        } catch (IOException taken) {
            throw new IOException(
                    "Port %d on %s cannot be bound (%s). Choose another with '%s' (0: any free port)."
                            .formatted(port, host, taken.getMessage(), option),
                    taken);
        }
    }

    private int free(String option) throws IOException {
        for (int attempt = 0; attempt < TRIES && freeBelow > FREE_LEAST; attempt++) {
            int port = random.nextInt(FREE_LEAST, freeBelow);
            if (!known.containsValue(port) && isHeld(port)) {
                return port;
            }
        }
        // Where connections begin so low, or all is taken, the system may know one.
        try {
            return hold(0);
        } catch (IOException none) {
            throw new IOException(
                    "No free port can be bound on %s (%s). Name one with '%s'."
                            .formatted(host, none.getMessage(), option),
                    none);
        }
    }

    private boolean isHeld(int port) throws IOException {
        try {
            hold(port);
            return true;
        } catch (BindException taken) {
            return false;
        }
    }

    /** What was chosen beside what was known. */
    Map<String, Integer> chosen() {
        return chosen;
    }

    private int hold(int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        held.add(socket);
        socket.bind(new InetSocketAddress(InetAddress.getByName(host), port));
        return socket.getLocalPort();
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

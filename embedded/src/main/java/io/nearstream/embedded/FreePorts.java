package io.nearstream.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.random.RandomGenerator;

/**
 * Finds ports that nobody listens on, below those that the system gives to connections: between the
 * choice and the start of a server any program's connection could have such a one. Not thread-safe.
 */
public final class FreePorts {
    private static final Path CONNECTIONS = Path.of("/proc/sys/net/ipv4/ip_local_port_range");

    /** Where IANA's rules and most systems have connections begin; ours are below. */
    private static final int CONNECTIONS_USUAL = 32_768;

    private static final int LEAST = 20_000;
    private static final int TRIES = 100;

    private final String host;
    private final RandomGenerator random;
    private final int below;

    /**
     * @param host an address of this machine
     * @param random draws ports
     * @param below the first port that is too high
     */
    public FreePorts(String host, RandomGenerator random, int below) {
        this.host = host;
        this.random = random;
        this.below = below;
    }

    /** Those of this machine. */
    public static FreePorts on(String host) throws IOException {
        return new FreePorts(host, new SecureRandom(), firstOfConnections(CONNECTIONS));
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
     * Binds a port that is free: it is the caller's until the socket is closed.
     *
     * @throws IOException when none can be bound
     */
    public ServerSocket hold() throws IOException {
        for (int attempt = 0; attempt < TRIES && below > LEAST; attempt++) {
            try {
                return bind(host, random.nextInt(LEAST, below));
            } catch (BindException taken) {
                // the next one
            }
        }
        // Where connections begin so low, or all is taken, the system may know one.
        return bind(host, 0);
    }

    /** Binds a port of a host. */
    public static ServerSocket bind(String host, int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        try {
            socket.bind(new InetSocketAddress(InetAddress.getByName(host), port));
            return socket;
        } catch (IOException taken) {
            socket.close();
            throw taken;
        }
    }
}

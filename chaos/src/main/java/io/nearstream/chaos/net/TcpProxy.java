package io.nearstream.chaos.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import javax.annotation.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands TCP connections on to another address, over links that can be changed at any time, each
 * direction by itself. Existing connections take a change at their next bytes. Thread-safe.
 */
public final class TcpProxy implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TcpProxy.class);
    private static final int CONNECT_TIMEOUT_MS = 5_000;

    private final ServerSocket server;
    private final SplittableRandom seeds;
    private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();
    @Nullable private volatile InetSocketAddress target;
    private volatile Link toTarget = Link.CLEAR;
    private volatile Link toClient = Link.CLEAR;
    private volatile boolean closed;

    private TcpProxy(ServerSocket server, long seed) {
        this.server = server;
        this.seeds = new SplittableRandom(seed);
    }

    /**
     * Starts to listen on the loopback address.
     *
     * @param port to listen on, or 0 for any free one
     * @param target where connections are handed on to; it need not listen yet
     * @param seed of all that the links draw
     * @throws IOException if the port is taken
     */
    public static TcpProxy start(int port, InetSocketAddress target, long seed) throws IOException {
        TcpProxy proxy = start(InetAddress.getLoopbackAddress(), port, seed);
        proxy.aim(target);
        return proxy;
    }

    /**
     * Starts to listen, and resets every connection until it is aimed.
     *
     * @param host to listen on
     * @param port to listen on, or 0 for any free one
     * @param seed of all that the links draw
     * @throws IOException if the port is taken
     */
    public static TcpProxy start(InetAddress host, int port, long seed) throws IOException {
        ServerSocket server = new ServerSocket(port, 0, host);
        TcpProxy proxy = new TcpProxy(server, seed);
        daemon("chaos-proxy-" + server.getLocalPort(), proxy::accept);
        return proxy;
    }

    static void daemon(String name, Runnable run) {
        Thread thread = new Thread(run, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Hands connections on to this address from now on; those that there are stay. */
    public void aim(InetSocketAddress address) {
        target = address;
    }

    /** Where it listens. */
    public int port() {
        return server.getLocalPort();
    }

    /** Changes both directions. */
    public void set(Link both) {
        set(both, both);
    }

    /** Changes what the two directions are like. A connection that has lost bytes is reset. */
    public void set(Link towardsTarget, Link towardsClient) {
        toTarget = towardsTarget;
        toClient = towardsClient;
        connections.forEach(ProxiedConnection::linksChanged);
    }

    /** Resets every connection that there is now. */
    public void resetAll() {
        connections.forEach(ProxiedConnection::reset);
    }

    /** Connections that there are now. */
    public int open() {
        return connections.size();
    }

    Link toTarget() {
        return toTarget;
    }

    Link toClient() {
        return toClient;
    }

    private void accept() {
        while (!closed) {
            try {
                Socket client = server.accept();
                SplittableRandom random = seeds.split();
                daemon("chaos-proxy-connect", () -> connect(client, random));
            } catch (IOException e) {
                if (!closed) {
                    LOG.error("The proxy on port {} takes no more connections.", port(), e);
                }
                return;
            }
        }
    }

    private void connect(Socket client, SplittableRandom random) {
        Socket upstream = new Socket();
        InetSocketAddress address = target;
        try {
            if (address == null) {
                throw new ConnectException("The proxy leads nowhere yet.");
            }
            upstream.connect(address, CONNECT_TIMEOUT_MS);
            client.setTcpNoDelay(true);
            upstream.setTcpNoDelay(true);
            ProxiedConnection connection =
                    new ProxiedConnection(this, client, upstream, random, connections::remove);
            connections.add(connection);
            connection.start();
            if (closed) {
                connection.reset();
            }
        } catch (IOException refused) {
            // The client is told the same: its connection ends with a reset.
            LOG.debug("{} takes no connection.", address, refused);
            ProxiedConnection.reset(client);
            ProxiedConnection.reset(upstream);
        }
    }

    /** Stops listening and resets every connection. */
    @Override
    public void close() {
        closed = true;
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot stop the proxy on port " + port() + ".", e);
        } finally {
            resetAll();
        }
    }
}

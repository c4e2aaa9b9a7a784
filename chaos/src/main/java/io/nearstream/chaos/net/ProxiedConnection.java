package io.nearstream.chaos.net;

import java.io.IOException;
import java.net.Socket;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection through the proxy: four threads, which read and write each direction. */
final class ProxiedConnection {
    private static final Logger LOG = LoggerFactory.getLogger(ProxiedConnection.class);
    private static final int READ_BYTES = 16 << 10;

    /** What may be on its way in one direction before its reader waits, in reads. */
    private static final int IN_FLIGHT_MAX = 256;

    /** Bytes with the time at which they arrive; none at the end of the stream. */
    private record Chunk(byte[] bytes, long due) {}

    private final TcpProxy proxy;
    private final Socket client;
    private final Socket upstream;
    private final Consumer<ProxiedConnection> onEnd;
    private final Shaper toTarget;
    private final Shaper toClient;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicInteger directions = new AtomicInteger(2);
    private volatile boolean swallowed;

    ProxiedConnection(
            TcpProxy proxy,
            Socket client,
            Socket upstream,
            SplittableRandom random,
            Consumer<ProxiedConnection> onEnd) {
        this.proxy = proxy;
        this.client = client;
        this.upstream = upstream;
        this.toTarget = new Shaper(random.split());
        this.toClient = new Shaper(random.split());
        this.onEnd = onEnd;
    }

    void start() {
        pump(client, upstream, proxy::toTarget, toTarget);
        pump(upstream, client, proxy::toClient, toClient);
    }

    private void pump(Socket from, Socket to, Supplier<Link> link, Shaper shaper) {
        BlockingQueue<Chunk> onTheirWay = new ArrayBlockingQueue<>(IN_FLIGHT_MAX);
        TcpProxy.daemon("chaos-proxy-read", guarded(() -> read(from, link, shaper, onTheirWay)));
        TcpProxy.daemon("chaos-proxy-write", guarded(() -> write(to, onTheirWay)));
    }

    /** May fail as connections do. */
    private interface Pumping {
        void run() throws IOException, InterruptedException;
    }

    private Runnable guarded(Pumping pumping) {
        return () -> {
            try {
                pumping.run();
            } catch (IOException broken) {
                // What one end learned by it, the other learns by a reset.
                LOG.debug("A connection broke.", broken);
                reset();
            } catch (InterruptedException impossible) {
                Thread.currentThread().interrupt();
                reset();
            }
        };
    }

    private void read(
            Socket from, Supplier<Link> link, Shaper shaper, BlockingQueue<Chunk> onTheirWay)
            throws IOException, InterruptedException {
        byte[] buffer = new byte[READ_BYTES];
        while (!ended.get()) {
            int length = from.getInputStream().read(buffer);
            Link now = link.get();
            if (now.swallow()) {
                swallowed = true;
                linksChanged();
            } else if (length >= 0) {
                long due = shaper.due(now, System.nanoTime(), length);
                if (due == Shaper.RESET) {
                    reset();
                    return;
                }
                hand(onTheirWay, new Chunk(Arrays.copyOf(buffer, length), due));
            } else {
                hand(onTheirWay, new Chunk(new byte[0], System.nanoTime()));
            }
            if (length < 0) {
                return;
            }
        }
    }

    /** Waits for room, as long as there is a connection. */
    private void hand(BlockingQueue<Chunk> queue, Chunk chunk) throws InterruptedException {
        while (!ended.get() && !queue.offer(chunk, 1, TimeUnit.SECONDS)) {
            LOG.trace("A link is full.");
        }
    }

    private void write(Socket to, BlockingQueue<Chunk> onTheirWay)
            throws IOException, InterruptedException {
        while (!ended.get()) {
            Chunk chunk = onTheirWay.poll(1, TimeUnit.SECONDS);
            if (chunk == null) {
                continue;
            }
            TimeUnit.NANOSECONDS.sleep(chunk.due() - System.nanoTime());
            if (chunk.bytes().length == 0) {
                to.shutdownOutput();
                if (directions.decrementAndGet() == 0) {
                    end(false);
                }
                return;
            }
            to.getOutputStream().write(chunk.bytes());
        }
    }

    /** A stream with a hole in it must not go on. */
    void linksChanged() {
        if (swallowed && !proxy.toTarget().swallow() && !proxy.toClient().swallow()) {
            reset();
        }
    }

    void reset() {
        end(true);
    }

    private void end(boolean abruptly) {
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        onEnd.accept(this);
        if (abruptly) {
            reset(client);
            reset(upstream);
        } else {
            close(client);
            close(upstream);
        }
    }

    /** Ends a connection so that the other end gets an error instead of an end. */
    static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException closedAlready) {
            LOG.trace("Nothing to reset.", closedAlready);
        }
        close(socket);
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.warn("A connection could not be closed.", e);
        }
    }
}

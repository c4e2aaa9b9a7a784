package io.nearstream.embedded.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Hostile connections to the ports of Queryable State, all drawn from one seed. What it opens and
 * does not close at once stays open, and those that drip go on dripping, until it is closed. Not
 * thread-safe.
 */
public final class StateAttack implements AutoCloseable {
    /** Begins every message of Flink's protocol, behind its length. */
    public static final int PROTOCOL_VERSION = 0x79a1b710;

    private static final int REQUEST = 0;

    /** Of the length of a request's name or key, behind the id of the job or the state. */
    private static final int LENGTH_OFFSET = 2 * Long.BYTES;

    private static final int HUGE_CLAIMS = 2;
    private static final int FRAME_HEADER_BYTES = 4;
    private static final int DRIPS_PER_CONNECTION = 4;
    private static final int CONNECT_TIMEOUT_MS = 10_000;

    private enum Kind {
        GARBAGE,
        HUGE_FRAME,
        SILENT,
        DRIP,
        GARBAGE_BODY,
        LONG_FIELD,
        RESET
    }

    private final SplittableRandom random;
    private final List<Socket> held = new ArrayList<>();
    private final List<Socket> dripping = new ArrayList<>();
    private int connections;
    private int hugeClaims;

    /** Nothing happens yet. */
    public StateAttack(SplittableRandom random) {
        this.random = random;
    }

    /** Opens so many connections, each to one of the ports of this machine. */
    public void connect(int count, List<Integer> ports) throws IOException {
        Kind[] kinds = Kind.values();
        for (int i = 0; i < count; i++) {
            Socket socket = new Socket();
            held.add(socket);
            int port = ports.get(random.nextInt(ports.size()));
            socket.connect(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                    CONNECT_TIMEOUT_MS);
            connections++;
            open(kinds[random.nextInt(kinds.length)], socket);
            drip();
        }
    }

    private void open(Kind kind, Socket socket) throws IOException {
        switch (kind) {
            case GARBAGE -> send(socket, garbage(1 + random.nextInt(2_000)));
            case HUGE_FRAME -> send(socket, ints(Integer.MAX_VALUE - random.nextInt(1 << 20)));
            case DRIP -> dripping.add(socket);
            case GARBAGE_BODY -> send(socket, frame(garbageBody()));
            case LONG_FIELD -> send(socket, frame(longField(claim())));
            case RESET -> reset(socket);
            default -> {} // SILENT: connected, and not a word
        }
        if (kind != Kind.DRIP && random.nextInt(4) == 0) {
            socket.close();
        }
    }

    /** Garbage that is too short for a request, or claims a field of a bearable length. */
    private byte[] garbageBody() {
        byte[] body = garbage(random.nextInt(200));
        if (body.length >= LENGTH_OFFSET + Integer.BYTES) {
            int length = random.nextBoolean() ? -1 - random.nextInt(1 << 30) : random.nextInt(500);
            ByteBuffer.wrap(body).putInt(LENGTH_OFFSET, length);
        }
        return body;
    }

    /**
     * Flink takes the memory that a field claims before it looks whether the field is there. Two
     * claims of gigabytes are answered after a full garbage collection each; dozens of them stop
     * the JVM for seconds, which no test of ours can change.
     */
    private int claim() {
        return hugeClaims++ < HUGE_CLAIMS ? Integer.MAX_VALUE : random.nextInt(1 << 10, 1 << 20);
    }

    /** A request whose name or key claims to be longer than its frame. */
    private byte[] longField(int length) {
        return ByteBuffer.allocate(LENGTH_OFFSET + 2 * Integer.BYTES)
                .putLong(random.nextLong())
                .putLong(random.nextLong())
                .putInt(length)
                .putInt(random.nextInt())
                .array();
    }

    /** A request of Flink's protocol with this body, of which nothing else is right. */
    private byte[] frame(byte[] body) {
        int length = 2 * Integer.BYTES + Long.BYTES + body.length;
        return ByteBuffer.allocate(FRAME_HEADER_BYTES + length)
                .putInt(length)
                .putInt(PROTOCOL_VERSION)
                .putInt(REQUEST)
                .putLong(random.nextLong())
                .put(body)
                .array();
    }

    private byte[] garbage(int length) {
        byte[] garbage = new byte[length];
        random.nextBytes(garbage);
        return garbage;
    }

    private static byte[] ints(int value) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(value).array();
    }

    private static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** One more byte to some of those that drip: the first four announce a large frame. */
    private void drip() throws IOException {
        for (int i = 0; i < DRIPS_PER_CONNECTION && !dripping.isEmpty(); i++) {
            Socket socket = dripping.get(random.nextInt(dripping.size()));
            send(socket, new byte[] {(byte) random.nextInt(0x40, 0x80)});
        }
    }

    /** The other side may have hung up, which it is welcome to. */
    private void send(Socket socket, byte[] bytes) throws IOException {
        try {
            socket.getOutputStream().write(bytes);
        } catch (SocketException hungUp) {
            socket.close();
            dripping.remove(socket);
        }
    }

    /** Connections that were made. */
    public int connections() {
        return connections;
    }

    /** Hangs up. */
    @Override
    public void close() throws IOException {
        for (Socket socket : held) {
            socket.close();
        }
    }
}

package io.nearstream.embedded.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The ports on which this JVM listens, by what Linux tells, and which of them speak Flink's
 * protocol of Queryable State: proxies and, behind them, the servers whose ports nobody configures.
 */
public final class ListeningPorts {
    private static final List<Path> TABLES =
            List.of(Path.of("/proc/self/net/tcp"), Path.of("/proc/self/net/tcp6"));

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final String LISTEN = "0A";
    private static final int HEX = 16;
    private static final int ANSWER_TIMEOUT_MS = 500;
    private static final int PROBE_BYTES = 16;

    private ListeningPorts() {}

    /** Ports of this JVM that answer a message they do not understand as Queryable State does. */
    public static Set<Integer> ofQueryableState() throws IOException {
        Set<Integer> ports = new TreeSet<>();
        for (int port : listening()) {
            if (speaksQueryableState(port)) {
                ports.add(port);
            }
        }
        return ports;
    }

    private static boolean speaksQueryableState(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(ANSWER_TIMEOUT_MS);
            byte[] probe = new byte[Integer.BYTES + PROBE_BYTES];
            ByteBuffer.wrap(probe).putInt(PROBE_BYTES);
            socket.getOutputStream().write(probe);
            byte[] answer = socket.getInputStream().readNBytes(2 * Integer.BYTES);
            return answer.length == 2 * Integer.BYTES
                    && ByteBuffer.wrap(answer).getInt(Integer.BYTES)
                            == StateAttack.PROTOCOL_VERSION;
        } catch (SocketTimeoutException | SocketException anotherProtocol) {
            return false;
        }
    }

    private static Set<Integer> listening() throws IOException {
        Set<String> own = ownSockets();
        Set<Integer> ports = new TreeSet<>();
        for (Path table : TABLES) {
            for (String line : Files.readAllLines(table)) {
                String[] fields = line.strip().split("\\s+");
                if (fields.length > 9 && fields[3].equals(LISTEN) && own.contains(fields[9])) {
                    ports.add(
                            Integer.parseInt(
                                    fields[1].substring(fields[1].lastIndexOf(':') + 1), HEX));
                }
            }
        }
        return ports;
    }

    /** Inodes of the sockets that this process has open. */
    private static Set<String> ownSockets() throws IOException {
        Set<String> inodes = new HashSet<>();
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(DESCRIPTORS)) {
            for (Path descriptor : descriptors) {
                try {
                    String target = Files.readSymbolicLink(descriptor).toString();
                    if (target.startsWith("socket:[")) {
                        inodes.add(target.substring("socket:[".length(), target.length() - 1));
                    }
                } catch (NoSuchFileException closedMeanwhile) {
                    continue;
                }
            }
        }
        return inodes;
    }
}

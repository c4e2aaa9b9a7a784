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

    /** 127.0.0.1, the same within IPv6, and ::1; each four bytes in the machine's order. */
    private static final Set<String> LOOPBACK =
            Set.of(
                    "0100007F",
                    "0000000000000000FFFF00000100007F",
                    "00000000000000000000000001000000");

    private static final String LISTEN = "0A";
    private static final int HEX = 16;
    private static final int ANSWER_TIMEOUT_MS = 500;
    private static final int PROBE_BYTES = 16;

    private ListeningPorts() {}

    /** Whether every socket of this JVM that listens on the port takes local connections only. */
    public static boolean isLoopbackOnly(int port) throws IOException {
        boolean found = false;
        for (String address : listening()) {
            if (port(address) == port) {
                found = true;
                if (!LOOPBACK.contains(address.substring(0, address.lastIndexOf(':')))) {
                    return false;
                }
            }
        }
        return found;
    }

    /** Ports of this JVM that answer a message they do not understand as Queryable State does. */
    public static Set<Integer> ofQueryableState() throws IOException {
        Set<Integer> ports = new TreeSet<>();
        for (String address : listening()) {
            if (speaksQueryableState(port(address))) {
                ports.add(port(address));
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

    private static int port(String address) {
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1), HEX);
    }

    /** Address and port in hexadecimal, as Linux writes them. */
    private static Set<String> listening() throws IOException {
        Set<String> own = ownSockets();
        Set<String> addresses = new TreeSet<>();
        for (Path table : TABLES) {
            for (String line : Files.readAllLines(table)) {
                String[] fields = line.strip().split("\\s+");
                if (fields.length > 9 && fields[3].equals(LISTEN) && own.contains(fields[9])) {
                    addresses.add(fields[1]);
                }
            }
        }
        return addresses;
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

package io.nearstream.chaos.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Through the proxy to a server that sends back what it gets. */
@Timeout(60)
class TcpProxyTest {
    private static final Duration SOON = Duration.ofMillis(300);

    private ServerSocket echo;
    private TcpProxy proxy;

    @BeforeEach
    void start() throws IOException {
        echo = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
        TcpProxy.daemon("echo", this::accept);
        proxy =
                TcpProxy.start(
                        0, new InetSocketAddress(echo.getInetAddress(), echo.getLocalPort()), 1);
    }

    private void accept() {
        while (!echo.isClosed()) {
            try {
                Socket socket = echo.accept();
                TcpProxy.daemon("echo-one", () -> echo(socket));
            } catch (IOException closed) {
                assertThat(echo.isClosed()).isTrue();
            }
        }
    }

    private static void echo(Socket socket) {
        try (socket) {
            socket.getInputStream().transferTo(socket.getOutputStream());
        } catch (IOException reset) {
            assertThat(reset).isInstanceOf(SocketException.class);
        }
    }

    @AfterEach
    void end() throws IOException {
        proxy.close();
        echo.close();
    }

    @Test
    void bytesComeBackAsTheyWere() throws IOException {
        byte[] sent = new byte[1 << 20];
        new Random(1).nextBytes(sent);
        try (Socket socket = connect()) {
            TcpProxy.daemon("send", () -> send(socket, sent));
            assertThat(socket.getInputStream().readNBytes(sent.length)).isEqualTo(sent);
            socket.shutdownOutput();
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    private static void send(Socket socket, byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void delayIsOfOneDirectionAndEndsAtOnce() throws IOException {
        try (Socket socket = connect()) {
            proxy.set(Link.CLEAR.withDelay(SOON, Duration.ZERO), Link.CLEAR);
            assertThat(roundTrip(socket)).isBetween(SOON, SOON.multipliedBy(2));
            proxy.set(Link.CLEAR.withDelay(SOON, Duration.ZERO));
            assertThat(roundTrip(socket)).isGreaterThan(SOON.multipliedBy(2));
            proxy.set(Link.CLEAR);
            assertThat(roundTrip(socket)).isLessThan(SOON);
        }
    }

    @Test
    void delayedBytesAreOnTheirWayTogether() throws IOException {
        try (Socket socket = connect()) {
            proxy.set(Link.CLEAR, Link.CLEAR.withDelay(SOON, Duration.ZERO));
            long start = System.nanoTime();
            for (int i = 0; i < 20; i++) {
                socket.getOutputStream().write(i);
            }
            socket.getInputStream().readNBytes(20);
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(SOON, SOON.multipliedBy(5));
        }
    }

    @Test
    void aRateIsKept() throws IOException {
        try (Socket socket = connect()) {
            proxy.set(Link.CLEAR.withRate(100_000), Link.CLEAR);
            long start = System.nanoTime();
            socket.getOutputStream().write(new byte[50_000]);
            socket.getInputStream().readNBytes(50_000);
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(Duration.ofMillis(490), Duration.ofSeconds(5));
        }
    }

    @Test
    void aSwallowingLinkIsSilentAndItsConnectionsEndWithIt() throws IOException {
        try (Socket socket = connect();
                Socket idle = connect()) {
            assertThat(roundTrip(idle)).isLessThan(Duration.ofSeconds(5));
            proxy.set(Link.CLEAR.swallowing());
            socket.setSoTimeout((int) SOON.toMillis());
            socket.getOutputStream().write(1);
            assertThatThrownBy(() -> socket.getInputStream().read())
                    .isInstanceOf(SocketTimeoutException.class);
            proxy.set(Link.CLEAR);
            assertThatThrownBy(() -> roundTrip(socket)).isInstanceOf(SocketException.class);
            assertThat(roundTrip(idle)).isLessThan(Duration.ofSeconds(5));
        }
    }

    @Test
    void resetsAreErrorsAndNewConnectionsWork() throws IOException {
        try (Socket socket = connect()) {
            assertThat(roundTrip(socket)).isLessThan(Duration.ofSeconds(5));
            proxy.resetAll();
            assertThatThrownBy(() -> roundTrip(socket)).isInstanceOf(SocketException.class);
            assertThat(proxy.open()).isZero();
        }
        try (Socket socket = connect()) {
            assertThat(roundTrip(socket)).isLessThan(Duration.ofSeconds(5));
        }
    }

    @Test
    void nobodyBehindItIsAReset() throws IOException {
        echo.close();
        assertThatThrownBy(
                        () -> {
                            try (Socket socket = connect()) {
                                roundTrip(socket);
                            }
                        })
                .isInstanceOf(SocketException.class);
    }

    private Socket connect() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    }

    private static Duration roundTrip(Socket socket) throws IOException {
        long start = System.nanoTime();
        socket.getOutputStream().write(7);
        int back = socket.getInputStream().read();
        if (back != 7) {
            throw new SocketException("Got " + back + " back.");
        }
        return Duration.ofNanos(System.nanoTime() - start);
    }
}

package io.nearstream.chaos.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.chaos.net.TcpProxy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NetInjectorTest {
    private static final int ROUTES = 3;
    private static final long SEEDS = 32;

    private final Map<String, TcpProxy> proxies = new TreeMap<>();
    private ServerSocket server;
    private NetInjector injector;

    @BeforeEach
    void start() throws IOException {
        server = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
        Map<String, Supplier<? extends Collection<TcpProxy>>> routes = new TreeMap<>();
        for (int i = 0; i < ROUTES; i++) {
            TcpProxy proxy =
                    TcpProxy.start(
                            0,
                            new InetSocketAddress(server.getInetAddress(), server.getLocalPort()),
                            i);
            proxies.put("route " + i, proxy);
            routes.put("route " + i, () -> List.of(proxy));
        }
        injector = new NetInjector(routes);
    }

    @AfterEach
    void end() throws IOException {
        proxies.values().forEach(TcpProxy::close);
        server.close();
    }

    @Test
    void someRoutesAreResetAndEachAtTimes() throws IOException {
        int[] resets = new int[ROUTES];
        for (long seed = 0; seed < SEEDS; seed++) {
            List<Socket> before = connections();
            Fault fault =
                    new Fault(
                            1, FaultKind.NET_RESET, Duration.ZERO, Duration.ofSeconds(1), "", seed);
            injector.begin(fault);
            int broken = 0;
            for (int i = 0; i < ROUTES; i++) {
                // A proxy forgets a connection before it resets it.
                boolean reset = proxies.get("route " + i).open() == 0;
                resets[i] += reset ? 1 : 0;
                broken += reset ? 1 : 0;
            }
            assertThat(broken).isPositive();
            injector.end(fault);
            proxies.values().forEach(TcpProxy::resetAll);
            for (Socket one : before) {
                one.close();
            }
        }
        assertThat(resets).doesNotContain(0);
    }

    /** Through each proxy one, over which a byte has come. */
    private List<Socket> connections() throws IOException {
        List<Socket> connections = new ArrayList<>();
        for (TcpProxy proxy : proxies.values()) {
            Socket client = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
            connections.add(client);
            Socket accepted = server.accept();
            connections.add(accepted);
            accepted.getOutputStream().write(1);
            assertThat(client.getInputStream().read()).isEqualTo(1);
        }
        return connections;
    }

    @Test
    void withoutProxiesNothingCanBeDone() {
        assertThat(new NetInjector(Map.of()).kinds()).isEmpty();
    }
}

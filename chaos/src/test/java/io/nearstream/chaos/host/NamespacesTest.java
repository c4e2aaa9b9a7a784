package io.nearstream.chaos.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.chaos.fault.Fault;
import io.nearstream.chaos.fault.FaultKind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NamespacesTest {
    private static final int SILENCE_MS = 1_000;

    /** Sends back what it gets, at the address that it is given; says its port. */
    public static final class Echo {
        private Echo() {}

        public static void main(String[] args) throws IOException {
            try (ServerSocket server = new ServerSocket(0, 0, InetAddress.getByName(args[0]))) {
                System.out.println(server.getLocalPort());
                try (Socket client = server.accept()) {
                    client.getInputStream().transferTo(client.getOutputStream());
                }
            }
        }
    }

    private static Process echo(Namespaces hosts, String node) throws IOException {
        List<String> command = new ArrayList<>(hosts.enter(node));
        command.addAll(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Echo.class.getName(),
                        hosts.hostOf(node)));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static Socket connect(Process echo, String host) throws IOException {
        int port = Integer.parseInt(echo.inputReader().readLine());
        Socket socket = new Socket();
        socket.connect(new InetSocketAddress(host, port), SILENCE_MS);
        socket.setSoTimeout(SILENCE_MS);
        return socket;
    }

    private static int answer(Socket socket, int to) throws IOException {
        socket.getOutputStream().write(to);
        return socket.getInputStream().read();
    }

    @Test
    void aHostThatIsCutOffIsSilentAndTheOtherIsNot() throws Exception {
        Rooted.requireFor(FaultKind.PARTITION);
        List<String> nodes = List.of("tm-1", "tm-2");
        Namespaces hosts = Namespaces.create(nodes);
        Process first = echo(hosts, "tm-1");
        Process second = echo(hosts, "tm-2");
        try (Socket one = connect(first, hosts.hostOf("tm-1"));
                Socket two = connect(second, hosts.hostOf("tm-2"))) {
            assertThat(answer(one, 1)).isEqualTo(1);
            assertThat(answer(two, 2)).isEqualTo(2);
            PartitionInjector injector =
                    new PartitionInjector(Rooted.host(Path.of("/"), 1), hosts, new FakeTarget());
            Fault fault = Rooted.fault(FaultKind.PARTITION, "tm-1", 1);
            injector.begin(fault);
            assertThatThrownBy(() -> answer(one, 3)).isInstanceOf(SocketTimeoutException.class);
            assertThat(answer(two, 4)).isEqualTo(4);
            injector.end(fault);
            // What was sent meanwhile comes when TCP sends it again.
            one.setSoTimeout(30_000);
            assertThat(one.getInputStream().read()).isEqualTo(3);
        } finally {
            first.destroyForcibly().waitFor();
            second.destroyForcibly().waitFor();
            hosts.close();
        }
        try (Namespaces again = Namespaces.create(nodes)) {
            assertThat(again.host()).isEqualTo(hosts.host());
        }
    }

    @Test
    void aNodeWithoutAHostIsNamed() throws Exception {
        Rooted.requireFor(FaultKind.PARTITION);
        try (Namespaces hosts = Namespaces.create(List.of("tm-1"))) {
            assertThatThrownBy(() -> hosts.cut("tm-9")).hasMessageContaining("tm-9");
        }
    }
}

package io.nearstream.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.embedded.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PortsTest {
    private static final String HOST = "127.0.0.1";
    private static final int CONNECTIONS = 32_768;

    private static Ports ports(Map<String, Integer> known) {
        return new Ports(HOST, known, new FreePorts(HOST, new Random(1), CONNECTIONS));
    }

    @Test
    void freePortsAreAllDifferent() throws IOException {
        try (Ports ports = ports(Map.of())) {
            for (int i = 0; i < 50; i++) {
                assertThat(ports.choose("node-" + i, "--state-port", 0, i))
                        .isBetween(20_000, CONNECTIONS - 1);
            }
            assertThat(ports.chosen().values()).doesNotHaveDuplicates();
        }
    }

    @Test
    void consecutivePortsPassOverThoseOfOtherNodes() throws IOException {
        int broker = unused();
        try (Ports ports = ports(Map.of("broker-1", broker))) {
            int before = ports.choose("taskmanager-1", "--state-port", broker - 1, 0);
            int behind = ports.choose("taskmanager-2", "--state-port", broker - 1, 1);
            assertThat(before).isEqualTo(broker - 1);
            assertThat(behind).isEqualTo(broker + 1);
            assertThat(ports.choose("broker-1", "--kafka-port", 1, 0)).isEqualTo(broker);
        }
    }

    /** Three in a row, of which this is the middle one; other programs may take them meanwhile. */
    private static int unused() throws IOException {
        Random random = new Random();
        while (true) {
            int middle = random.nextInt(21_000, 32_000);
            try (ServerSocket below = new ServerSocket(middle - 1);
                    ServerSocket here = new ServerSocket(middle);
                    ServerSocket above = new ServerSocket(middle + 1)) {
                return here.getLocalPort();
            } catch (IOException taken) {
                assertThat(taken).isInstanceOf(java.net.BindException.class);
            }
        }
    }

    @Test
    void aTakenPortIsNamedWithItsOption() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName(HOST));
                Ports ports = ports(Map.of())) {
            assertThatThrownBy(
                            () -> ports.choose("broker-1", "--kafka-port", taken.getLocalPort(), 0))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("Port " + taken.getLocalPort())
                    .hasMessageContaining("--kafka-port");
            assertThatThrownBy(() -> ports.choose("broker-2", "--kafka-port", 65_535, 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("between 0 (any free port) and 65534, but was 65535");
        }
    }
}

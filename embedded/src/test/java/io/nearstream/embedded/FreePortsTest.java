package io.nearstream.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class FreePortsTest {
    private static final String HOST = "127.0.0.1";
    private static final int CONNECTIONS = 32_768;

    @Test
    void freePortsAreNoConnections() throws IOException {
        FreePorts ports = new FreePorts(HOST, new Random(1), CONNECTIONS);
        Set<Integer> seen = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            try (ServerSocket held = ports.hold()) {
                assertThat(held.getLocalPort()).isBetween(20_000, CONNECTIONS - 1);
                seen.add(held.getLocalPort());
            }
        }
        assertThat(seen).hasSizeGreaterThan(40);
    }

    @Test
    void whatIsTakenIsPassedOver() throws IOException {
        try (ServerSocket first = new FreePorts(HOST, new Random(1), CONNECTIONS).hold();
                ServerSocket second = new FreePorts(HOST, new Random(1), CONNECTIONS).hold()) {
            assertThat(second.getLocalPort())
                    .isNotEqualTo(first.getLocalPort())
                    .isBetween(20_000, CONNECTIONS - 1);
        }
    }

    @Test
    void whereConnectionsBeginLowTheSystemChooses() throws IOException {
        try (ServerSocket held = new FreePorts(HOST, new Random(1), 1_024).hold()) {
            assertThat(held.getLocalPort()).isPositive();
        }
    }

    @Test
    void theSystemSaysWhereConnectionsBegin(@TempDir Path dir) throws IOException {
        Path file = Files.writeString(dir.resolve("range"), "15000\t60999\n");
        assertThat(FreePorts.firstOfConnections(file)).isEqualTo(15_000);
        assertThat(FreePorts.firstOfConnections(dir.resolve("none"))).isEqualTo(CONNECTIONS);
    }

    /** The kernel's own files end where others go on. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void thisSystemSaysSoToo() throws Exception {
        Path file = Path.of("/proc/sys/net/ipv4/ip_local_port_range");
        Process cat = new ProcessBuilder("cat", file.toString()).start();
        String said = new String(cat.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertThat(said).startsWith(FreePorts.firstOfConnections(file) + "\t");
    }
}

package io.nearstream.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterFileTest {
    @TempDir private Path dir;
    private ClusterLayout layout;
    private ClusterFile file;

    @BeforeEach
    void open() {
        layout = new ClusterLayout(dir);
        file = new ClusterFile(layout);
    }

    @Test
    void aClusterIsRememberedWithTheSavepointsOfItsStoppedJobs() throws Exception {
        assertThat(file.read()).isEmpty();
        ClusterFile.Remembered first =
                new ClusterFile.Remembered(
                        ClusterSpec.of(2).withStandby(), "id", Map.of("broker-1", 1), Map.of());
        ClusterFile.Remembered stopped =
                first.withStopped("ingest", "file:/s1")
                        .withStopped("query", "file:/s2")
                        .withPorts(Map.of("broker-1.controller", 2))
                        .with(ClusterSpec.of(3));
        file.write(stopped);

        assertThat(file.read()).contains(stopped);
        assertThat(file.read().orElseThrow().stopped())
                .containsOnly(Map.entry("ingest", "file:/s1"), Map.entry("query", "file:/s2"));
        assertThat(file.read().orElseThrow().ports()).hasSize(2);
    }

    @Test
    void aDamagedFileIsNamed() throws Exception {
        Files.writeString(layout.spec(), "{\"spec\":");
        assertThatThrownBy(file::read)
                .isInstanceOf(IOException.class)
                .hasMessageContaining(layout.spec().toString());
    }

    @Test
    void aProcessOfAnotherStartTimeIsNotOurs() throws Exception {
        ProcessHandle self = ProcessHandle.current();
        long start = self.info().startInstant().orElseThrow().toEpochMilli();
        RunningNode ours = node(self.pid(), start);
        RunningNode another = node(self.pid(), start - 60_000);
        file.write(ours);

        assertThat(file.nodes()).containsExactly(ours);
        assertThat(ours.isAlive()).isTrue();
        assertThat(another.isAlive()).isFalse();
        file.forget(ours.name());
        assertThat(file.nodes()).isEmpty();
    }

    private static RunningNode node(long pid, long startedAtMs) {
        return new RunningNode(
                "broker-1", NodeRole.BROKER, "broker-1", pid, startedAtMs, "", List.of("java"));
    }

    @Test
    void whatTheClusterChoosesItselfIsRefused() {
        assertThatThrownBy(() -> ClusterSpec.of(1).withOverrides(Map.of("rest.port", "1")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("rest.port");
        assertThatThrownBy(() -> new ClusterLayout(Path.of("/tmp/a b")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--dir");
    }
}

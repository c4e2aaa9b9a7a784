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
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
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
    void furtherJobsAreRememberedUntilTheyRunAgain() throws Exception {
        assertThat(file.furtherJobs()).isEmpty();
        FurtherJob join = new FurtherJob("near", "join", "cluster", Map.of("a.b", "1 s"));
        FurtherJob standing = new FurtherJob("queries", "standing", "pi-1g", Map.of());
        file.write(join);
        file.write(standing);
        FurtherJob renewed = new FurtherJob("near", "join", "cluster", Map.of("a.b", "2 s"));
        file.write(renewed);

        assertThat(file.furtherJobs()).containsExactly(standing, renewed);
        file.forget(standing);
        file.forget(standing);
        assertThat(file.furtherJobs()).containsExactly(renewed);
    }

    @Test
    void aDamagedFileIsNamed() throws Exception {
        Files.writeString(layout.spec(), "{\"spec\":");
        assertThatThrownBy(file::read)
                .isInstanceOf(IOException.class)
                .hasMessageContaining(layout.spec().toString());
    }

    @Test
    void aProcessIsKnownByItsBeginning() throws Exception {
        ProcessHandle self = ProcessHandle.current();
        long start = self.info().startInstant().orElseThrow().toEpochMilli();
        RunningNode ours = node(start, ProcessBirth.UNKNOWN);
        file.write(ours);

        assertThat(file.nodes()).containsExactly(ours);
        assertThat(ours.isAlive()).isTrue();
        assertThat(node(start - 60_000, ProcessBirth.UNKNOWN).isAlive()).isFalse();
        file.forget(ours.name());
        assertThat(file.nodes()).isEmpty();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aClockThatIsSetChangesNothing() {
        long pid = ProcessHandle.current().pid();
        String birth = ProcessBirth.of(pid);
        assertThat(birth).matches("[0-9a-f-]{36}/[0-9]+");
        assertThat(node(0, birth).isAlive()).isTrue();
        assertThat(node(0, birth + "1").isAlive()).isFalse();
        assertThat(node(0, "another-boot" + birth.substring(birth.indexOf('/'))).isAlive())
                .isFalse();
    }

    @Test
    void filesOfEarlierBuildsAreRead() throws Exception {
        file.write(node(7, "boot/1"));
        Path written = layout.runningNode("broker-1");
        String text = Files.readString(written);
        Files.writeString(written, text.replaceAll(" *\"birth\".*\\n", ""));
        assertThat(file.nodes()).containsExactly(node(7, ProcessBirth.UNKNOWN));
    }

    private static RunningNode node(long startedAtMs, String birth) {
        return new RunningNode(
                "broker-1",
                NodeRole.BROKER,
                "broker-1",
                ProcessHandle.current().pid(),
                startedAtMs,
                birth,
                "",
                List.of("java"));
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

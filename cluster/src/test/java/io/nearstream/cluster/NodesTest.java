package io.nearstream.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that only sleep, started and ended as nodes are. */
class NodesTest {
    private static final Path FREEZER = Path.of("/sys/fs/cgroup/freezer");
    private static final long PATIENCE_MS = 500;

    @TempDir private Path dir;
    private final List<String> progress = new ArrayList<>();
    private final List<RunningNode> started = new ArrayList<>();
    private ClusterLayout layout;
    private ClusterFile file;
    private Nodes nodes;

    @BeforeEach
    void open() {
        layout = new ClusterLayout(dir);
        file = new ClusterFile(layout);
        nodes = new Nodes(new Distribution(dir), layout, file, progress::add, PATIENCE_MS);
    }

    @AfterEach
    void end() {
        for (RunningNode node : started) {
            node.process().ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    private NodePlan plan(String name, String... command) {
        return new NodePlan(
                name, NodeRole.TASKMANAGER, name, "", layout.temporary(name), List.of(command));
    }

    private RunningNode start(String name, String... command) throws IOException {
        RunningNode node = Processes.start(layout, plan(name, command));
        started.add(node);
        file.write(node);
        return node;
    }

    @Test
    void endsWhatLivesAndForgetsAll() throws Exception {
        RunningNode asked = start("taskmanager-1", "sleep", "600");
        RunningNode deaf = start("taskmanager-2", "sh", "-c", "trap '' TERM; while :; do :; done");
        awaitTrap(deaf);
        RunningNode dead = start("taskmanager-3", "sleep", "600");
        Processes.signal(dead, "KILL");
        while (dead.isAlive()) {
            Thread.onSpinWait();
        }

        assertThat(nodes.end(nodes.all())).isEqualTo(2);
        assertThat(progress)
                .containsExactly("ended    taskmanager-2, by force", "ended    taskmanager-1");
        assertThat(List.of(asked, deaf, dead)).noneMatch(RunningNode::isAlive);
        assertThat(nodes.all()).isEmpty();
    }

    /** Signal 15 is bit 14 of those that the process ignores. */
    private static void awaitTrap(RunningNode node) throws IOException {
        Path status = Path.of("/proc/" + node.pid() + "/status");
        assumeThat(status).exists();
        while (Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .noneMatch(
                        line -> (Long.parseLong(line.substring(8).strip(), 16) >> 14 & 1) == 1)) {
            Thread.onSpinWait();
        }
    }

    /** Linux shares processors out among sessions, and a terminal's signals go to its own. */
    @Test
    void eachIsASessionOfItsOwn() throws Exception {
        assumeThat(Path.of("/usr/bin/setsid")).exists();
        RunningNode first = start("taskmanager-1", "sleep", "600");
        RunningNode second = start("taskmanager-2", "sleep", "600");
        for (RunningNode node : List.of(first, second)) {
            Path proc = Path.of("/proc/" + node.pid());
            while (!Files.readString(proc.resolve("comm")).equals("sleep\n")) {
                Thread.onSpinWait();
            }
            String[] afterName =
                    Files.readString(proc.resolve("stat")).replaceFirst(".*[)] ", "").split(" ");
            assertThat(afterName[3]).as("session").isEqualTo(Long.toString(node.pid()));
        }
    }

    /** A frozen process does not even end by force; needs root and version 1 of cgroups. */
    @Test
    void aProcessThatDoesNotEndIsNamedAndKeptAndTheOthersEnd() throws Exception {
        assumeThat(FREEZER).isWritable();
        RunningNode first = start("taskmanager-1", "sleep", "600");
        RunningNode frozen = start("taskmanager-2", "sleep", "600");
        Path group = Files.createDirectory(FREEZER.resolve("nearstream-" + frozen.pid()));
        try {
            Files.writeString(group.resolve("cgroup.procs"), Long.toString(frozen.pid()));
            Files.writeString(group.resolve("freezer.state"), "FROZEN");

            assertThatThrownBy(() -> nodes.end(nodes.all()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("taskmanager-2 (process " + frozen.pid() + ")")
                    .hasMessageContaining("not even by force");
            assertThat(first.isAlive()).isFalse();
            assertThat(nodes.all()).extracting(RunningNode::name).containsExactly("taskmanager-2");
        } finally {
            Files.writeString(group.resolve("freezer.state"), "THAWED");
            while (frozen.isAlive()) {
                Thread.onSpinWait();
            }
            Files.delete(group);
        }
        assertThat(nodes.end(nodes.all())).isZero();
        assertThat(nodes.all()).isEmpty();
    }

    @Test
    void aNodeIsOneProcessWhoeverStartsIt() throws Exception {
        RunningNode ours = start("taskmanager-1", "sleep", "600");
        RunningNode other = start("taskmanager-2", "sleep", "600");
        file.forget(other.name());

        assertThatThrownBy(() -> NodeClaims.claim(layout, plan(ours.name(), "x"), other.pid()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("taskmanager-1 runs already")
                .hasMessageContaining("'cluster up' started it");

        NodeClaims.claim(layout, plan(other.name(), "x"), other.pid());
        assertThatThrownBy(() -> NodeClaims.claim(layout, plan(other.name(), "x"), ours.pid()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("as process " + other.pid());
        assertThatThrownBy(() -> NodeClaims.requireNoForeground(layout, other.name()))
                .isInstanceOf(IOException.class);
        assertThat(nodes.all()).containsExactly(ours); // 'cluster down' leaves the other alone

        Processes.end(other, PATIENCE_MS);
        NodeClaims.claim(layout, plan(other.name(), "x"), ours.pid());
    }
}

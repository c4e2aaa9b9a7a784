package io.nearstream.bench.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.bench.BenchFiles;
import io.nearstream.core.model.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeerProcessTest {
    @TempDir private Path dir;

    private SystemRun run(String how, String system) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(PeerJvm.own().command(64, List.of(), FakePeer.class));
        command.add(how);
        Path file = dir.resolve("file");
        InProcessPlan plan =
                new InProcessPlan(
                        system,
                        new BenchFiles(file, file, file),
                        Metric.L2,
                        10,
                        1,
                        List.of(1),
                        Duration.ofSeconds(1),
                        Duration.ZERO);
        return new PeerProcess(command, Duration.ofMinutes(1))
                .run(plan, Files.createTempDirectory(dir, "run"));
    }

    @Test
    void handsOverWhatTheProcessReports() throws Exception {
        assertThat(run("right", "fake")).isEqualTo(FakePeer.RUN);
    }

    @Test
    void aFailureComesWithItsLastWords() {
        assertThatIOException()
                .isThrownBy(() -> run("wrong", "fake"))
                .withMessageContaining("code 3")
                .withMessageContaining("this peer is out of order");
        assertThatIOException()
                .isThrownBy(() -> run("silent", "fake"))
                .withMessageContaining("it said nothing");
        assertThatIOException()
                .isThrownBy(() -> run("broken", "fake"))
                .withMessageContaining("'points' must be an array");
        assertThatIOException()
                .isThrownBy(() -> run("right", "other"))
                .withMessageContaining("was to measure other");
    }

    @Test
    void whatIsMissingIsSaid() {
        assertThatThrownBy(() -> PeerJvm.peers(Optional.empty(), Optional.empty()))
                .isInstanceOf(AbsentException.class)
                .hasMessageContaining("NEARSTREAM_PEERS_JDK");
        assertThatThrownBy(() -> PeerJvm.peers(Optional.of(dir), Optional.empty()))
                .isInstanceOf(AbsentException.class)
                .hasMessageContaining("there is no program");
        Path home = Path.of(System.getProperty("java.home"));
        assertThatThrownBy(() -> PeerJvm.peers(Optional.of(home), Optional.of(dir)))
                .isInstanceOf(AbsentException.class)
                .hasMessageContaining("bench/peers is not built");
    }

    @Test
    void aReportMustHaveEveryField() {
        assertThatIOException()
                .isThrownBy(() -> SystemRun.parse("["))
                .withMessageContaining("JSON");
        assertThatIOException()
                .isThrownBy(() -> SystemRun.parse(FakePeer.RUN.json().replace("qps", "speed")))
                .withMessageContaining("'qps' must be a number, but is missing");
        assertThatIOException()
                .isThrownBy(
                        () ->
                                SystemRun.parse(
                                        FakePeer.RUN
                                                .json()
                                                .replace("\"recall\":0.9", "\"recall\":9")))
                .withMessageContaining("recall must be between 0 and 1");
    }
}

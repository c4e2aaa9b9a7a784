package io.nearstream.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.embedded.testing.Await;
import io.nearstream.embedded.testing.ChildProcess;
import io.nearstream.jobs.common.config.JobIds;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(240)
class EmbeddedNearstreamITCase {
    private static final Duration RUNNING = Duration.ofSeconds(90);
    private static final int WORDS = 200;

    @TempDir private Path dir;

    @Test
    void jobSurvivesKilledTaskManagerExactlyOnce() throws Exception {
        try (EmbeddedNearstream nearstream = start(EmbeddedOptions.in(dir))) {
            EmbeddedFlink flink = nearstream.flink();
            JobID job = JobIds.of(CountingJob.NAME);
            assertThat(flink.numRestarts(job)).isZero();
            produceRound(nearstream);
            flink.checkpoint(job);
            flink.killTaskManager(0);
            flink.killTaskManager(1);
            produceRound(nearstream);
            flink.startTaskManager();
            Await.until("the job restarts", () -> flink.numRestarts(job) > 0);
            flink.awaitRunning(job, RUNNING);
            assertOutputAfterRounds(nearstream, 2);
            assertThat(flink.checkpointedStateBytes(job)).isPositive();
        }
    }

    @Test
    void savepointRestoresAtAnotherParallelism() throws Exception {
        EmbeddedOptions options = EmbeddedOptions.in(dir);
        try (EmbeddedNearstream nearstream = start(options)) {
            EmbeddedFlink flink = nearstream.flink();
            JobID job = JobIds.of(CountingJob.NAME);
            produceRound(nearstream);
            flink.checkpoint(job);
            String savepoint = flink.savepoint(job, true);
            produceRound(nearstream);

            Configuration configuration = flink.configuration();
            configuration.setString("nearstream.kafka.bootstrap", nearstream.bootstrap());
            configuration.setString("nearstream.parallelism", "2");
            JobGraph graph = CountingJob.jobGraph(configuration);
            graph.setJobID(JobIds.of("counting-restored"));
            graph.setSavepointRestoreSettings(SavepointRestoreSettings.forPath(savepoint));
            flink.awaitRunning(flink.submit(graph), RUNNING);
            assertOutputAfterRounds(nearstream, 2);
        }
    }

    @Test
    void orderlyRestartGoesOnFromTheLastCheckpoint() throws Exception {
        try (EmbeddedNearstream nearstream = start(EmbeddedOptions.in(dir))) {
            produceRound(nearstream);
            assertOutputAfterRounds(nearstream, 1);
        }
        try (EmbeddedNearstream nearstream = start(EmbeddedOptions.in(dir))) {
            produceRound(nearstream);
            assertOutputAfterRounds(nearstream, 2);
        }
    }

    @Test
    void killedProcessGoesOnFromItsLastCheckpoint() throws Exception {
        try (ChildProcess child = ChildProcess.start(CountingMain.class, dir.toString())) {
            String bootstrap = child.awaitLine(CountingMain.READY);
            KafkaTesting.produce(bootstrap, CountingJob.INPUT, words());
            assertThat(KafkaTesting.consume(bootstrap, CountingJob.OUTPUT, WORDS)).hasSize(WORDS);
            KafkaTesting.produce(bootstrap, CountingJob.INPUT, words());
            child.kill();
        }
        try (EmbeddedNearstream nearstream = start(EmbeddedOptions.in(dir))) {
            produceRound(nearstream);
            assertOutputAfterRounds(nearstream, 3);
        }
    }

    @Test
    void adaptiveSchedulerRunsWithFewerSlotsThanAsked() throws Exception {
        EmbeddedOptions options = EmbeddedOptions.in(dir).withCluster(1, 1, 4);
        Map<String, String> adaptive =
                Map.of(
                        "execution.checkpointing.interval",
                        "200 ms",
                        "jobmanager.scheduler",
                        "adaptive",
                        "jobmanager.adaptive-scheduler.submission.resource-stabilization-timeout",
                        "100 ms");
        try (EmbeddedNearstream nearstream =
                EmbeddedNearstream.start(
                        options.withOverrides(adaptive), List.of(CountingJob.named()))) {
            produceRound(nearstream);
            assertOutputAfterRounds(nearstream, 1);
        }
    }

    @Test
    void webUiIsServed() throws Exception {
        try (EmbeddedFlink flink =
                EmbeddedFlink.start(
                        new EmbeddedFlink.Options(
                                dir,
                                0,
                                0,
                                1,
                                1,
                                FlinkProfile.load(FlinkProfile.LOCAL, Map.of())))) {
            assertThat(flink.webUi().getHost()).isEqualTo("127.0.0.1");
            HttpResponse<String> page =
                    HttpClient.newHttpClient()
                            .send(
                                    HttpRequest.newBuilder(flink.webUi()).build(),
                                    HttpResponse.BodyHandlers.ofString());
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.body()).contains("Apache Flink Web Dashboard");
        }
    }

    @Test
    void unusableOptionsAreNamed() {
        assertThatThrownBy(() -> EmbeddedOptions.in(dir).withCluster(1, 1, 0))
                .hasMessage("'--parallelism' must be between 1 and 128, but was 0.");
        assertThatThrownBy(() -> start(EmbeddedOptions.in(dir).withCluster(1, 1, 2)))
                .hasMessageContaining("'--parallelism' 2 needs 2 slots for 1 jobs");
        assertThatThrownBy(() -> start(EmbeddedOptions.in(dir).withPorts(0, 70_000, 0)))
                .hasMessage("'--rest-port' must be between 0 and 65535, but was 70000.");
    }

    @Test
    void takenRestPortNamesTheOption() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            EmbeddedOptions options = EmbeddedOptions.in(dir).withPorts(0, taken.getLocalPort(), 0);
            assertThatThrownBy(() -> start(options)).hasMessageContaining("'--rest-port'");
        }
    }

    @Test
    void takenStatePortNamesTheOption() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            EmbeddedOptions options = EmbeddedOptions.in(dir).withPorts(0, 0, taken.getLocalPort());
            assertThatThrownBy(() -> start(options)).hasMessageContaining("'--state-port'");
        }
    }

    static EmbeddedNearstream start(EmbeddedOptions options) throws Exception {
        return EmbeddedNearstream.start(
                options.withOverrides(Map.of("execution.checkpointing.interval", "200 ms")),
                List.of(CountingJob.named()));
    }

    private static List<String> words() {
        return IntStream.range(0, WORDS).mapToObj(i -> "w" + i).toList();
    }

    private static void produceRound(EmbeddedNearstream nearstream) {
        KafkaTesting.produce(nearstream.bootstrap(), CountingJob.INPUT, words());
    }

    private static void assertOutputAfterRounds(EmbeddedNearstream nearstream, int rounds) {
        List<String> expected =
                IntStream.rangeClosed(1, rounds)
                        .boxed()
                        .flatMap(round -> words().stream().map(word -> word + "#" + round))
                        .toList();
        assertThat(
                        KafkaTesting.consume(
                                nearstream.bootstrap(), CountingJob.OUTPUT, expected.size()))
                .containsExactlyInAnyOrderElementsOf(expected);
    }
}

package io.nearstream.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.nearstream.embedded.NamedJob;
import io.nearstream.jobs.common.config.BackfillOptions;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.client.deployment.StandaloneClusterId;
import org.apache.flink.client.program.rest.RestClusterClient;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.clusterframework.types.ResourceID;
import org.apache.flink.runtime.clusterframework.types.ResourceProfile;
import org.apache.flink.runtime.instance.HardwareDescription;
import org.apache.flink.runtime.rest.messages.JobExceptionsInfoWithHistory;
import org.apache.flink.runtime.rest.messages.JobExceptionsInfoWithHistory.JobExceptionHistory;
import org.apache.flink.runtime.rest.messages.JobExceptionsInfoWithHistory.RootExceptionInfo;
import org.apache.flink.runtime.rest.messages.checkpoints.CheckpointingStatistics;
import org.apache.flink.runtime.rest.messages.checkpoints.CheckpointingStatistics.Counts;
import org.apache.flink.runtime.rest.messages.checkpoints.CheckpointingStatistics.LatestCheckpoints;
import org.apache.flink.runtime.rest.messages.checkpoints.CheckpointingStatistics.RestoredCheckpointStatistics;
import org.apache.flink.runtime.rest.messages.checkpoints.CheckpointingStatistics.Summary;
import org.apache.flink.runtime.rest.messages.taskmanager.TaskManagerInfo;
import org.apache.flink.runtime.rest.messages.taskmanager.TaskManagersInfo;
import org.apache.flink.runtime.rest.messages.util.stats.StatsSummaryDto;
import org.apache.flink.runtime.rest.util.RestMapperUtils;
import org.apache.flink.runtime.taskexecutor.TaskExecutorMemoryConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Against a REST API that says what the test lets it say. */
@Timeout(60)
class JobsTest {
    private static final NamedJob JOB = NamedJob.INGEST;
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final StatsSummaryDto NO_STATS = new StatsSummaryDto(0, 0, 0, 0, 0, 0, 0, 0);

    @TempDir private Path dir;

    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private final Configuration settings = new Configuration();
    private HttpServer server;
    private Jobs jobs;

    @BeforeEach
    void start() throws IOException {
        InetAddress here = InetAddress.getLoopbackAddress();
        server = HttpServer.create(new InetSocketAddress(here, 0), 0);
        server.createContext("/", this::answer);
        server.start();
        settings.set(RestOptions.ADDRESS, here.getHostAddress());
        settings.set(RestOptions.PORT, server.getAddress().getPort());
        settings.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, dir.toUri().toString());
        jobs = new Jobs(settings, PATIENCE);
    }

    @AfterEach
    void stop() {
        jobs.close();
        server.stop(0);
    }

    private void answer(HttpExchange asked) throws IOException {
        String path = asked.getRequestURI().getPath();
        String last = path.substring(path.lastIndexOf('/') + 1);
        byte[] said = answers.getOrDefault(last, "{}").getBytes(StandardCharsets.UTF_8);
        asked.sendResponseHeaders(answers.containsKey(last) ? 200 : 404, said.length);
        asked.getResponseBody().write(said);
        asked.close();
    }

    private void say(String of, Object what) throws IOException {
        answers.put(of, RestMapperUtils.getStrictObjectMapper().writeValueAsString(what));
    }

    private static CheckpointingStatistics restored(RestoredCheckpointStatistics from) {
        return new CheckpointingStatistics(
                new Counts(0, 0, 0, 0, 0),
                new Summary(NO_STATS, NO_STATS, NO_STATS, NO_STATS, NO_STATS, NO_STATS),
                new LatestCheckpoints(null, null, null, from),
                List.of());
    }

    private String completed(long number) throws IOException {
        Path checkpoint =
                Files.createDirectories(
                        dir.resolve(JOB.id().toHexString()).resolve("chk-" + number));
        try (OutputStream out = Files.newOutputStream(checkpoint.resolve("_metadata"))) {
            Checkpoints.storeCheckpointMetadata(
                    new CheckpointMetadata(number, List.of(), List.of()), out);
        }
        return checkpoint.toUri().toString();
    }

    /** Its earlier checkpoints were put aside when it was started from a savepoint. */
    @Test
    void theStateOfAJobWithoutCheckpointsIsWhatItWasStartedFrom() throws IOException {
        settings.set(BackfillOptions.FILES, List.of("gone.avro"));
        say(
                "checkpoints",
                restored(new RestoredCheckpointStatistics(4, 0, true, "file:/savepoint-1")));
        assertThat(jobs.state(JOB, settings)).contains("file:/savepoint-1");
        String newest = completed(7);
        assertThat(jobs.state(JOB, settings)).contains(newest);
    }

    @Test
    void howFarFilesWereReadIsNotKnownBeforeAnyState() throws IOException {
        say("checkpoints", restored(null));
        assertThat(jobs.state(JOB, settings)).isEmpty();
        settings.set(BackfillOptions.FILES, List.of("read.avro"));
        assertThat(jobs.state(NamedJob.QUERY, settings)).isEmpty();
        assertThatThrownBy(() -> jobs.state(JOB, settings))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Job ingest has no checkpoint yet")
                .hasMessageContaining("Try again");
        String first = completed(1);
        assertThat(jobs.state(JOB, settings)).contains(first);
    }

    @Test
    void theNewestFailureIsTheOneToTell() throws Exception {
        assertThat(failures()).isEmpty();
        assertThat(failures(failure("a", 5), failure("b", 6), failure("c", 4))).contains("b");
    }

    /** Else a cluster is taken to be there that says it has no room for the jobs. */
    @Test
    void aTaskManagerWhoseSlotsAreNotReportedYetIsNotThere() throws IOException {
        say("taskmanagers", new TaskManagersInfo(List.of(with("here", 2), with("comes", 0))));
        assertThat(jobs.taskManagers()).containsExactly("here");
        say("taskmanagers", new TaskManagersInfo(List.of(with("here", 2), with("comes", 1))));
        assertThat(jobs.taskManagers()).containsExactlyInAnyOrder("here", "comes");
    }

    private static TaskManagerInfo with(String id, int slots) {
        return new TaskManagerInfo(
                new ResourceID(id),
                "address",
                1,
                1,
                0,
                slots,
                0,
                0,
                ResourceProfile.ZERO,
                ResourceProfile.ZERO,
                new HardwareDescription(1, 1, 1, 1),
                new TaskExecutorMemoryConfiguration(
                        null, null, null, null, null, null, null, null, null, null),
                false);
    }

    private static RootExceptionInfo failure(String trace, long atMs) {
        return new RootExceptionInfo(
                "Exception", trace, atMs, Map.of(), null, null, null, List.of());
    }

    private Optional<String> failures(RootExceptionInfo... history) throws Exception {
        say(
                "exceptions",
                new JobExceptionsInfoWithHistory(new JobExceptionHistory(List.of(history), false)));
        try (RestClusterClient<StandaloneClusterId> client =
                new RestClusterClient<>(settings, StandaloneClusterId.getInstance())) {
            return new JobRequests(client, PATIENCE).lastFailure(JOB.id());
        }
    }
}

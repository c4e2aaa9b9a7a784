package io.nearstream.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.client.KeyValueReader;
import io.nearstream.client.LiveReadOptions;
import io.nearstream.client.NearstreamClient;
import io.nearstream.embedded.testing.Counted;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.api.common.JobID;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Savepoints of every released state format are restored by the jobs as they are now. {@code
 * -Dnearstream.release=vN} takes those of a new format; see {@code embedded/released/README.md}.
 */
@Timeout(240)
class ReleasedSavepointsITCase {
    private static final Duration RUNNING = Duration.ofSeconds(90);

    /** They were taken at another one: state goes where its key groups go. */
    private static final int PARALLELISM = 1;

    private static final int TAKEN_AT = 2;

    @TempDir private Path dir;

    static List<ReleasedSavepoint> released() throws Exception {
        String release = System.getProperty("nearstream.release", "");
        if (!release.isEmpty()) {
            take(new ReleasedSavepoint(Path.of("released", release).toAbsolutePath()));
        }
        return ReleasedSavepoint.all();
    }

    private static void take(ReleasedSavepoint savepoint) throws Exception {
        Path scratch = Files.createTempDirectory("release");
        try (EmbeddedNearstream nearstream =
                        EmbeddedNearstream.start(
                                EmbeddedOptions.in(scratch).withCluster(2, 2, TAKEN_AT));
                NearstreamClient client = NearstreamClient.connect(nearstream.bootstrap())) {
            SavepointContent.write(client);
            savepoint.write(nearstream);
        }
        org.apache.flink.util.FileUtils.deleteDirectory(scratch.toFile());
    }

    @ParameterizedTest
    @MethodSource("released")
    void everyRecordAndKeyOfAReleasedSavepointIsFound(ReleasedSavepoint savepoint)
            throws Exception {
        Counted counted = new Counted();
        EmbeddedOptions options =
                EmbeddedOptions.in(dir)
                        .withCluster(1, 2, PARALLELISM)
                        .withOverrides(counted.with(Map.of()));
        try (EmbeddedNearstream nearstream = EmbeddedNearstream.start(options, List.of())) {
            savepoint.fillTopics(nearstream.bootstrap());
            JobID ingest = start(nearstream, NamedJob.INGEST, savepoint.ofIngest());
            JobID query = start(nearstream, NamedJob.QUERY, savepoint.ofQuery());
            nearstream.flink().awaitRunning(ingest, RUNNING);
            nearstream.flink().awaitRunning(query, RUNNING);
            try (NearstreamClient client = NearstreamClient.connect(nearstream.bootstrap())) {
                SavepointContent content = SavepointContent.expected(client);
                content.assertFound();
                // It is the state that was found: nothing was read, signed or placed again.
                assertThat(counted.of(ingest, "Decode and sign", "accepted")).isZero();
                assertThat(counted.of(ingest, "Version by id", "replaysDropped")).isZero();
                assertThat(counted.of(query, "Assign records to buckets", "moves")).isZero();
                assertThat(counted.of(query, "Assign records to buckets", "replaysDropped"))
                        .isZero();
                content.writeMore();
                content.assertFound();
                LiveReadOptions live = LiveReadOptions.of(nearstream.stateAddresses());
                try (KeyValueReader reader = client.keyValues().live(live)) {
                    content.keys().assertRead(reader);
                }
            }
            assertThat(nearstream.flink().numRestarts(ingest)).isZero();
            assertThat(nearstream.flink().numRestarts(query)).isZero();
        }
    }

    private static JobID start(EmbeddedNearstream nearstream, NamedJob job, String savepoint)
            throws Exception {
        return RunningJobs.start(nearstream, job, Optional.of(savepoint), PARALLELISM);
    }
}

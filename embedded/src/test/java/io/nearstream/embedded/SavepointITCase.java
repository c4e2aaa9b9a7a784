package io.nearstream.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.client.CollectionInfo;
import io.nearstream.client.NearstreamClient;
import io.nearstream.embedded.testing.Await;
import io.nearstream.embedded.testing.BackgroundWriter;
import io.nearstream.embedded.testing.RandomWrites;
import io.nearstream.jobs.common.config.NearstreamOptions;
import io.nearstream.jobs.ingest.IngestJob;
import io.nearstream.jobs.query.QueryJob;
import io.nearstream.testing.Property;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Both jobs are stopped with savepoints in mid-load and go on at another parallelism. */
@Timeout(240)
class SavepointITCase {
    private static final Duration RUNNING = Duration.ofSeconds(90);
    private static final String COLLECTION = "savepoints";

    /** Long enough that a move is under way for a while: old copies leave by checkpoints. */
    private static final Map<String, String> SELDOM =
            Map.of("execution.checkpointing.interval", "2 s");

    @TempDir private Path dir;

    @Test
    void savepointInMidLoadRestoresAtAnotherParallelism() {
        Property.holds(1, this::rescaleTwice);
    }

    private void rescaleTwice(SplittableRandom random) throws Exception {
        EmbeddedOptions options =
                EmbeddedOptions.in(dir).withCluster(3, 2, 2).withOverrides(SELDOM);
        try (EmbeddedNearstream nearstream = EmbeddedNearstream.start(options);
                NearstreamClient client = NearstreamClient.connect(nearstream.bootstrap())) {
            Running running =
                    new Running(nearstream, nearstream.ingestJobId(), nearstream.queryJobId());
            RandomWrites writes =
                    new RandomWrites(
                            client.collections()
                                    .create(RandomWrites.settings(COLLECTION, 8, 2_000)),
                            3_000,
                            random);
            BackgroundWriter writer = BackgroundWriter.start(client, writes);

            writer.awaitMore(200 + random.nextInt(500));
            Running wider = running.stop().restart(3);

            Await.until(
                    "generation 1 is learned",
                    () -> client.collections().describe(COLLECTION).newest().number() == 1);
            Stopped inTheMove = wider.stop();
            CollectionInfo moving = client.collections().describe(COLLECTION);
            assertThat(moving.isSettled(1)).as("the move was over: %s", moving).isFalse();
            Running narrow = inTheMove.restart(1);

            writer.awaitMore(500);
            client.collections().awaitSettled(COLLECTION, 1, Duration.ofSeconds(60));
            writer.stop();
            writes.assertFound(client);
            assertThat(nearstream.flink().numRestarts(narrow.ingest())).isZero();
            assertThat(nearstream.flink().numRestarts(narrow.query())).isZero();
        }
    }

    private record Running(EmbeddedNearstream nearstream, JobID ingest, JobID query) {
        Stopped stop() {
            // The query job first: what ingest writes until it stops waits for its successor.
            String ofQuery = nearstream.flink().savepoint(query, true);
            return new Stopped(nearstream, nearstream.flink().savepoint(ingest, true), ofQuery);
        }
    }

    private record Stopped(EmbeddedNearstream nearstream, String ofIngest, String ofQuery) {
        Running restart(int parallelism) throws IOException, InterruptedException {
            JobID ingest = submit("ingest", IngestJob::jobGraph, ofIngest, parallelism);
            JobID query = submit("query", QueryJob::jobGraph, ofQuery, parallelism);
            nearstream.flink().awaitRunning(ingest, RUNNING);
            nearstream.flink().awaitRunning(query, RUNNING);
            return new Running(nearstream, ingest, query);
        }

        private JobID submit(
                String name, NamedJob.Builder builder, String savepoint, int parallelism)
                throws IOException, InterruptedException {
            Configuration configuration = nearstream.flink().configuration();
            configuration.set(NearstreamOptions.BOOTSTRAP, nearstream.bootstrap());
            configuration.set(NearstreamOptions.PARALLELISM, parallelism);
            JobGraph graph =
                    new NamedJob(name + "-at-" + parallelism, builder).graph(configuration);
            graph.setSavepointRestoreSettings(SavepointRestoreSettings.forPath(savepoint));
            return nearstream.flink().submit(graph);
        }
    }
}

package io.nearstream.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.client.CollectionInfo;
import io.nearstream.client.NearstreamClient;
import io.nearstream.embedded.testing.Await;
import io.nearstream.embedded.testing.BackgroundWriter;
import io.nearstream.embedded.testing.RandomWrites;
import io.nearstream.testing.Property;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Both jobs are stopped with savepoints in mid-load and go on at another parallelism. */
@Timeout(240)
class SavepointITCase {
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
            RunningJobs running = RunningJobs.of(nearstream);
            RandomWrites writes =
                    new RandomWrites(
                            client.collections()
                                    .create(RandomWrites.settings(COLLECTION, 8, 2_000)),
                            3_000,
                            random);
            BackgroundWriter writer = BackgroundWriter.start(client, writes);

            writer.awaitMore(200 + random.nextInt(500));
            RunningJobs wider = running.stop().restart(3);

            Await.until(
                    "generation 1 is learned",
                    () -> client.collections().describe(COLLECTION).newest().number() == 1);
            RunningJobs.Stopped inTheMove = wider.stop();
            CollectionInfo moving = client.collections().describe(COLLECTION);
            assertThat(moving.isSettled(1)).as("the move was over: %s", moving).isFalse();
            RunningJobs narrow = inTheMove.restart(1);

            writer.awaitMore(500);
            client.collections().awaitSettled(COLLECTION, 1, Duration.ofSeconds(60));
            writer.stop();
            writes.assertFound(client);
            assertThat(nearstream.flink().numRestarts(narrow.ingest())).isZero();
            assertThat(nearstream.flink().numRestarts(narrow.query())).isZero();
        }
    }
}

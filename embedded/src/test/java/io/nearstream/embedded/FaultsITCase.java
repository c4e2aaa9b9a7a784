package io.nearstream.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.client.CollectionInfo;
import io.nearstream.client.NearstreamClient;
import io.nearstream.embedded.testing.Await;
import io.nearstream.embedded.testing.BackgroundWriter;
import io.nearstream.embedded.testing.RandomWrites;
import io.nearstream.jobs.common.control.CollectionDirectory;
import io.nearstream.jobs.common.control.KafkaCollectionDirectory;
import io.nearstream.testing.Property;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** TaskManagers die while vectors are loaded, replaced and deleted, and while they move. */
@Timeout(240)
class FaultsITCase {
    private static final Duration RUNNING = Duration.ofSeconds(90);
    private static final String COLLECTION = "faults";
    private static final int KILLS = 3;

    /** So that every record lies where the codebook that is compared with would place it. */
    private static final Map<String, String> ONE_GENERATION =
            Map.of("nearstream.ingest.generation-splits-max", "0");

    @TempDir private Path dir;

    @Test
    void nothingAcknowledgedIsLostDoubledOrResurrected() {
        Property.holds(1, this::killTaskManagers);
    }

    private void killTaskManagers(SplittableRandom random) throws Exception {
        try (EmbeddedNearstream nearstream =
                        EmbeddedNearstream.start(
                                EmbeddedOptions.in(dir)
                                        .withCluster(2, 2, 2)
                                        .withOverrides(ONE_GENERATION));
                NearstreamClient client = NearstreamClient.connect(nearstream.bootstrap())) {
            EmbeddedFlink flink = nearstream.flink();
            RandomWrites writes =
                    new RandomWrites(
                            client.collections()
                                    .create(RandomWrites.settings(COLLECTION, 8, 2_000)),
                            3_000,
                            random);
            BackgroundWriter writer = BackgroundWriter.start(client, writes);
            for (int kill = 0; kill < KILLS; kill++) {
                if (kill == 1) {
                    AtomicReference<CollectionInfo> seen = new AtomicReference<>();
                    Await.until(
                            "generation 1 is learned",
                            () -> {
                                seen.set(client.collections().describe(COLLECTION));
                                return seen.get().newest().number() == 1;
                            });
                    assertThat(seen.get().isSettled(1))
                            .as("the move was over before the kill")
                            .isFalse();
                } else {
                    writer.awaitMore(100 + random.nextInt(400));
                }
                int before = restarts(nearstream);
                // The jobs fill all slots: whichever TaskManager dies, a job loses subtasks.
                flink.killTaskManager(kill);
                flink.startTaskManager();
                Await.until("a job restarts", () -> restarts(nearstream) > before);
                flink.awaitRunning(nearstream.ingestJobId(), RUNNING);
                flink.awaitRunning(nearstream.queryJobId(), RUNNING);
            }
            writer.awaitMore(200);
            client.collections().awaitSettled(COLLECTION, 1, Duration.ofSeconds(120));
            writer.stop();
            writes.assertFound(client);
            try (CollectionDirectory directory =
                    KafkaCollectionDirectory.provider(nearstream.bootstrap()).open()) {
                writes.assertFoundByBuckets(
                        client, directory.byUid(writes.collection().uid()).orElseThrow().newest());
            }
        }
    }

    private static int restarts(EmbeddedNearstream nearstream) {
        return nearstream.flink().numRestarts(nearstream.ingestJobId())
                + nearstream.flink().numRestarts(nearstream.queryJobId());
    }
}

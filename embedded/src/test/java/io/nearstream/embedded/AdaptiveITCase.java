package io.nearstream.embedded;

import static org.assertj.core.api.Assertions.assertThat;

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

/** Flink's adaptive scheduler runs both jobs with the slots there are, while they are loaded. */
@Timeout(240)
class AdaptiveITCase {
    private static final String COLLECTION = "adaptive";
    private static final int PARALLELISM = 2;

    /** One fewer than the two jobs ask for. */
    private static final int SLOTS = 2 * PARALLELISM - 1;

    private static final String SCHEDULER = "jobmanager.adaptive-scheduler.";
    private static final Map<String, String> ADAPTIVE =
            Map.of(
                    "jobmanager.scheduler",
                    "adaptive",
                    SCHEDULER + "submission.resource-stabilization-timeout",
                    "100 ms",
                    SCHEDULER + "executing.resource-stabilization-timeout",
                    "100 ms",
                    SCHEDULER + "executing.cooldown-after-rescaling",
                    "100 ms",
                    SCHEDULER + "rescale-trigger.max-delay",
                    "1 s");

    @TempDir private Path dir;

    @Test
    void nothingIsLostWithFewerSlotsThanAskedFor() {
        Property.holds(1, this::changeSlots);
    }

    private void changeSlots(SplittableRandom random) throws Exception {
        EmbeddedOptions options =
                EmbeddedOptions.in(dir).withCluster(1, SLOTS, PARALLELISM).withOverrides(ADAPTIVE);
        try (EmbeddedNearstream nearstream = EmbeddedNearstream.start(options);
                NearstreamClient client = NearstreamClient.connect(nearstream.bootstrap())) {
            assertThat(subtasks(nearstream)).isEqualTo(SLOTS);
            RandomWrites writes =
                    new RandomWrites(
                            client.collections()
                                    .create(RandomWrites.settings(COLLECTION, 8, 2_000)),
                            3_000,
                            random);
            BackgroundWriter writer = BackgroundWriter.start(client, writes);

            writer.awaitMore(200 + random.nextInt(500));
            nearstream.flink().startTaskManager();
            Await.until("both jobs widen", () -> subtasks(nearstream) == 2 * PARALLELISM);

            Await.until(
                    "generation 1 is learned",
                    () -> client.collections().describe(COLLECTION).newest().number() == 1);
            nearstream.flink().killTaskManager(0);
            Await.until("one job shrinks", () -> subtasks(nearstream) == SLOTS);

            writer.awaitMore(500);
            client.collections().awaitSettled(COLLECTION, 1, Duration.ofSeconds(90));
            writer.stop();
            writes.assertFound(client);
            assertThat(subtasks(nearstream)).isEqualTo(SLOTS);
        }
    }

    private static int subtasks(EmbeddedNearstream nearstream) {
        return nearstream.flink().parallelism(nearstream.ingestJobId())
                + nearstream.flink().parallelism(nearstream.queryJobId());
    }
}

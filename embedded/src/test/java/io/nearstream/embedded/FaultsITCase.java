package io.nearstream.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.client.NearstreamClient;
import io.nearstream.embedded.testing.RandomWrites;
import io.nearstream.testing.Property;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** TaskManagers die while vectors are loaded, replaced and deleted, and while they move. */
@Timeout(240)
class FaultsITCase {
    private static final int VECTORS = 4_000;
    private static final int KILLS = 3;

    @TempDir private Path dir;

    @Test
    void nothingAcknowledgedIsLostDoubledOrResurrected() {
        Property.holds(1, this::killTaskManagers);
    }

    private void killTaskManagers(SplittableRandom random) throws Exception {
        try (EmbeddedNearstream nearstream =
                        EmbeddedNearstream.start(EmbeddedOptions.in(dir).withCluster(3, 2, 2));
                NearstreamClient client = NearstreamClient.connect(nearstream.bootstrap())) {
            RandomWrites writes =
                    new RandomWrites(
                            client.collections().create(RandomWrites.settings("faults", 8, 1_000)),
                            VECTORS,
                            random);
            for (int round = 0; round <= KILLS; round++) {
                writes.send(client, VECTORS / (KILLS + 1));
                if (round < KILLS) {
                    // The second one falls into the training and the move to generation 1.
                    nearstream.flink().killTaskManager(0);
                    nearstream.flink().startTaskManager();
                }
                writes.awaitOutcome();
            }
            client.collections().awaitSettled("faults", 1, Duration.ofSeconds(120));
            assertThat(nearstream.flink().numRestarts(nearstream.queryJobId())).isPositive();
            writes.assertFound(client);
        }
    }
}

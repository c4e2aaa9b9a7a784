package io.nearstream.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.client.NearstreamClient;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.embedded.testing.BackgroundWriter;
import io.nearstream.embedded.testing.Kinds;
import io.nearstream.embedded.testing.RandomWrites;
import io.nearstream.jobs.common.config.NearstreamOptions;
import io.nearstream.testing.Property;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every metric, family of buckets and code, all at once: records are written, replaced and deleted
 * while a TaskManager dies and while both jobs are stopped with savepoints, and go on at another
 * parallelism.
 */
@Timeout(400)
class EveryKindITCase {
    private static final int TRAIN_AFTER = 300;
    private static final int IDS = 400;

    /**
     * After a restart all writes are late: collections that wait in turn would hold up each other.
     */
    private static final Map<String, String> NO_WAIT =
            Map.of(NearstreamOptions.TRAINING_WAIT.key(), "0 ms");

    @TempDir private Path dir;

    @Test
    void nothingAcknowledgedIsLostDoubledOrResurrected() {
        Property.holds(1, this::killAndRescale);
    }

    private void killAndRescale(SplittableRandom random) throws Exception {
        EmbeddedOptions options =
                EmbeddedOptions.in(dir).withCluster(2, 2, 2).withOverrides(NO_WAIT);
        try (EmbeddedNearstream nearstream = EmbeddedNearstream.start(options);
                NearstreamClient client = NearstreamClient.connect(nearstream.bootstrap())) {
            List<RandomWrites> loads = new ArrayList<>();
            for (CollectionSettings kind : Kinds.all(TRAIN_AFTER)) {
                CollectionSettings created = client.collections().create(kind);
                loads.add(new RandomWrites(created, IDS, random.split()));
            }
            BackgroundWriter writer = BackgroundWriter.start(client, loads);

            writer.awaitMore(50 + random.nextInt(100));
            // The jobs fill all slots: whichever TaskManager dies, each job loses subtasks.
            Kills.killAndReplace(nearstream, random.nextInt(2));
            writer.awaitMore(TRAIN_AFTER);
            nearstream.flink().awaitRunning(nearstream.queryJobId(), Duration.ofSeconds(90));
            RunningJobs narrow = RunningJobs.of(nearstream).stop().restart(1);
            writer.awaitMore(50 + random.nextInt(50));
            RunningJobs wide = narrow.stop().restart(2);
            writer.awaitMore(50);
            writer.stop();
            for (RandomWrites load : loads) {
                String name = load.collection().name();
                client.collections().awaitSettled(name, 1, Duration.ofSeconds(60));
                load.assertFound(client);
            }
            assertThat(nearstream.flink().numRestarts(wide.ingest())).isZero();
            assertThat(nearstream.flink().numRestarts(wide.query())).isZero();
        }
    }
}

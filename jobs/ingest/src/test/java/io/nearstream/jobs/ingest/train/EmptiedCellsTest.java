package io.nearstream.jobs.ingest.train;

import static io.nearstream.jobs.ingest.train.LearnHarness.TRAIN_AFTER;
import static io.nearstream.jobs.ingest.train.LearnHarness.vectors;
import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.BucketScheme;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.partition.Generation;
import io.nearstream.jobs.common.testing.TestingDirectory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Cells that lost their records go soon; cells that are too full wait for the interval. */
class EmptiedCellsTest {
    private static final CollectionSettings LEARNED =
            new CollectionSettings(
                    "learned",
                    1,
                    8,
                    Metric.L2,
                    Encoding.UINT8,
                    BucketScheme.LEARNED,
                    0,
                    0,
                    11,
                    .9,
                    TRAIN_AFTER,
                    64);

    /** So long that no number of polls gets to its end. */
    private static final LifeSettings LIFE = new LifeSettings(500, 86_400_000, 64);

    private static final int MORE = 3_000;
    private static final int NEAR = 1_000;

    private final TestingDirectory directory = new TestingDirectory().create(LEARNED, 0);
    private final SliceRecords records = new SliceRecords(directory, LEARNED);

    @Test
    void emptiedCellsGoAfterAFifthOfTheInterval() throws Exception {
        try (var harness = LearnHarness.open(directory, LIFE, null)) {
            records.learnFirst(harness);
            records.live(harness, 10_000, Collections.nCopies(MORE, vectors(1).get(0)));
            records.delete(harness, 0, TRAIN_AFTER);
            harness.pass(LIFE.intervalMs() / 5);
            harness.awaitOutput(2);
            assertThat(harness.getProcessingTime()).isLessThan(LIFE.intervalMs());
            harness.takeUp();
            Generation second = records.newest();
            assertThat(second.number()).isEqualTo(2);
            assertThat(second.live()).isEqualTo(MORE);
            assertThat(second.retiredAfter(1).length).isGreaterThan(LEARNED.cells() / 4);
        }
    }

    /** Had the early look begun a generation, it would not count what came after it. */
    @Test
    void overfullCellsWaitForTheInterval() throws Exception {
        try (var harness = LearnHarness.open(directory, LIFE, null)) {
            records.learnFirst(harness);
            records.live(harness, 10_000, vectors(MORE));
            List<byte[]> near = new ArrayList<>();
            for (int i = 0; i < NEAR; i++) {
                byte[] vector = vectors(1).get(0);
                vector[i % vector.length] ^= (byte) (i & 15);
                near.add(vector);
            }
            records.live(harness, 20_000, near);
            harness.pass(LIFE.intervalMs() / 5);
            harness.pollSome();
            records.live(harness, 30_000, near);
            harness.pass(LIFE.intervalMs());
            harness.awaitOutput(2);
            harness.takeUp();
            assertThat(records.newest().live()).isEqualTo(TRAIN_AFTER + MORE + 2 * NEAR);
        }
    }
}

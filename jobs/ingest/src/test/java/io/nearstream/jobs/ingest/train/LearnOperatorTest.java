package io.nearstream.jobs.ingest.train;

import static io.nearstream.jobs.ingest.train.LearnHarness.TRAIN_AFTER;
import static io.nearstream.jobs.ingest.train.LearnHarness.settings;
import static io.nearstream.jobs.ingest.train.LearnHarness.vectors;
import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.BucketScheme;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.partition.Generation;
import io.nearstream.core.partition.GenerationTrainer;
import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.common.testing.TestingDirectory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // the harness closes with "throws Exception"
class LearnOperatorTest {
    private static final CollectionSettings LEARNED =
            settings("learned", 1, BucketScheme.LEARNED, 0, 0);
    private static final CollectionSettings PROJECTED =
            settings("projected", 2, BucketScheme.SIGN_PROJECTION, 6, 2);

    private static final LifeSettings LIFE = new LifeSettings(500, 1_000, 64);
    private final TestingDirectory directory =
            new TestingDirectory().create(LEARNED, 0).create(PROJECTED, 0);

    @Test
    void generationComesFromTheFirstVectors() throws Exception {
        List<byte[]> vectors = vectors(TRAIN_AFTER + 5);
        try (var harness = LearnHarness.open(directory, LIFE, null)) {
            harness.send(LEARNED, vectors.subList(0, TRAIN_AFTER - 1));
            harness.pollSome();
            assertThat(harness.extractOutputValues()).isEmpty();
            harness.send(LEARNED, vectors.subList(TRAIN_AFTER - 1, vectors.size()));
            harness.awaitOutput(1);
            harness.takeUp();

            Generation learned = directory.byUid(LEARNED.uid()).orElseThrow().newest();
            assertThat(learned.number()).isEqualTo(1);
            assertThat(learned.hash())
                    .isEqualTo(
                            GenerationTrainer.train(LEARNED, vectors.subList(0, TRAIN_AFTER))
                                    .hash());
        }
    }

    @Test
    void sampleGoesOnceItsGenerationWasReadBack() throws Exception {
        try (var harness = LearnHarness.open(directory, LIFE, null)) {
            harness.send(LEARNED, vectors(TRAIN_AFTER));
            harness.awaitOutput(1);
            harness.pollSome();
            assertThat(harness.numKeyedStateEntries()).isPositive();
            harness.takeUp();
            harness.poll();
            assertThat(harness.numKeyedStateEntries()).isZero();
            harness.send(LEARNED, vectors(TRAIN_AFTER)); // of a subtask that does not know yet
            harness.pollSome();
            assertThat(harness.numKeyedStateEntries()).isZero();
        }
    }

    @Test
    void trainingStartsAgainAfterRestoreAndComesToTheSame() throws Exception {
        List<byte[]> vectors = vectors(TRAIN_AFTER);
        OperatorSubtaskState full;
        OutRecord published;
        try (var harness = LearnHarness.open(directory, LIFE, null)) {
            harness.send(LEARNED, vectors);
            full = harness.snapshot(1, 1);
            published = harness.awaitOutput(1).get(0);
        }
        try (var harness = LearnHarness.open(directory, LIFE, full)) {
            assertThat(harness.awaitOutput(1).get(0))
                    .usingRecursiveComparison()
                    .isEqualTo(published);
        }
    }

    @Test
    void sampleGrowsOnAfterRestore() throws Exception {
        List<byte[]> vectors = vectors(TRAIN_AFTER);
        OperatorSubtaskState half;
        try (var harness = LearnHarness.open(directory, LIFE, null)) {
            harness.send(LEARNED, vectors.subList(0, 100));
            half = harness.snapshot(1, 1);
        }
        try (var harness = LearnHarness.open(directory, LIFE, half)) {
            harness.send(LEARNED, vectors.subList(100, TRAIN_AFTER));
            harness.awaitOutput(1);
            harness.takeUp();
            assertThat(directory.byUid(LEARNED.uid()).orElseThrow().newest().hash())
                    .isEqualTo(GenerationTrainer.train(LEARNED, vectors).hash());
        }
    }

    @Test
    void collectionsAreTrainedOneAfterTheOther() throws Exception {
        try (var harness = LearnHarness.open(directory, LIFE, null)) {
            harness.send(LEARNED, vectors(TRAIN_AFTER));
            harness.send(PROJECTED, vectors(TRAIN_AFTER));
            harness.awaitOutput(2);
            harness.takeUp();
            assertThat(directory.byUid(LEARNED.uid()).orElseThrow().newest().calibrated()).isTrue();
            assertThat(directory.byUid(PROJECTED.uid()).orElseThrow().newest().calibrated())
                    .isTrue();
        }
    }

    @Test
    void whatTheFullestBucketHoldsOfTheSampleIsTold() throws Exception {
        List<byte[]> vectors = new ArrayList<>(vectors(TRAIN_AFTER));
        assertThat(largestShare(PROJECTED, vectors)).isBetween(0.01, 0.4);
        Collections.fill(vectors.subList(0, TRAIN_AFTER * 2 / 3), vectors.get(0));
        assertThat(largestShare(PROJECTED, vectors)).isBetween(0.66, 0.9);
    }

    private static double largestShare(CollectionSettings settings, List<byte[]> vectors)
            throws Exception {
        try (Trainer trainer = new Trainer(LearnOperatorTest.class.getClassLoader())) {
            trainer.start(settings, vectors);
            Optional<Trainer.Outcome> outcome = Optional.empty();
            while (outcome.isEmpty()) {
                Thread.onSpinWait();
                outcome = trainer.poll();
            }
            return outcome.get().largestShare();
        }
    }

    @Test
    void generationThatSomebodyElsePublishedIsNotPublishedAgain() throws Exception {
        List<byte[]> vectors = vectors(TRAIN_AFTER);
        try (var harness = LearnHarness.open(directory, LIFE, null)) {
            harness.send(LEARNED, vectors);
            directory.publish(LEARNED, GenerationTrainer.train(LEARNED, vectors), 1);
            harness.send(PROJECTED, vectors);
            assertThat(harness.awaitOutput(1))
                    .allSatisfy(
                            record ->
                                    assertThat(new String(record.key()))
                                            .startsWith("projected/1/"));
        }
    }

    @Test
    void droppedCollectionLeavesNoSample() throws Exception {
        try (var harness = LearnHarness.open(directory, LIFE, null)) {
            harness.send(LEARNED, vectors(100));
            directory.drop(LEARNED, 5);
            harness.poll();
            assertThat(harness.numKeyedStateEntries()).isZero();
            harness.send(LEARNED, vectors(TRAIN_AFTER));
            assertThat(harness.numKeyedStateEntries()).isZero();
        }
    }

    @Test
    void largeSampleIsThinned() {
        CollectionSettings large =
                new CollectionSettings(
                        "large",
                        9,
                        4_096,
                        Metric.L2,
                        Encoding.FLOAT32,
                        BucketScheme.LEARNED,
                        0,
                        0,
                        1,
                        .9,
                        100_000,
                        16);
        int stride = SampleSize.stride(large);
        assertThat(100_000L / stride * large.vectorBytes())
                .isBetween(SampleSize.BYTES_MAX / 2, SampleSize.BYTES_MAX);
        assertThat(SampleSize.stride(LEARNED)).isEqualTo(1);
    }
}

package io.nearstream.jobs.ingest.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.BucketScheme;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.partition.Generation;
import io.nearstream.core.partition.GenerationTrainer;
import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.common.kafka.OutRecordSerializer;
import io.nearstream.jobs.common.testing.TestingDirectory;
import io.nearstream.jobs.common.topics.TopicNames;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // the harness closes with "throws Exception"
class LearnOperatorTest {
    private static final long POLL_MS = 20;
    private static final int TRAIN_AFTER = 300;
    private static final CollectionSettings LEARNED =
            settings("learned", 1, BucketScheme.LEARNED, 0, 0);
    private static final CollectionSettings PROJECTED =
            settings("projected", 2, BucketScheme.SIGN_PROJECTION, 6, 2);

    private static final LifeSettings LIFE = new LifeSettings(500, 1_000, 64);
    private final TestingDirectory directory =
            new TestingDirectory().create(LEARNED, 0).create(PROJECTED, 0);
    private long now;

    @Test
    void generationComesFromTheFirstVectors() throws Exception {
        List<byte[]> vectors = vectors(TRAIN_AFTER + 5);
        try (var harness = harness(null)) {
            send(harness, LEARNED, vectors.subList(0, TRAIN_AFTER - 1));
            pollSome(harness);
            assertThat(harness.extractOutputValues()).isEmpty();
            send(harness, LEARNED, vectors.subList(TRAIN_AFTER - 1, vectors.size()));
            awaitOutput(harness, 1);
            takeUp(harness);

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
        try (var harness = harness(null)) {
            send(harness, LEARNED, vectors(TRAIN_AFTER));
            awaitOutput(harness, 1);
            pollSome(harness);
            assertThat(harness.numKeyedStateEntries()).isPositive();
            takeUp(harness);
            poll(harness);
            assertThat(harness.numKeyedStateEntries()).isZero();
            send(harness, LEARNED, vectors(TRAIN_AFTER)); // of a subtask that does not know yet
            pollSome(harness);
            assertThat(harness.numKeyedStateEntries()).isZero();
        }
    }

    @Test
    void trainingStartsAgainAfterRestoreAndComesToTheSame() throws Exception {
        List<byte[]> vectors = vectors(TRAIN_AFTER);
        OperatorSubtaskState full;
        OutRecord published;
        try (var harness = harness(null)) {
            send(harness, LEARNED, vectors);
            full = harness.snapshot(1, 1);
            published = awaitOutput(harness, 1).get(0);
        }
        try (var harness = harness(full)) {
            assertThat(awaitOutput(harness, 1).get(0))
                    .usingRecursiveComparison()
                    .isEqualTo(published);
        }
    }

    @Test
    void sampleGrowsOnAfterRestore() throws Exception {
        List<byte[]> vectors = vectors(TRAIN_AFTER);
        OperatorSubtaskState half;
        try (var harness = harness(null)) {
            send(harness, LEARNED, vectors.subList(0, 100));
            half = harness.snapshot(1, 1);
        }
        try (var harness = harness(half)) {
            send(harness, LEARNED, vectors.subList(100, TRAIN_AFTER));
            awaitOutput(harness, 1);
            takeUp(harness);
            assertThat(directory.byUid(LEARNED.uid()).orElseThrow().newest().hash())
                    .isEqualTo(GenerationTrainer.train(LEARNED, vectors).hash());
        }
    }

    @Test
    void collectionsAreTrainedOneAfterTheOther() throws Exception {
        try (var harness = harness(null)) {
            send(harness, LEARNED, vectors(TRAIN_AFTER));
            send(harness, PROJECTED, vectors(TRAIN_AFTER));
            awaitOutput(harness, 2);
            takeUp(harness);
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
        try (var harness = harness(null)) {
            send(harness, LEARNED, vectors);
            directory.publish(LEARNED, GenerationTrainer.train(LEARNED, vectors), 1);
            send(harness, PROJECTED, vectors);
            assertThat(awaitOutput(harness, 1))
                    .allSatisfy(
                            record ->
                                    assertThat(new String(record.key()))
                                            .startsWith("projected/1/"));
        }
    }

    @Test
    void droppedCollectionLeavesNoSample() throws Exception {
        try (var harness = harness(null)) {
            send(harness, LEARNED, vectors(100));
            directory.drop(LEARNED, 5);
            poll(harness);
            assertThat(harness.numKeyedStateEntries()).isZero();
            send(harness, LEARNED, vectors(TRAIN_AFTER));
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
        int stride = LearnOperator.stride(large);
        assertThat(100_000L / stride * large.vectorBytes())
                .isBetween(LearnOperator.SAMPLE_BYTES_MAX / 2, LearnOperator.SAMPLE_BYTES_MAX);
        assertThat(LearnOperator.stride(LEARNED)).isEqualTo(1);
    }

    /** What a job does that reads the topic. */
    private void takeUp(LearnHarness from) {
        for (OutRecord record : from.extractOutputValues()) {
            assertThat(record.topic()).isEqualTo(TopicNames.COLLECTIONS);
            directory.append(9, record.value());
        }
    }

    private void send(LearnHarness harness, CollectionSettings settings, List<byte[]> vectors)
            throws Exception {
        for (byte[] vector : vectors) {
            harness.processElement1(new StreamRecord<>(new SampleVector(settings.uid(), vector)));
        }
    }

    private void poll(LearnHarness harness) throws Exception {
        now += POLL_MS;
        harness.setProcessingTime(now);
    }

    private void pollSome(LearnHarness harness) throws Exception {
        for (int i = 0; i < 3; i++) {
            poll(harness);
        }
    }

    /** The training takes real time on its own thread: polls until it has come. */
    private List<OutRecord> awaitOutput(LearnHarness harness, int records) throws Exception {
        long deadline = System.nanoTime() + 60_000_000_000L;
        while (harness.extractOutputValues().size() < records) {
            assertThat(System.nanoTime()).as("time for the training").isLessThan(deadline);
            Thread.onSpinWait();
            poll(harness);
        }
        return harness.extractOutputValues();
    }

    private LearnHarness harness(OperatorSubtaskState restored) throws Exception {
        LearnHarness harness =
                new LearnHarness(new LearnOperator(directory.provider(), LIFE, POLL_MS));
        harness.setup(OutRecordSerializer.INSTANCE);
        harness.setProcessingTime(now);
        if (restored != null) {
            harness.initializeState(restored);
        }
        harness.open();
        return harness;
    }

    private static List<byte[]> vectors(int count) {
        SplittableRandom random = new SplittableRandom(5);
        List<byte[]> vectors = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] vector = new byte[8];
            random.nextBytes(vector);
            vectors.add(vector);
        }
        return vectors;
    }

    private static CollectionSettings settings(
            String name, long uid, BucketScheme buckets, int hashBits, int tables) {
        return new CollectionSettings(
                name,
                uid,
                8,
                Metric.L2,
                Encoding.UINT8,
                buckets,
                hashBits,
                tables,
                11,
                .9,
                TRAIN_AFTER,
                16);
    }
}

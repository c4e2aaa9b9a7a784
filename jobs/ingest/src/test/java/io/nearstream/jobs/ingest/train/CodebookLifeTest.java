package io.nearstream.jobs.ingest.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.BucketScheme;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.partition.Generation;
import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.common.kafka.OutRecordSerializer;
import io.nearstream.jobs.common.testing.TestingDirectory;
import io.nearstream.jobs.common.topics.TopicNames;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.junit.jupiter.api.Test;

/** Further generations of a collection, from the slice of its records. */
@SuppressWarnings("try") // the harness closes with "throws Exception"
class CodebookLifeTest {
    private static final long POLL_MS = 20;
    private static final int TRAIN_AFTER = 300;
    private static final CollectionSettings LEARNED =
            settings("learned", 1, BucketScheme.LEARNED, 0, 0);

    private static final LifeSettings LIFE = new LifeSettings(500, 1_000, 64);

    private final TestingDirectory directory = new TestingDirectory().create(LEARNED, 0);
    private long now;

    /** Records of the slice, placed as the newest generation does. */
    private void live(LearnHarness harness, int first, List<byte[]> vectors) throws Exception {
        Generation newest = directory.byUid(LEARNED.uid()).orElseThrow().newest();
        for (int i = 0; i < vectors.size(); i++) {
            harness.processElement2(new StreamRecord<>(change(first + i, vectors.get(i), newest)));
        }
    }

    private static SliceChange change(int id, byte[] vector, Generation by) {
        long hash = SliceChange.hash("id" + id);
        return new SliceChange(
                LEARNED.uid(), hash, 0, vector, by.place("id" + id, vector), by.number());
    }

    /** Vectors about one corner, all of them in few cells of what was learned from others. */
    private static List<byte[]> drifted(int count) {
        List<byte[]> vectors = vectors(count);
        for (byte[] vector : vectors) {
            for (int i = 0; i < vector.length; i++) {
                vector[i] = (byte) (200 + (vector[i] & 15));
            }
        }
        return vectors;
    }

    private Generation newest() throws InterruptedException {
        return directory.byUid(LEARNED.uid()).orElseThrow().newest();
    }

    private void learnFirst(LearnHarness harness) throws Exception {
        List<byte[]> vectors = vectors(TRAIN_AFTER);
        live(harness, 0, vectors);
        send(harness, LEARNED, vectors);
        awaitOutput(harness, 1);
        takeUp(harness);
        pollSome(harness);
    }

    private void passInterval(LearnHarness harness) throws Exception {
        now += 1_000;
        poll(harness);
    }

    @Test
    void cellsThatDriftFillsAreSplit() throws Exception {
        try (var harness = harness(null)) {
            learnFirst(harness);
            live(harness, 10_000, drifted(1_500));
            pollSome(harness);
            assertThat(harness.extractOutputValues()).as("too early").hasSize(1);
            passInterval(harness);
            awaitOutput(harness, 2);
            takeUp(harness);
            pollSome(harness);
            Generation second = newest();
            assertThat(second.number()).isEqualTo(2);
            assertThat(second.live()).isEqualTo(TRAIN_AFTER + 1_500);
            assertThat(second.bucketCount()).isGreaterThan(LEARNED.cells());
            passInterval(harness);
            pollSome(harness);
            assertThat(harness.extractOutputValues()).as("nothing written since").hasSize(2);
            live(harness, 30_000, drifted(4_000));
            passInterval(harness);
            awaitOutput(harness, 3);
            takeUp(harness);
            assertThat(newest().number()).isEqualTo(3);
        }
    }

    /** Of what was written and deleted again nothing is left to be split for. */
    @Test
    void deletedRecordsDoNotCount() throws Exception {
        try (var harness = harness(null)) {
            learnFirst(harness);
            List<byte[]> gone = drifted(1_500);
            live(harness, 10_000, gone);
            for (int i = 0; i < gone.size(); i++) {
                SliceChange was = change(10_000 + i, gone.get(i), newest());
                harness.processElement2(
                        new StreamRecord<>(
                                new SliceChange(
                                        was.collectionUid(),
                                        was.idHash(),
                                        0,
                                        new byte[0],
                                        new int[0],
                                        1)));
            }
            passInterval(harness);
            pollSome(harness);
            assertThat(harness.extractOutputValues()).hasSize(1);
        }
    }

    @Test
    void splitIsTheSameAfterARestore() throws Exception {
        OperatorSubtaskState before;
        OutRecord published;
        try (var harness = harness(null)) {
            learnFirst(harness);
            live(harness, 10_000, drifted(1_500));
            before = harness.snapshot(1, 1);
            passInterval(harness);
            published = awaitOutput(harness, 2).get(1);
        }
        try (var harness = harness(before)) {
            pollSome(harness);
            assertThat(harness.extractOutputValues()).as("not before the interval").isEmpty();
            passInterval(harness);
            assertThat(awaitOutput(harness, 1).get(0))
                    .usingRecursiveComparison()
                    .isEqualTo(published);
        }
    }

    /** What an older generation signed lies where the newest places it, as query jobs have it. */
    @Test
    void recordsThatWereFlatAreCountedInTheirCells() throws Exception {
        try (var harness = harness(null)) {
            live(harness, 10_000, drifted(1_500));
            learnFirst(harness);
            for (int i = 0; i < 20; i++) {
                poll(harness);
            }
            assertThat(newest().number()).isEqualTo(1);
            live(harness, 20_000, drifted(1_000));
            passInterval(harness);
            awaitOutput(harness, 2);
            takeUp(harness);
            assertThat(newest().live()).isEqualTo(TRAIN_AFTER + 2_500);
            assertThat(newest().retiredAfter(1)).isNotEmpty();
        }
    }

    @Test
    void sliceIsAPartThatFitsIntoMemory() {
        assertThat(SliceChange.recordsMax(LEARNED)).isEqualTo(32_768);
        assertThat(SliceChange.recordsMax(wide())).isEqualTo(4_096);
        assertThat(SliceChange.shift(32_768, 32_768)).isZero();
        assertThat(SliceChange.shift(32_769, 32_768)).isEqualTo(1);
        assertThat(SliceChange.shift(1_000_000, 32_768)).isEqualTo(5);
        int inside = 0;
        for (int i = 0; i < 16_000; i++) {
            inside += SliceChange.isInside(SliceChange.hash("id" + i), 4) ? 1 : 0;
        }
        assertThat(inside).isBetween(850, 1_150);
    }

    /** A sender that takes a smaller part decides for all. */
    @Test
    void sliceShrinksToThePartThatIsSent() throws Exception {
        try (var harness = harness(null)) {
            learnFirst(harness);
            live(harness, 10_000, drifted(1_500));
            SliceChange any = change(1, vectors(1).get(0), newest());
            harness.processElement2(
                    new StreamRecord<>(
                            new SliceChange(
                                    any.collectionUid(),
                                    any.idHash(),
                                    1,
                                    any.vector(),
                                    any.buckets(),
                                    any.generation())));
            passInterval(harness);
            awaitOutput(harness, 2);
            takeUp(harness);
            assertThat(newest().live() % 2).isZero();
            assertThat(newest().live()).isBetween(1_600L, 2_000L);
        }
    }

    private static CollectionSettings wide() {
        return new CollectionSettings(
                "wide",
                9,
                4_096,
                Metric.L2,
                Encoding.FLOAT32,
                BucketScheme.LEARNED,
                0,
                0,
                1,
                .9,
                TRAIN_AFTER,
                16);
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

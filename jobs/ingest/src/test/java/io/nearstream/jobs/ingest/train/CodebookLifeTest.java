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
import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.common.testing.TestingDirectory;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.junit.jupiter.api.Test;

/** Further generations of a collection, from the slice of its records. */
@SuppressWarnings("try") // the harness closes with "throws Exception"
class CodebookLifeTest {
    private static final CollectionSettings LEARNED =
            settings("learned", 1, BucketScheme.LEARNED, 0, 0);

    private static final LifeSettings LIFE = new LifeSettings(500, 1_000, 64);

    private final TestingDirectory directory = new TestingDirectory().create(LEARNED, 0);
    private final SliceRecords records = new SliceRecords(directory, LEARNED);

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

    private void passInterval(LearnHarness harness) throws Exception {
        harness.pass(1_000);
    }

    @Test
    void cellsThatDriftFillsAreSplit() throws Exception {
        try (var harness = LearnHarness.open(directory, LIFE, null)) {
            records.learnFirst(harness);
            records.live(harness, 10_000, drifted(1_500));
            harness.pollSome();
            assertThat(harness.extractOutputValues()).as("too early").hasSize(1);
            passInterval(harness);
            harness.awaitOutput(2);
            harness.takeUp();
            harness.pollSome();
            Generation second = records.newest();
            assertThat(second.number()).isEqualTo(2);
            assertThat(second.live()).isEqualTo(TRAIN_AFTER + 1_500);
            assertThat(second.bucketCount()).isGreaterThan(LEARNED.cells());
            passInterval(harness);
            harness.pollSome();
            assertThat(harness.extractOutputValues()).as("nothing written since").hasSize(2);
            records.live(harness, 30_000, drifted(4_000));
            passInterval(harness);
            harness.awaitOutput(3);
            harness.takeUp();
            assertThat(records.newest().number()).isEqualTo(3);
        }
    }

    /** Of what was written and deleted again nothing is left to be split for. */
    @Test
    void deletedRecordsDoNotCount() throws Exception {
        try (var harness = LearnHarness.open(directory, LIFE, null)) {
            records.learnFirst(harness);
            List<byte[]> gone = drifted(1_500);
            records.live(harness, 10_000, gone);
            records.delete(harness, 10_000, gone.size());
            passInterval(harness);
            harness.pollSome();
            assertThat(harness.extractOutputValues()).hasSize(1);
        }
    }

    @Test
    void splitIsTheSameAfterARestore() throws Exception {
        OperatorSubtaskState before;
        OutRecord published;
        try (var harness = LearnHarness.open(directory, LIFE, null)) {
            records.learnFirst(harness);
            records.live(harness, 10_000, drifted(1_500));
            before = harness.snapshot(1, 1);
            passInterval(harness);
            published = harness.awaitOutput(2).get(1);
        }
        try (var harness = LearnHarness.open(directory, LIFE, before)) {
            harness.pollSome();
            assertThat(harness.extractOutputValues()).as("not before the interval").isEmpty();
            passInterval(harness);
            assertThat(harness.awaitOutput(1).get(0))
                    .usingRecursiveComparison()
                    .isEqualTo(published);
        }
    }

    /** What an older generation signed lies where the newest places it, as query jobs have it. */
    @Test
    void recordsThatWereFlatAreCountedInTheirCells() throws Exception {
        try (var harness = LearnHarness.open(directory, LIFE, null)) {
            records.live(harness, 10_000, drifted(1_500));
            records.learnFirst(harness);
            for (int i = 0; i < 20; i++) {
                harness.poll();
            }
            assertThat(records.newest().number()).isEqualTo(1);
            records.live(harness, 20_000, drifted(1_000));
            passInterval(harness);
            harness.awaitOutput(2);
            harness.takeUp();
            assertThat(records.newest().live()).isEqualTo(TRAIN_AFTER + 2_500);
            assertThat(records.newest().retiredAfter(1)).isNotEmpty();
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
        try (var harness = LearnHarness.open(directory, LIFE, null)) {
            records.learnFirst(harness);
            records.live(harness, 10_000, drifted(1_500));
            SliceChange any = records.change(1, vectors(1).get(0), records.newest());
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
            harness.awaitOutput(2);
            harness.takeUp();
            assertThat(records.newest().live() % 2).isZero();
            assertThat(records.newest().live()).isBetween(1_600L, 2_000L);
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

    /** Nothing is made of these: their metrics follow all the same. */
    @Test
    void metricsFollowTheRecordsWhereNothingIsSplit() throws Exception {
        LifeSettings never = new LifeSettings(500, 1_000, 0);
        try (var harness = LearnHarness.open(directory, never, null)) {
            records.learnFirst(harness);
            assertThat(metric(harness, "liveRecords")).isEqualTo(TRAIN_AFTER);
            double even = metric(harness, "largestBucketShare");
            records.live(harness, 10_000, drifted(1_500));
            passInterval(harness);
            assertThat(metric(harness, "liveRecords")).isEqualTo(TRAIN_AFTER + 1_500);
            assertThat(metric(harness, "largestBucketShare")).isGreaterThan(2 * even);
            double uneven = metric(harness, "bucketGini");
            long hash = SliceChange.hash("id" + 10_000);
            harness.processElement2( // by a sender that takes half the records
                    new StreamRecord<>(
                            new SliceChange(LEARNED.uid(), hash, 1, new byte[0], new int[0], 1)));
            passInterval(harness);
            assertThat(metric(harness, "liveRecords")).isNotEqualTo(TRAIN_AFTER + 1_500);
            assertThat(metric(harness, "bucketGini")).isNotEqualTo(uneven);
            assertThat(harness.extractOutputValues()).hasSize(1);
        }
    }

    private static double metric(LearnHarness harness, String name) {
        return ((Number) harness.metric(LEARNED, name)).doubleValue();
    }

    /**
     * What was written before is missing in the slice: what is estimated from it would be wrong.
     */
    @Test
    void sliceThatBeganInTheMiddleSplitsNothing() throws Exception {
        OperatorSubtaskState before;
        try (var harness = LearnHarness.open(directory, LIFE, null)) {
            records.learnFirst(harness);
            before = LearnHarness.withoutOperatorState(harness.snapshot(1, 1));
        }
        CollectionSettings later = settings("later", 2, BucketScheme.LEARNED, 0, 0);
        for (int restore = 0; restore < 2; restore++) {
            try (var harness = LearnHarness.open(directory, LIFE, before)) {
                directory.create(later, 5);
                records.live(harness, 10_000, drifted(1_500));
                passInterval(harness);
                harness.pollSome();
                assertThat(harness.extractOutputValues()).isEmpty();
                assertThat(harness.metric("slicesNotWhole")).isEqualTo(1);
                assertThat(harness.metric(LEARNED, "liveRecords")).isNull();
                before = harness.snapshot(2, 2);
            }
        }
        directory.drop(LEARNED, 30);
        try (var harness = LearnHarness.open(directory, LIFE, before)) {
            before = harness.snapshot(3, 3);
        }
        try (var harness = LearnHarness.open(directory, LIFE, before)) {
            assertThat(harness.metric("slicesNotWhole")).isEqualTo(0);
        }
    }
}

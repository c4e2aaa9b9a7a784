package io.nearstream.jobs.ingest.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.BucketScheme;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.Metric;
import io.nearstream.core.model.RecordKey;
import io.nearstream.core.model.Version;
import io.nearstream.core.partition.Generation;
import io.nearstream.core.partition.GenerationTrainer;
import io.nearstream.jobs.common.state.IndexChangeSerializer;
import io.nearstream.jobs.common.testing.TestingDirectory;
import io.nearstream.testing.Property;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // the harness closes with "throws Exception"
class FirstTrainingOperatorTest {
    private static final int TRAIN_AFTER = 100;
    private static final long NOW = 1_000_000;
    private static final Duration WAIT = Duration.ofSeconds(3);
    private static final long LOADED = 1;
    private static final long OTHER = 2;
    private static final CollectionSettings SETTINGS =
            settings("loaded", LOADED, BucketScheme.LEARNED, 0, 0);
    private static final Generation ONE = trained();

    private final TestingDirectory directory =
            new TestingDirectory()
                    .create(SETTINGS, 10)
                    .create(settings("other", OTHER, BucketScheme.LEARNED, 0, 0), 10);
    private long now = NOW;
    private int offset;

    private static CollectionSettings settings(
            String name, long uid, BucketScheme buckets, int hashBits, int tables) {
        return new CollectionSettings(
                name,
                uid,
                4,
                Metric.L2,
                Encoding.UINT8,
                buckets,
                hashBits,
                tables,
                7,
                .9,
                TRAIN_AFTER,
                16);
    }

    private static byte[] vector(SplittableRandom random) {
        byte[] vector = new byte[4];
        random.nextBytes(vector);
        return vector;
    }

    private static Generation trained() {
        SplittableRandom random = new SplittableRandom(1);
        List<byte[]> sample = new ArrayList<>();
        for (int i = 0; i < TRAIN_AFTER; i++) {
            sample.add(vector(random));
        }
        return GenerationTrainer.train(SETTINGS, sample);
    }

    /** As the decoder gives it, appended so long ago. */
    private IndexChange change(long uid, String id, long lateMs) {
        Generation newest = directory.byUid(uid).orElseThrow().newest();
        byte[] vector = vector(new SplittableRandom(offset));
        return new IndexChange(
                new RecordKey(uid, id),
                false,
                new Version(now - lateMs, 0, offset++),
                vector,
                newest.place(id, vector),
                newest.number(),
                newest.hash(),
                List.of("red"),
                new byte[] {1},
                5,
                IndexChange.NEVER);
    }

    private IndexChange deleted(long uid, String id, long lateMs) {
        return IndexChange.deleted(new RecordKey(uid, id), new Version(now - lateMs, 0, offset++));
    }

    private OneInputStreamOperatorTestHarness<IndexChange, IndexChange> harness(
            Duration wait, long bytesMax, OperatorSubtaskState restored) throws Exception {
        var harness =
                new OneInputStreamOperatorTestHarness<>(
                        new FirstTrainingOperator(directory.provider(), wait, bytesMax));
        harness.setup(IndexChangeSerializer.INSTANCE);
        harness.setProcessingTime(now);
        if (restored != null) {
            harness.initializeState(restored);
        }
        harness.open();
        return harness;
    }

    private OneInputStreamOperatorTestHarness<IndexChange, IndexChange> harness() throws Exception {
        return harness(WAIT, FirstTrainingOperator.BYTES_MAX, null);
    }

    private void send(
            OneInputStreamOperatorTestHarness<IndexChange, IndexChange> harness, IndexChange change)
            throws Exception {
        harness.processElement(new StreamRecord<>(change));
    }

    private void pass(
            OneInputStreamOperatorTestHarness<IndexChange, IndexChange> harness, long millis)
            throws Exception {
        now += millis;
        harness.setProcessingTime(now);
    }

    /** The sample, late as a load is. */
    private void load(OneInputStreamOperatorTestHarness<IndexChange, IndexChange> harness)
            throws Exception {
        for (int i = 0; i < TRAIN_AFTER; i++) {
            send(harness, change(LOADED, "s" + i, 500));
        }
        assertThat(harness.extractOutputValues()).hasSize(TRAIN_AFTER);
        harness.getOutput().clear();
    }

    private static List<String> ids(
            OneInputStreamOperatorTestHarness<IndexChange, IndexChange> harness) {
        return harness.extractOutputValues().stream().map(change -> change.key().id()).toList();
    }

    @Test
    void othersPassWhileALoadWaitsForItsFirstBuckets() throws Exception {
        try (var harness = harness()) {
            load(harness);
            send(harness, change(LOADED, "a", 500));
            send(harness, change(OTHER, "b", 500));
            send(harness, deleted(LOADED, "a", 400));
            send(harness, change(LOADED, "c", 0));
            assertThat(ids(harness)).containsExactly("b");
            pass(harness, 1_000);
            assertThat(ids(harness)).containsExactly("b");
            directory.publish(SETTINGS, ONE, 20);
            pass(harness, FirstTrainingOperator.POLL_MS);
            assertThat(ids(harness)).containsExactly("b", "a", "a", "c");
            IndexChange placed = harness.extractOutputValues().get(1);
            assertThat(placed.generation()).isEqualTo(1);
            assertThat(placed.generationHash()).isEqualTo(ONE.hash());
            assertThat(placed.buckets()).isEqualTo(ONE.place("a", placed.vector()));
            assertThat(placed.labels()).containsExactly("red");
            assertThat(harness.extractOutputValues().get(2).delete()).isTrue();
        }
    }

    @Test
    void loadWaitsOnceAndNotLongerThanAllowed() throws Exception {
        try (var harness = harness()) {
            load(harness);
            send(harness, change(LOADED, "a", 500));
            pass(harness, 2_980);
            assertThat(ids(harness)).isEmpty();
            pass(harness, 40);
            assertThat(ids(harness)).containsExactly("a");
            assertThat(harness.extractOutputValues().get(0).generation()).isZero();
            send(harness, change(LOADED, "b", 500));
            assertThat(ids(harness)).containsExactly("a", "b");
        }
    }

    @Test
    void punctualWritesAndThoseOfTheSampleDoNotWait() throws Exception {
        try (var harness = harness()) {
            load(harness);
            send(harness, change(LOADED, "a", FirstTrainingOperator.LATE_MS - 1));
            assertThat(ids(harness)).containsExactly("a");
        }
    }

    @Test
    void nobodyWaitsWhereThatIsTurnedOffOrNothingIsLearned() throws Exception {
        try (var harness = harness(Duration.ZERO, 1_000, null)) {
            load(harness);
            send(harness, change(LOADED, "a", 500));
            assertThat(ids(harness)).containsExactly("a");
        }
        directory.create(settings("seeded", 3, BucketScheme.SIGN_PROJECTION, 4, 2), 10);
        try (var harness = harness()) {
            for (int i = 0; i <= TRAIN_AFTER; i++) {
                send(harness, change(3, "s" + i, 500));
            }
            assertThat(ids(harness)).hasSize(TRAIN_AFTER + 1);
        }
    }

    @Test
    void whatIsHeldSurvivesARestore() throws Exception {
        OperatorSubtaskState state;
        try (var harness = harness()) {
            load(harness);
            send(harness, change(LOADED, "a", 500));
            send(harness, change(LOADED, "b", 500));
            state = harness.snapshot(1, 1);
        }
        directory.publish(SETTINGS, ONE, 20);
        try (var harness = harness(WAIT, FirstTrainingOperator.BYTES_MAX, state)) {
            send(harness, change(LOADED, "c", 500));
            pass(harness, FirstTrainingOperator.POLL_MS);
            assertThat(ids(harness)).containsExactly("a", "b", "c");
            assertThat(harness.extractOutputValues()).allMatch(c -> c.generation() == 1);
        }
    }

    /** Who waits for the time of a write must not be told that it is over while it is held. */
    @Test
    void timeStaysBeforeWhatIsHeld() throws Exception {
        try (var harness = harness()) {
            load(harness);
            harness.processWatermark(new Watermark(now - 500));
            IndexChange held = change(LOADED, "a", 400);
            send(harness, held);
            send(harness, change(LOADED, "b", 300));
            harness.processWatermark(new Watermark(now));
            harness.processWatermarkStatus(WatermarkStatus.IDLE);
            assertThat(harness.getOutput())
                    .containsExactly(
                            new Watermark(now - 500), new Watermark(held.version().time() - 1));
            long newest = now;
            pass(harness, 3_040);
            assertThat(harness.getOutput())
                    .endsWith(new Watermark(newest), WatermarkStatus.IDLE)
                    .hasSize(6);
        }
    }

    @Test
    void loadThatIsTooLargeBesideOthersGoesAsItIs() throws Exception {
        try (var harness = harness(WAIT, 2_000, null)) {
            load(harness);
            send(harness, change(LOADED, "a", 500));
            send(harness, change(OTHER, "b", 500));
            List<String> all = new ArrayList<>(List.of("b", "a"));
            for (int i = 0; i < 20; i++) {
                send(harness, change(LOADED, "n" + i, 500));
                all.add("n" + i);
            }
            assertThat(ids(harness)).hasSizeGreaterThan(15);
            pass(harness, FirstTrainingOperator.POLL_MS);
            assertThat(ids(harness)).isEqualTo(all);
        }
    }

    @Test
    void nothingIsLostAndEachCollectionKeepsItsOrder() {
        Property.holds(
                40,
                random -> {
                    FirstTrainingOperatorTest test = new FirstTrainingOperatorTest();
                    test.run(random);
                });
    }

    private void run(SplittableRandom random) throws Exception {
        long bytesMax = random.nextBoolean() ? 3_000 : 1_000_000;
        int published = random.nextInt(300);
        List<Version> sent = new ArrayList<>();
        List<Version> seen = new ArrayList<>();
        OperatorSubtaskState state = null;
        for (int part = 0; part < 3; part++) {
            try (var harness = harness(WAIT, bytesMax, state)) {
                for (int i = 0; i < 130; i++) {
                    String id = "r" + random.nextInt(10);
                    long uid = random.nextInt(3) == 0 ? OTHER : LOADED;
                    boolean delete = random.nextInt(5) == 0;
                    IndexChange change = delete ? deleted(uid, id, 500) : change(uid, id, 500);
                    send(harness, change);
                    if (uid == LOADED) {
                        sent.add(change.version());
                    }
                    if (sent.size() == published) {
                        directory.publish(SETTINGS, ONE, 20);
                    }
                    if (random.nextInt(10) == 0) {
                        pass(harness, random.nextInt(100));
                    }
                }
                if (part == 2) {
                    harness.endInput();
                }
                state = harness.snapshot(part, part);
                harness.extractOutputValues().stream()
                        .filter(change -> change.key().collectionUid() == LOADED)
                        .forEach(change -> seen.add(change.version()));
            }
        }
        assertThat(seen).isEqualTo(sent);
    }
}

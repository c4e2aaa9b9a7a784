package io.nearstream.jobs.ingest.version;

import static io.nearstream.core.model.IndexChange.NEVER;
import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.RecordKey;
import io.nearstream.core.model.Version;
import io.nearstream.jobs.common.testing.TestingDirectory;
import io.nearstream.jobs.ingest.Samples;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@SuppressWarnings("try") // the harness closes with "throws Exception"
class SweepTest {
    private static final int RECORDS = 20_000;
    private static final long HORIZON = 1_000;
    private static final CollectionSettings OTHER =
            CollectionSettings.learned(
                    "other", 7, 4, Samples.COLORS.metric(), Samples.COLORS.encoding());

    private final TestingDirectory directory =
            new TestingDirectory().create(Samples.COLORS, 0).create(OTHER, 0);
    private long now;

    static List<StateBackend> backends() {
        return List.of(new HashMapStateBackend(), new EmbeddedRocksDBStateBackend());
    }

    @ParameterizedTest
    @MethodSource("backends")
    void droppedCollectionIsRemovedInSlicesAndItsKeysForgotten(StateBackend backend)
            throws Exception {
        try (var harness = VersionHarness.open(HORIZON, directory, backend)) {
            fill(harness);
            directory.drop(Samples.COLORS, 5);
            int slices = 0;
            while (forgotten(harness) < RECORDS) {
                slices++;
                step(harness);
            }
            assertThat(slices).isGreaterThan(1);
            assertThat(VersionHarness.updates(harness))
                    .filteredOn(IndexUpdate::forgotten)
                    .allMatch(update -> update.change().key().collectionUid() == 0x1234);
            step(harness);
            assertThat(VersionHarness.keys(harness)).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void writesGoOnDuringASweepAndLateOnesOfTheDroppedCollectionDoNot(StateBackend backend)
            throws Exception {
        try (var harness = VersionHarness.open(HORIZON, directory, backend)) {
            fill(harness);
            directory.drop(Samples.COLORS, 5);
            step(harness);
            put(harness, Samples.COLORS, "late", 50);
            put(harness, OTHER, "new", 51);
            while (forgotten(harness) < RECORDS) {
                step(harness);
            }
            step(harness);
            put(harness, Samples.COLORS, "later", 52);
            assertThat(VersionHarness.keys(harness)).isEqualTo(2);
            assertThat(VersionHarness.updates(harness))
                    .extracting(update -> update.change().key().id())
                    .contains("new")
                    .doesNotContain("late", "later");
        }
    }

    @Test
    void dropDuringAStandstillIsNoticedAfterIt() throws Exception {
        OperatorSubtaskState state;
        try (var harness = VersionHarness.open(HORIZON, directory)) {
            put(harness, Samples.COLORS, "a", 10);
            put(harness, OTHER, "b", 11);
            state = harness.snapshot(1, 1);
        }
        // The topic was compacted since: of the dropped incarnation nothing is left in it.
        TestingDirectory compacted = new TestingDirectory().create(OTHER, 0);
        now = 0;
        try (var harness = VersionHarness.restore(HORIZON, compacted, state)) {
            step(harness);
            assertThat(VersionHarness.updates(harness))
                    .singleElement()
                    .satisfies(
                            update -> {
                                assertThat(update.forgotten()).isTrue();
                                assertThat(update.change().key())
                                        .isEqualTo(new RecordKey(Samples.COLORS.uid(), "a"));
                            });
        }
    }

    @Test
    void timersOfRemovedRecordsGoWithThem() throws Exception {
        try (var harness = VersionHarness.open(HORIZON, directory)) {
            harness.processElement(
                    new StreamRecord<>(Samples.change("a", new Version(10, 0, 1), 100)));
            directory.drop(Samples.COLORS, 5);
            step(harness);
            harness.processWatermark(100_000);
            assertThat(VersionHarness.updates(harness))
                    .extracting(IndexUpdate::forgotten)
                    .containsExactly(false, true);
            assertThat(harness.numEventTimeTimers()).isZero();
        }
    }

    private void fill(
            KeyedOneInputStreamOperatorTestHarness<RecordKey, IndexChange, IndexUpdate> harness)
            throws Exception {
        put(harness, OTHER, "stays", 1);
        for (int i = 0; i < RECORDS; i++) {
            put(harness, Samples.COLORS, "id" + i, 2 + i);
        }
    }

    private void put(
            KeyedOneInputStreamOperatorTestHarness<RecordKey, IndexChange, IndexUpdate> harness,
            CollectionSettings settings,
            String id,
            long offset)
            throws Exception {
        harness.processElement(
                new StreamRecord<>(
                        new IndexChange(
                                new RecordKey(settings.uid(), id),
                                false,
                                new Version(10, 0, offset),
                                Samples.VECTOR,
                                new int[] {1},
                                0,
                                0,
                                List.of(),
                                new byte[0],
                                10,
                                NEVER)));
    }

    private void step(
            KeyedOneInputStreamOperatorTestHarness<RecordKey, IndexChange, IndexUpdate> harness)
            throws Exception {
        now += VersionHarness.POLL_MS;
        harness.setProcessingTime(now);
    }

    private static long forgotten(
            KeyedOneInputStreamOperatorTestHarness<RecordKey, IndexChange, IndexUpdate> harness) {
        return VersionHarness.updates(harness).stream().filter(IndexUpdate::forgotten).count();
    }
}

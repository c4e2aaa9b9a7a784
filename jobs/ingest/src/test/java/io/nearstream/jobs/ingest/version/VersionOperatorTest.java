package io.nearstream.jobs.ingest.version;

import static io.nearstream.core.model.IndexChange.NEVER;
import static io.nearstream.jobs.ingest.Samples.change;
import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.RecordKey;
import io.nearstream.core.model.Version;
import io.nearstream.jobs.ingest.Samples;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // the harness closes with "throws Exception"
class VersionOperatorTest {
    static final long HORIZON = 1_000;

    private static final RecordKey KEY = new RecordKey(Samples.COLORS.uid(), "a");

    @Test
    void newerVersionsPassAndReplaysDoNot() throws Exception {
        try (var harness = VersionHarness.open(HORIZON)) {
            put(harness, 10, 1, NEVER);
            put(harness, 20, 2, NEVER);
            put(harness, 10, 1, NEVER); // replayed: older
            put(harness, 20, 2, NEVER); // replayed: the same
            assertThat(versions(harness)).containsExactly(version(10, 1), version(20, 2));
        }
    }

    @Test
    void lateWriteDoesNotBringADeletedRecordBack() throws Exception {
        try (var harness = VersionHarness.open(HORIZON)) {
            put(harness, 10, 1, NEVER);
            delete(harness, 30, 3);
            put(harness, 20, 2, NEVER);
            harness.processWatermark(30 + HORIZON - 1);
            put(harness, 20, 2, NEVER);
            assertThat(versions(harness)).containsExactly(version(10, 1), version(30, 3));
        }
    }

    @Test
    void recordExpiresByAppendTime() throws Exception {
        try (var harness = VersionHarness.open(HORIZON)) {
            put(harness, 10, 1, 100);
            harness.processWatermark(99);
            assertThat(VersionHarness.updates(harness)).hasSize(1);
            harness.processWatermark(100);
            IndexUpdate last = VersionHarness.updates(harness).get(1);
            assertThat(last.change().delete()).isTrue();
            assertThat(last.change().version()).isEqualTo(version(100, 1));
            assertThat(last.forgotten()).isFalse();
        }
    }

    @Test
    void writeThatComesBeforeTheTimerFindsTheRecordExpired() throws Exception {
        try (var harness = VersionHarness.open(HORIZON)) {
            put(harness, 10, 1, 100);
            put(harness, 100, 2, NEVER);
            harness.processWatermark(5_000);
            assertThat(VersionHarness.updates(harness))
                    .extracting(update -> update.change().delete())
                    .containsExactly(false, true, false);
            assertThat(versions(harness))
                    .containsExactly(version(10, 1), version(100, 1), version(100, 2));
        }
    }

    @Test
    void renewedRecordOutlivesItsFirstExpiry() throws Exception {
        try (var harness = VersionHarness.open(HORIZON)) {
            put(harness, 10, 1, 100);
            put(harness, 50, 2, 200);
            harness.processWatermark(150);
            assertThat(VersionHarness.updates(harness)).hasSize(2);
            harness.processWatermark(200);
            assertThat(versions(harness)).endsWith(version(200, 2));
            assertThat(harness.numEventTimeTimers()).isEqualTo(1); // of the tombstone
        }
    }

    @Test
    void tombstoneIsForgottenAfterTheHorizon() throws Exception {
        try (var harness = VersionHarness.open(HORIZON)) {
            put(harness, 10, 1, NEVER);
            delete(harness, 20, 2);
            harness.processWatermark(20 + HORIZON);
            IndexUpdate last = VersionHarness.updates(harness).get(2);
            assertThat(last.forgotten()).isTrue();
            assertThat(last.change().key()).isEqualTo(KEY);
            assertThat(harness.numKeyedStateEntries()).isZero();
            assertThat(harness.numEventTimeTimers()).isZero();
        }
    }

    @Test
    void timersAndVersionsSurviveRestore() throws Exception {
        OperatorSubtaskState state;
        try (var harness = VersionHarness.open(HORIZON)) {
            put(harness, 10, 1, 100);
            harness.processElement(new StreamRecord<>(change("b", version(10, 2), NEVER)));
            state = harness.snapshot(1, 1);
        }
        try (var harness = VersionHarness.restore(HORIZON, state)) {
            put(harness, 10, 1, 100); // replayed
            harness.processElement(new StreamRecord<>(change("b", version(9, 9), NEVER)));
            assertThat(VersionHarness.updates(harness)).isEmpty();
            harness.processWatermark(100);
            assertThat(versions(harness)).containsExactly(version(100, 1));
        }
    }

    @Test
    void endOfInputExpiresNothing() throws Exception {
        try (var harness = VersionHarness.open(HORIZON)) {
            put(harness, 10, 1, 100);
            harness.processWatermark(Watermark.MAX_WATERMARK);
            assertThat(VersionHarness.updates(harness)).hasSize(1);
        }
    }

    private static void put(
            KeyedOneInputStreamOperatorTestHarness<RecordKey, IndexChange, IndexUpdate> harness,
            long time,
            long offset,
            long expiresAt)
            throws Exception {
        harness.processElement(new StreamRecord<>(change("a", version(time, offset), expiresAt)));
    }

    private static void delete(
            KeyedOneInputStreamOperatorTestHarness<RecordKey, IndexChange, IndexUpdate> harness,
            long time,
            long offset)
            throws Exception {
        harness.processElement(new StreamRecord<>(IndexChange.deleted(KEY, version(time, offset))));
    }

    private static Version version(long time, long offset) {
        return new Version(time, 3, offset);
    }

    private static List<Version> versions(
            KeyedOneInputStreamOperatorTestHarness<RecordKey, IndexChange, IndexUpdate> harness) {
        return VersionHarness.updates(harness).stream()
                .map(update -> update.change().version())
                .toList();
    }
}

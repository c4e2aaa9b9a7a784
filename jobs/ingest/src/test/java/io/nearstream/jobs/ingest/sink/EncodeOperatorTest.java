package io.nearstream.jobs.ingest.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.Version;
import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.common.kafka.OutRecordSerializer;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.jobs.common.wire.IndexChangeWire;
import io.nearstream.jobs.ingest.Samples;
import io.nearstream.jobs.ingest.version.IndexChangeFormat;
import io.nearstream.jobs.ingest.version.IndexUpdate;
import io.nearstream.schemas.Progress;
import io.nearstream.schemas.wire.AvroWire;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // the harness closes with "throws Exception"
class EncodeOperatorTest {
    private static final IndexChange CHANGE =
            Samples.change("a", new Version(5, 0, 1), IndexChange.NEVER);
    private static final long INTERVAL = 20;

    @Test
    void changeIsKeyedByIncarnationAndId() throws Exception {
        try (var harness = harness(7)) {
            harness.processElement(new StreamRecord<>(new IndexUpdate(CHANGE, false)));
            harness.processElement(new StreamRecord<>(new IndexUpdate(CHANGE, true)));
            List<OutRecord> records = harness.extractOutputValues();
            OutRecord change = records.get(0);
            assertThat(change.topic()).isEqualTo(TopicNames.INDEX_CHANGES);
            assertThat(text(change.key())).isEqualTo("0000000000001234/a");
            assertThat(change.value()).isEqualTo(IndexChangeWire.encode(CHANGE));
            assertThat(change.tombstone()).isFalse();
            assertThat(records.get(1).tombstone()).isTrue();
            assertThat(records.get(1).key()).isEqualTo(change.key());
        }
    }

    @Test
    void progressFollowsItsChangesToEveryPartition() throws Exception {
        try (var harness = harness(7)) {
            harness.setProcessingTime(1_000);
            harness.processElement(new StreamRecord<>(new IndexUpdate(CHANGE, false)));
            harness.processWatermark(5);
            List<OutRecord> records = harness.extractOutputValues();
            assertThat(records).hasSize(3);
            assertThat(records.subList(1, 3))
                    .extracting(OutRecord::partition, record -> text(record.key()))
                    .containsExactly(tuple(0, "progress/0/0"), tuple(1, "progress/1/0"));
            assertThat(progress(records.get(1))).isEqualTo(new Progress(7L << 32, 0, 1, 5L));
        }
    }

    @Test
    void progressIsHeldBackForTheIntervalAndThenSaid() throws Exception {
        try (var harness = harness(7)) {
            harness.setProcessingTime(1_000);
            harness.processWatermark(5);
            harness.processWatermark(6);
            harness.processWatermark(7);
            assertThat(harness.extractOutputValues()).hasSize(2);
            harness.setProcessingTime(1_000 + INTERVAL - 1);
            assertThat(harness.extractOutputValues()).hasSize(2);
            harness.setProcessingTime(1_000 + INTERVAL);
            List<OutRecord> records = harness.extractOutputValues();
            assertThat(records).hasSize(4);
            assertThat(progress(records.get(3)).getWatermark()).isEqualTo(7);
            harness.setProcessingTime(5_000);
            assertThat(harness.extractOutputValues()).hasSize(4);
        }
    }

    @Test
    void epochGrowsWithTheRestoredCheckpoint() throws Exception {
        var first = harness(7);
        var state = first.snapshot(42, 1);
        first.close();
        var harness = create(7);
        harness.setRestoredCheckpointId(42);
        harness.initializeState(state);
        harness.open();
        try (harness) {
            harness.processWatermark(5);
            assertThat(progress(harness.extractOutputValues().get(0)).getEpoch())
                    .isEqualTo((7L << 32) + 42);
        }
    }

    @Test
    void endOfInputIsNotSaid() throws Exception {
        try (var harness = harness(7)) {
            harness.processWatermark(Watermark.MAX_WATERMARK);
            assertThat(harness.extractOutputValues()).isEmpty();
        }
    }

    private static Progress progress(OutRecord record) throws Exception {
        return (Progress) AvroWire.of(Progress.getClassSchema()).decode(record.value());
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static OneInputStreamOperatorTestHarness<IndexUpdate, OutRecord> harness(long startedAt)
            throws Exception {
        var harness = create(startedAt);
        harness.open();
        return harness;
    }

    private static OneInputStreamOperatorTestHarness<IndexUpdate, OutRecord> create(long startedAt)
            throws Exception {
        var harness =
                new OneInputStreamOperatorTestHarness<>(
                        new EncodeOperator<>(
                                new IndexChangeFormat(), INTERVAL, startedAt, () -> 2));
        harness.setup(OutRecordSerializer.INSTANCE);
        return harness;
    }
}

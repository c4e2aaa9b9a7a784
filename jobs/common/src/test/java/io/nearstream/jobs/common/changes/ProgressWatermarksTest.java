package io.nearstream.jobs.common.changes;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.RecordKey;
import io.nearstream.core.model.Version;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.jobs.common.wire.IndexChangeWire;
import io.nearstream.jobs.common.wire.RawRecord;
import io.nearstream.schemas.Progress;
import io.nearstream.schemas.wire.AvroWire;
import io.nearstream.testing.Property;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.junit.jupiter.api.Test;

class ProgressWatermarksTest {
    private final ProgressWatermarks generator = new ProgressWatermarks();
    private final List<Long> emitted = new ArrayList<>();
    private final WatermarkOutput output =
            new WatermarkOutput() {
                @Override
                public void emitWatermark(Watermark watermark) {
                    emitted.add(watermark.getTimestamp());
                }

                @Override
                public void markIdle() {
                    throw new AssertionError("A partition of index changes is never idle.");
                }

                @Override
                public void markActive() {
                    throw new AssertionError("A partition of index changes is never idle.");
                }
            };

    private void progress(int subtask, int of, long watermark) {
        Progress progress = new Progress(1L, subtask, of, watermark);
        read(raw("progress/" + subtask, AvroWire.encode(progress), false));
    }

    private void read(RawRecord record) {
        generator.onEvent(record, record.timestamp(), output);
        generator.onPeriodicEmit(output);
    }

    private static RawRecord raw(String key, byte[] value, boolean tombstone) {
        return new RawRecord(
                TopicNames.INDEX_CHANGES,
                0,
                0,
                999_999,
                key.getBytes(StandardCharsets.UTF_8),
                value,
                tombstone);
    }

    @Test
    void timeIsTheLeastOverAllSubtasks() {
        progress(0, 3, 100);
        progress(1, 3, 90);
        assertThat(emitted).isEmpty();
        progress(2, 3, 95);
        assertThat(emitted).containsExactly(90L);
        progress(1, 3, 99);
        progress(2, 3, 120);
        assertThat(emitted).containsExactly(90L, 95L, 99L);
    }

    @Test
    void timeStandsStillUntilANewNumberOfSubtasksHasSpoken() {
        progress(0, 2, 100);
        progress(1, 2, 100);
        progress(0, 3, 200);
        progress(1, 3, 200);
        assertThat(emitted).containsExactly(100L);
        progress(2, 3, 150);
        assertThat(emitted).containsExactly(100L, 150L);
        progress(0, 1, 300);
        assertThat(emitted).containsExactly(100L, 150L, 300L);
    }

    @Test
    void timeNeverGoesBack() {
        Property.holds(
                random -> {
                    ProgressWatermarksTest test = new ProgressWatermarksTest();
                    Map<Integer, Long> newest = new HashMap<>();
                    int of = 1;
                    for (int i = 0; i < 100; i++) {
                        if (random.nextInt(10) == 0) {
                            int next = 1 + random.nextInt(4);
                            if (next != of) {
                                newest.clear();
                            }
                            of = next;
                        }
                        int subtask = random.nextInt(of);
                        long watermark = random.nextInt(1_000);
                        test.progress(subtask, of, watermark);
                        newest.merge(subtask, watermark, Math::max);
                    }
                    assertThat(test.emitted).isSorted().doesNotHaveDuplicates();
                    if (newest.size() == of) {
                        long least = newest.values().stream().mapToLong(v -> v).min().orElseThrow();
                        assertThat(test.emitted.get(test.emitted.size() - 1))
                                .isGreaterThanOrEqualTo(least);
                    }
                });
    }

    @Test
    void changesAndForeignRecordsSayNothingOfTime() {
        RecordKey key = new RecordKey(1, "a");
        byte[] change = IndexChangeWire.encode(IndexChange.deleted(key, new Version(7, 0, 0)));
        read(raw("0000000000000001/a", change, false));
        read(raw("0000000000000001/a", new byte[0], true));
        read(raw("progress/0", new byte[] {1, 2, 3}, false));
        read(raw("progress/0", new byte[0], true));
        read(raw("", new byte[0], false));
        assertThat(emitted).isEmpty();
        progress(0, 1, 5);
        assertThat(emitted).containsExactly(5L);
    }
}

package io.nearstream.jobs.query.source;

import io.nearstream.jobs.common.wire.RawRecord;
import io.nearstream.schemas.Progress;
import io.nearstream.schemas.wire.AvroWire;
import io.nearstream.schemas.wire.UndecodableException;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;

/**
 * Query time of one partition of the index changes: the least watermark over all sink subtasks of
 * the ingest job, each from its newest Progress record. When their number changes, time stands
 * still until all of the new ones have spoken. Progress that was once written stays true, so time
 * never goes back.
 */
public final class ProgressWatermarks implements WatermarkGenerator<RawRecord> {
    private static final byte[] KEY_PREFIX =
            "progress/".getBytes(java.nio.charset.StandardCharsets.UTF_8);

    private final AvroWire wire = AvroWire.of(Progress.getClassSchema());
    private final Map<Integer, Long> bySubtask = new HashMap<>();
    private int subtasks;
    private long emitted = Long.MIN_VALUE;

    /** The strategy for the source of index changes. */
    public static WatermarkStrategy<RawRecord> strategy() {
        return WatermarkStrategy.<RawRecord>forGenerator(context -> new ProgressWatermarks())
                .withTimestampAssigner((record, timestamp) -> record.timestamp());
    }

    /** Whether a record of the topic is Progress; its key says so. */
    static boolean isProgress(RawRecord record) {
        return record.key().length > KEY_PREFIX.length
                && java.util.Arrays.equals(
                        record.key(), 0, KEY_PREFIX.length, KEY_PREFIX, 0, KEY_PREFIX.length);
    }

    @Override
    public void onEvent(RawRecord record, long timestamp, WatermarkOutput output) {
        if (record.tombstone() || !isProgress(record)) {
            return;
        }
        try {
            Progress progress = (Progress) wire.decode(record.value());
            if (progress.getOf() != subtasks) {
                bySubtask.clear();
                subtasks = progress.getOf();
            }
            bySubtask.merge(progress.getSubtask(), progress.getWatermark(), Math::max);
        } catch (UndecodableException foreign) {
            return; // DecodeChanges counts it
        }
        if (bySubtask.size() < subtasks) {
            return;
        }
        long least = bySubtask.values().stream().mapToLong(Long::longValue).min().orElseThrow();
        if (least > emitted) {
            emitted = least;
            output.emitWatermark(new Watermark(least));
        }
    }

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {
        // Time comes with Progress only.
    }
}

package io.nearstream.jobs.common.changes;

import io.nearstream.jobs.common.wire.ProgressClock;
import io.nearstream.jobs.common.wire.RawRecord;
import io.nearstream.schemas.Progress;
import io.nearstream.schemas.wire.AvroWire;
import io.nearstream.schemas.wire.UndecodableException;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;

/** Query time of one partition of the index changes, as {@link ProgressClock} tells it. */
public final class ProgressWatermarks implements WatermarkGenerator<RawRecord> {
    private static final byte[] KEY_PREFIX =
            "progress/".getBytes(java.nio.charset.StandardCharsets.UTF_8);

    private final AvroWire wire = AvroWire.of(Progress.getClassSchema());
    private final ProgressClock clock = new ProgressClock();

    /** The strategy for the source of index changes. */
    public static WatermarkStrategy<RawRecord> strategy() {
        return WatermarkStrategy.<RawRecord>forGenerator(context -> new ProgressWatermarks())
                .withTimestampAssigner((record, timestamp) -> record.timestamp());
    }

    /** Whether a record of the topic is Progress; its key says so. */
    public static boolean isProgress(RawRecord record) {
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
            long before = clock.time();
            long time = clock.observe((Progress) wire.decode(record.value()));
            if (time > before) {
                output.emitWatermark(new Watermark(time));
            }
        } catch (UndecodableException foreign) {
            return; // DecodeChanges counts it
        }
    }

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {
        // Time comes with Progress only.
    }
}

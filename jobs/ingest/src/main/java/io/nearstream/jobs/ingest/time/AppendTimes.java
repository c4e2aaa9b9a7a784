package io.nearstream.jobs.ingest.time;

import io.nearstream.jobs.common.wire.RawRecord;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;

/**
 * The time of a partition of writes: the largest append time less 1 ms, since the next record may
 * have the same. It is said as soon as it goes on, which is once a millisecond at most: everybody
 * who waits for time waits for this.
 */
public final class AppendTimes implements WatermarkGenerator<RawRecord> {
    private long largest = Long.MIN_VALUE;

    /** The strategy for a source of writes. */
    public static WatermarkStrategy<RawRecord> strategy() {
        return WatermarkStrategy.forGenerator(context -> new AppendTimes());
    }

    @Override
    public void onEvent(RawRecord record, long appended, WatermarkOutput output) {
        if (appended > largest) {
            largest = appended;
            output.emitWatermark(new Watermark(appended - 1));
        }
    }

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {
        // Time comes with records, Ticks among them.
    }
}

package io.nearstream.jobs.ingest.time;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.jobs.common.wire.RawRecord;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.junit.jupiter.api.Test;

/** Time goes on with the append times, at once and never back. */
class AppendTimesTest {
    private final List<Long> said = new ArrayList<>();
    private final WatermarkOutput output =
            new WatermarkOutput() {
                @Override
                public void emitWatermark(Watermark watermark) {
                    said.add(watermark.getTimestamp());
                }

                @Override
                public void markIdle() {
                    throw new AssertionError("A partition is never idle: it is ticked.");
                }

                @Override
                public void markActive() {
                    throw new AssertionError("A partition is never idle: it is ticked.");
                }
            };

    @Test
    void itIsSaidOnceForEveryAppendTimeThatIsNewer() {
        AppendTimes times = new AppendTimes();
        for (long appended : new long[] {5, 5, 7, 6, 7, 8}) {
            RawRecord record = new RawRecord("t", 0, 0, appended, new byte[0], new byte[0], false);
            times.onEvent(record, appended, output);
            times.onPeriodicEmit(output);
        }
        assertThat(said).containsExactly(4L, 6L, 7L);
    }
}

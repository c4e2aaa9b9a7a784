package io.nearstream.jobs.ingest.tick;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.common.kafka.OutRecordSerializer;
import io.nearstream.schemas.Tick;
import io.nearstream.schemas.wire.AvroWire;
import java.util.List;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // the harness closes with "throws Exception"
class TickFunctionTest {
    /** By partition; changed by the tests, which run one after the other. */
    private static volatile long[] ends = {};

    @Test
    void onlyIdlePartitionsGetATick() throws Exception {
        try (var harness = harness()) {
            beat(harness, 0, 10, 20);
            beat(harness, 40, 11, 20);
            assertThat(harness.extractOutputValues()).isEmpty();
            beat(harness, 60, 11, 20);
            List<OutRecord> ticks = harness.extractOutputValues();
            assertThat(ticks).extracting(OutRecord::partition).containsExactly(1);
            assertThat(AvroWire.of(Tick.getClassSchema()).decode(ticks.get(0).value()))
                    .isEqualTo(new Tick(60L));
        }
    }

    @Test
    void idlePartitionIsTickedOnceForEachIdleTime() throws Exception {
        try (var harness = harness()) {
            beat(harness, 0, 10);
            int end = 10;
            for (long now = 10; now <= 520; now += 10) {
                int before = harness.extractOutputValues().size();
                beat(harness, now, end);
                end += harness.extractOutputValues().size() - before; // our tick moves the end
            }
            // The end moves with the tick and is seen 10 ms later: 60 ms from tick to tick.
            assertThat(harness.extractOutputValues()).hasSize(8);
        }
    }

    @Test
    void newPartitionsAreFound() throws Exception {
        try (var harness = harness()) {
            beat(harness, 0, 10);
            beat(harness, 10, 11, 0);
            beat(harness, 60, 12, 0);
            assertThat(harness.extractOutputValues())
                    .extracting(OutRecord::partition)
                    .containsExactly(1);
        }
    }

    @Test
    void silentBrokerIsNoIdlePartition() throws Exception {
        try (var harness = harness()) {
            beat(harness, 0, 10);
            beat(harness, 100);
            assertThat(harness.extractOutputValues()).isEmpty();
        }
    }

    private static void beat(
            OneInputStreamOperatorTestHarness<Long, OutRecord> harness, long now, long... current)
            throws Exception {
        ends = current;
        harness.setProcessingTime(now);
        harness.processElement(new StreamRecord<>(now));
    }

    private static OneInputStreamOperatorTestHarness<Long, OutRecord> harness() throws Exception {
        var harness =
                new OneInputStreamOperatorTestHarness<>(
                        new ProcessOperator<>(new TickFunction("t", 50, Ends::new)));
        harness.setup(OutRecordSerializer.INSTANCE);
        harness.open();
        return harness;
    }

    private static final class Ends implements LogEnds {
        @Override
        public long[] get() {
            return ends;
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }
}

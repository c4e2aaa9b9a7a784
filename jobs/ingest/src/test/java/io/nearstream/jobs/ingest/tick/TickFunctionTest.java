package io.nearstream.jobs.ingest.tick;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.common.kafka.OutRecordSerializer;
import io.nearstream.schemas.Tick;
import io.nearstream.schemas.wire.AvroWire;
import java.util.List;
import java.util.Map;
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
            beat(harness, 40, 10, 20);
            assertThat(harness.extractOutputValues()).isEmpty();
            beat(harness, 50, 10, 20);
            assertThat(harness.extractOutputValues())
                    .extracting(OutRecord::partition)
                    .containsExactly(0, 1);
            assertThat(tick(harness, 0)).isEqualTo(new Tick(50L));
        }
    }

    @Test
    void busyPartitionsGetNone() throws Exception {
        try (var harness = harness()) {
            for (long now = 0; now <= 500; now += 10) {
                beat(harness, now, now, 2 * now);
            }
            assertThat(harness.extractOutputValues()).isEmpty();
        }
    }

    @Test
    void idlePartitionIsTickedOnceForEachIdleTime() throws Exception {
        try (var harness = harness()) {
            beat(harness, 0, 10);
            for (long now = 10; now <= 520; now += 10) {
                beat(harness, now, 10 + harness.extractOutputValues().size());
            }
            // A tick moves the end, which is seen 10 ms later: 60 ms from tick to tick.
            assertThat(harness.extractOutputValues()).hasSize(8);
        }
    }

    @Test
    void writeIsFollowedByATickInEveryPartition() throws Exception {
        try (var harness = harness()) {
            beat(harness, 0, 10, 20, 30);
            beat(harness, 10, 11, 20, 30);
            assertThat(partitions(harness)).containsExactly(1, 2);
            beat(harness, 20, 11, 21, 31);
            assertThat(partitions(harness)).containsExactly(1, 2, 0);
            assertThat(tick(harness, 2)).isEqualTo(new Tick(10L));
            beat(harness, 30, 12, 21, 31);
            beat(harness, 40, 12, 21, 31);
            assertThat(partitions(harness)).containsExactly(1, 2, 0);
        }
    }

    @Test
    void earlyTicksComeAtMostTwiceInAnIdleTime() throws Exception {
        try (var harness = harness()) {
            for (long now = 0; now <= 1_000; now += 5) {
                beat(harness, now, now, 7); // one partition always busy, the ticks never seen
            }
            assertThat(harness.extractOutputValues()).hasSizeBetween(30, 41);
            assertThat(partitions(harness)).containsOnly(1);
        }
    }

    @Test
    void lostTickDoesNotHideAWriteForLong() throws Exception {
        try (var harness = harness()) {
            beat(harness, 0, 10, 20);
            beat(harness, 50, 10, 20); // both ticked, both ticks lost
            beat(harness, 100, 10, 20); // and again
            int before = harness.extractOutputValues().size();
            beat(harness, 110, 11, 20); // taken for our tick
            beat(harness, 160, 11, 20);
            assertThat(harness.extractOutputValues()).hasSize(before + 2);
        }
    }

    @Test
    void newPartitionsAreFound() throws Exception {
        try (var harness = harness()) {
            beat(harness, 0, 10);
            beat(harness, 10, 10, 0);
            beat(harness, 60, 10, 0);
            assertThat(partitions(harness)).containsExactly(0, 1);
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

    private static List<Integer> partitions(
            OneInputStreamOperatorTestHarness<Long, OutRecord> harness) {
        return harness.extractOutputValues().stream().map(OutRecord::partition).toList();
    }

    private static Object tick(
            OneInputStreamOperatorTestHarness<Long, OutRecord> harness, int index)
            throws Exception {
        byte[] value = harness.extractOutputValues().get(index).value();
        return AvroWire.of(Tick.getClassSchema()).decode(value);
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
                        new ProcessOperator<>(new TickFunction(50, Ends::new)));
        harness.setup(OutRecordSerializer.INSTANCE);
        harness.open();
        return harness;
    }

    private static final class Ends implements LogEnds {
        @Override
        public Map<String, long[]> get() {
            return Map.of("t", ends);
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }
}

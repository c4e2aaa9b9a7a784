package io.nearstream.jobs.query.merge;

import static io.nearstream.jobs.query.merge.MergeHarness.DEADLINE;
import static io.nearstream.jobs.query.merge.MergeHarness.header;
import static io.nearstream.jobs.query.merge.MergeHarness.share;
import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.jobs.query.message.ProbeKey;
import org.apache.flink.streaming.runtime.tasks.TestProcessingTimeService;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // the harness closes with "throws Exception"
class MergeTimersTest {
    private static final int PROBES = 100;
    private static final long GRAIN = PendingProbes.DEADLINE_GRAIN_MS;

    @Test
    void taskIsWokenUpForDeadlinesThatAreStillWaitedForOnly() throws Exception {
        try (MergeHarness merge = new MergeHarness()) {
            TestProcessingTimeService time = merge.flink().getProcessingTimeService();
            assertThat(time.getNumActiveTimers()).isZero();
            for (int i = 0; i < PROBES; i++) {
                ProbeKey key = new ProbeKey(0, i);
                merge.header(header(key, 1, 10, false, 1, DEADLINE + i * GRAIN));
                merge.share(share(key, 0, 0));
            }
            assertThat(merge.answers()).hasSize(PROBES);
            assertThat(time.getActiveTimerTimestamps()).containsExactly(DEADLINE);

            long late = DEADLINE + PROBES * GRAIN + 1;
            merge.header(header(new ProbeKey(1, 0), 2, 10, false, 1, late));
            assertThat(time.getActiveTimerTimestamps()).containsExactly(DEADLINE);
            merge.flink().setProcessingTime(DEADLINE);
            assertThat(time.getActiveTimerTimestamps())
                    .as("not those of the others, who have their answers")
                    .containsExactly(late - 1 + GRAIN);
            assertThat(merge.answers()).isEmpty();
            merge.flink().setProcessingTime(late - 1 + GRAIN);
            assertThat(merge.answers()).hasSize(1);
        }
    }

    @Test
    void earlierDeadlineTakesThePlaceOfALaterOne() throws Exception {
        try (MergeHarness merge = new MergeHarness()) {
            TestProcessingTimeService time = merge.flink().getProcessingTimeService();
            merge.header(header(new ProbeKey(0, 1), 2, 10, false, 1, DEADLINE));
            merge.header(header(new ProbeKey(0, 2), 2, 10, false, 1, DEADLINE / 2));
            assertThat(time.getActiveTimerTimestamps()).containsExactly(DEADLINE / 2);
            merge.flink().setProcessingTime(DEADLINE / 2);
            assertThat(merge.answers()).hasSize(1);
            assertThat(time.getActiveTimerTimestamps()).containsExactly(DEADLINE);
            merge.flink().setProcessingTime(DEADLINE);
            assertThat(merge.answers()).hasSize(1);
        }
    }
}

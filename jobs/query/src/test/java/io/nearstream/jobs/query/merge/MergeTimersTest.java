package io.nearstream.jobs.query.merge;

import static io.nearstream.jobs.query.merge.MergeHarness.DEADLINE;
import static io.nearstream.jobs.query.merge.MergeHarness.KEY;
import static io.nearstream.jobs.query.merge.MergeHarness.search;
import static io.nearstream.jobs.query.merge.MergeHarness.share;
import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.jobs.query.message.ProbeKey;
import org.apache.flink.streaming.runtime.tasks.TestProcessingTimeService;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // the harness closes with "throws Exception"
class MergeTimersTest {
    @Test
    void nothingWakesTheTaskUpBeforeADeadlineComes() throws Exception {
        try (MergeHarness merge = new MergeHarness()) {
            TestProcessingTimeService time = merge.flink().getProcessingTimeService();
            assertThat(time.getNumActiveTimers()).isZero();
            for (int i = 0; i < 100; i++) {
                ProbeKey key = new ProbeKey(0, i);
                merge.header(search(key, 1));
                merge.share(share(key, 0, 0));
                merge.flink().setProcessingTime(i);
            }
            assertThat(merge.answers()).hasSize(100);
            assertThat(time.getNumActiveTimers())
                    .as("of the first probe's deadline, and since nothing was known of it before")
                    .isEqualTo(2);

            merge.header(search(KEY, 2));
            merge.flink().setProcessingTime(DEADLINE + PendingProbes.DEADLINE_GRAIN_MS);
            assertThat(merge.answers()).hasSize(1);
        }
    }
}

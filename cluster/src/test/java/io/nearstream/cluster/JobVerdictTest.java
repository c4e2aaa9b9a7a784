package io.nearstream.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class JobVerdictTest {
    private static final long NONE = -1;

    private static JobStatusReport job(Map<String, Long> lag, long checkpointAgeMs, long failed) {
        return new JobStatusReport("query", "RUNNING", 2, lag, checkpointAgeMs, 10, 100, failed);
    }

    @Test
    void aJobThatHasJustStartedIsWell() {
        assertThat(JobVerdict.of(job(Map.of(), NONE, 0), 0, 900)).isEmpty();
    }

    @Test
    void aFirstCheckpointIsCompleteBeforeItsPositionsAreInKafka() {
        assertThat(JobVerdict.of(job(Map.of(), 200, 0), 0, 2_000)).isEmpty();
    }

    @Test
    void aJobThatRunsForLongMustHavePositions() {
        assertThat(JobVerdict.of(job(Map.of(), 200, 0), 0, 60_001))
                .singleElement()
                .asString()
                .contains("query", "committed no position");
    }

    @Test
    void aJobThatRunsForLongMustHaveACheckpoint() {
        assertThat(JobVerdict.of(job(Map.of(), NONE, 0), 0, 60_001))
                .containsExactly("Job query has completed no checkpoint in 60 s.");
    }

    @Test
    void oldAndFailedCheckpointsAreNamed() {
        Map<String, Long> lag = Map.of("index-changes", 0L);
        assertThat(JobVerdict.of(job(lag, 60_001, 0), 0, 90_000))
                .containsExactly("The newest checkpoint of job query is 60 s old.");
        assertThat(JobVerdict.of(job(lag, 60_001, 3), 0, 90_000))
                .singleElement()
                .asString()
                .startsWith("The last 3 checkpoints of job query failed");
        assertThat(JobVerdict.of(job(lag, 1_000, 2), 0, 90_000)).isEmpty();
    }

    @Test
    void lagAndSubtasksThatDoNotRunAreNamed() {
        assertThat(JobVerdict.of(job(Map.of("index-changes", 10_001L), 10, 0), 1, 90_000))
                .containsExactly(
                        "Job query is RUNNING, 1 of its subtasks do not run.",
                        "Job query is 10,001 records behind: it is still being built up from index-changes, or cannot keep up.");
        assertThat(JobVerdict.of(job(Map.of("index-changes", 10_000L), 10, 0), 0, 90_000))
                .isEmpty();
    }
}

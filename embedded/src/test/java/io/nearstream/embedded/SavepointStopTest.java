package io.nearstream.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.common.JobID;
import org.apache.flink.runtime.checkpoint.FinishedTaskStateProvider.PartialFinishingNotSupportedByStateException;
import org.junit.jupiter.api.Test;

class SavepointStopTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final JobID JOB = new JobID(1, 2);

    private final Deque<CompletableFuture<String>> tries = new ArrayDeque<>();
    private int waited;

    private String stop() {
        return new SavepointStop(tries::remove, (job, left) -> waited++).of(JOB, LONG);
    }

    private static CompletableFuture<String> failed(Exception cause) {
        return CompletableFuture.failedFuture(new IllegalStateException("declined", cause));
    }

    @Test
    void whatIsRefusedOverPartlyEndedSourcesIsTriedAgainAlsoWhileTheJobRestarts() {
        tries.addAll(
                List.of(
                        failed(new PartialFinishingNotSupportedByStateException("partly")),
                        failed(new IllegalStateException("restarting")),
                        CompletableFuture.completedFuture("here")));
        assertThat(stop()).isEqualTo("here");
        assertThat(waited).isEqualTo(2);
    }

    @Test
    void otherFailuresAreTold() {
        tries.add(failed(new IllegalStateException("disk full")));
        assertThatThrownBy(this::stop)
                .isInstanceOf(FlinkFailure.class)
                .hasMessageContaining("disk full");
        assertThat(waited).isZero();
    }
}

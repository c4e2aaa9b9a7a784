package io.nearstream.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WriteTallyTest {
    private final WriteTally tally = new WriteTally();

    @Test
    void latestAppendTimeIsKnownOnceAllHaveEnded() {
        CompletableFuture<WriteReceipt> late = new CompletableFuture<>();
        tally.track(CompletableFuture.completedFuture(new WriteReceipt(0, 1, 70)));
        tally.track(late);
        tally.track(CompletableFuture.completedFuture(new WriteReceipt(0, 2, 60)));
        new Thread(() -> late.complete(new WriteReceipt(1, 1, 65))).start();

        assertThat(tally.await(Duration.ofSeconds(30))).isEqualTo(70);
        assertThat(tally.acknowledged()).isEqualTo(3);
    }

    @Test
    void firstFailureStopsTheRest() {
        tally.track(CompletableFuture.failedFuture(new NearstreamException("disk full")));

        assertThatThrownBy(() -> tally.await(Duration.ofSeconds(30)))
                .hasMessageContaining("disk full");
        assertThatThrownBy(() -> tally.track(new CompletableFuture<>()))
                .hasMessageContaining("disk full");
    }

    @Test
    void waitingEndsAtTheTimeout() {
        tally.track(new CompletableFuture<>());

        assertThatThrownBy(() -> tally.await(Duration.ofMillis(1)))
                .hasMessageContaining("1 of 1 writes were not acknowledged");
    }
}

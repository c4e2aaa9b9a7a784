package io.nearstream.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.schemas.ProbeResult;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class PendingProbesTest {
    @Test
    void fullPendingRefusesUntilOneEnds() throws Exception {
        PendingProbes pending = new PendingProbes(1);
        CompletableFuture<ProbeResult> first = pending.add("a", 0, 1);

        assertThatThrownBy(() -> pending.add("b", 0, 1).get())
                .hasCauseInstanceOf(TimeoutException.class)
                .hasMessageContaining("1 probes wait");

        pending.complete("a", new ProbeResult());
        assertThat(first).isCompleted();
        assertThat(pending.add("b", 0, 1)).isNotDone();
    }

    @Test
    void expiryEndsOnlyWhatIsOverdue() throws Exception {
        PendingProbes pending = new PendingProbes(2);
        // Times near the overflow of nanoTime compare by difference.
        long start = Long.MAX_VALUE - 5;
        CompletableFuture<ProbeResult> early = pending.add("a", start, 10);
        CompletableFuture<ProbeResult> late = pending.add("b", start, 11);

        pending.expire(start + 9);
        assertThat(early).isNotDone();
        pending.expire(start + 10);
        assertThat(early).isCompletedExceptionally();
        assertThat(late).isNotDone();
    }

    @Test
    void endingIsOnceAndForAll() throws Exception {
        PendingProbes pending = new PendingProbes(5);
        CompletableFuture<ProbeResult> before = pending.add("a", 0, 1);
        pending.end(new NearstreamException("over"));
        CompletableFuture<ProbeResult> after = pending.add("b", 0, 1);

        assertThat(before).isCompletedExceptionally();
        assertThat(after).isCompletedExceptionally();
        pending.complete("a", new ProbeResult());
        assertThatThrownBy(before::get).hasMessageContaining("over");
    }
}

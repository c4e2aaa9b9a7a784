package io.nearstream.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.schemas.ProbeResult;
import io.nearstream.testing.Property;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PendingAnswersTest {
    @Test
    void fullPendingRefusesUntilOneEnds() throws Exception {
        PendingAnswers<ProbeResult> pending = new PendingAnswers<>(1, "?");
        CompletableFuture<ProbeResult> first = pending.add("a", "Probe a", 0, 1);

        assertThatThrownBy(() -> pending.add("b", "Probe b", 0, 1).get())
                .hasCauseInstanceOf(TimeoutException.class)
                .hasMessageContaining("1 others wait");

        pending.complete("a", new ProbeResult());
        assertThat(first).isCompleted();
        assertThat(pending.add("b", "Probe b", 0, 1)).isNotDone();
    }

    @Test
    void expiryEndsOnlyWhatIsOverdue() throws Exception {
        PendingAnswers<ProbeResult> pending = new PendingAnswers<>(2, "?");
        // Times near the overflow of nanoTime compare by difference.
        long start = Long.MAX_VALUE - 5;
        CompletableFuture<ProbeResult> early = pending.add("a", "Probe a", start, 10);
        CompletableFuture<ProbeResult> late = pending.add("b", "Probe b", start, 11);

        pending.expire(start + 9);
        assertThat(early).isNotDone();
        pending.expire(start + 10);
        assertThat(early).isCompletedExceptionally();
        assertThat(late).isNotDone();
    }

    @Test
    void endingIsOnceAndForAll() throws Exception {
        PendingAnswers<ProbeResult> pending = new PendingAnswers<>(5, "?");
        CompletableFuture<ProbeResult> before = pending.add("a", "Probe a", 0, 1);
        pending.end(new NearstreamException("over"));
        CompletableFuture<ProbeResult> after = pending.add("b", "Probe b", 0, 1);

        assertThat(before).isCompletedExceptionally();
        assertThat(after).isCompletedExceptionally();
        pending.complete("a", new ProbeResult());
        assertThatThrownBy(before::get).hasMessageContaining("over");
    }

    /** Answers, expiry and senders meet from several threads; nothing ends twice or not at all. */
    @Test
    void everyRequestEndsOnceAndGivesItsRoomBack() {
        Property.holds(
                20,
                random -> {
                    int room = random.nextInt(1, 8);
                    PendingAnswers<ProbeResult> pending = new PendingAnswers<>(room, "?");
                    AtomicInteger ends = new AtomicInteger();
                    int probes = 400;
                    AtomicBoolean done = new AtomicBoolean();
                    Thread expirer =
                            new Thread(
                                    () -> {
                                        for (long now = 0; !done.get(); now++) {
                                            pending.expire(now % 3);
                                        }
                                    });
                    Thread answerer =
                            new Thread(
                                    () -> {
                                        for (int i = 0; !done.get(); i = (i + 1) % probes) {
                                            pending.complete("p" + i, new ProbeResult());
                                        }
                                    });
                    expirer.start();
                    answerer.start();
                    List<CompletableFuture<ProbeResult>> answers = new ArrayList<>();
                    for (int i = 0; i < probes; i++) {
                        CompletableFuture<ProbeResult> answer =
                                pending.add("p" + i, "Probe", 0, Long.MAX_VALUE);
                        answer.whenComplete((result, failure) -> ends.incrementAndGet());
                        answers.add(answer);
                    }
                    for (CompletableFuture<ProbeResult> answer : answers) {
                        answer.get(30, TimeUnit.SECONDS);
                    }
                    done.set(true);
                    expirer.join();
                    answerer.join();
                    assertThat(ends).hasValue(probes);
                    for (int i = 0; i < room; i++) {
                        assertThat(pending.add("again" + i, "Probe", 0, 1)).isNotDone();
                    }
                });
    }
}

package io.nearstream.bench.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.client.NearstreamException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ClosedLoopTest {
    private static final Duration A_WHILE = Duration.ofMillis(200);

    private final ExecutorService answers = Executors.newFixedThreadPool(4);

    @AfterEach
    void stopAnswering() {
        answers.shutdownNow();
    }

    private static ClosedLoop start(Traffic traffic, int inFlight) {
        return ClosedLoop.start(traffic, inFlight, new SplittableRandom(1), Clock.systemUTC());
    }

    @Test
    void neverMoreIsUnderWayThanAskedForAndEverythingEnds() throws Exception {
        AtomicInteger underWay = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Traffic traffic =
                random -> {
                    most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
                    return CompletableFuture.supplyAsync(
                            () -> {
                                underWay.decrementAndGet();
                                return true;
                            },
                            answers);
                };
        try (ClosedLoop loop = start(traffic, 8)) {
            LoadWindow window = loop.measure(A_WHILE);
            assertThat(window.operations()).isPositive();
            assertThat(window.failures()).isZero();
            assertThat(window.wrong()).isZero();
            assertThat(window.nanos()).isGreaterThanOrEqualTo(A_WHILE.toNanos());
            assertThat(window.perSecond()).isEqualTo(window.operations() / (window.nanos() / 1e9));
        }
        assertThat(most.get()).isBetween(1, 8);
        assertThat(underWay.get()).isZero();
    }

    @Test
    void nothingIsSentWhileAllAreUnderWay() throws Exception {
        List<CompletableFuture<Boolean>> sent = new ArrayList<>();
        Traffic traffic =
                random -> {
                    CompletableFuture<Boolean> answer = new CompletableFuture<>();
                    synchronized (sent) {
                        sent.add(answer);
                    }
                    return answer;
                };
        ClosedLoop loop = start(traffic, 3);
        assertThat(loop.measure(A_WHILE).operations()).isZero();
        synchronized (sent) {
            assertThat(sent).hasSize(3);
        }
        Thread end =
                new Thread(
                        () -> {
                            for (int next = 0; ; next++) {
                                CompletableFuture<Boolean> answer;
                                synchronized (sent) {
                                    if (next == sent.size()) {
                                        return;
                                    }
                                    answer = sent.get(next);
                                }
                                answer.complete(true);
                            }
                        });
        // Stopped before the answers come, or each of them would make room for another.
        Thread closing = new Thread(loop::close);
        closing.start();
        while (closing.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        end.start();
        end.join();
        closing.join();
        synchronized (sent) {
            assertThat(sent).hasSize(3);
        }
    }

    @Test
    void wrongAnswersAndFailuresAreCountedApart() throws Exception {
        AtomicInteger number = new AtomicInteger();
        Traffic traffic =
                random ->
                        switch (number.getAndIncrement() % 4) {
                            case 0 -> CompletableFuture.failedFuture(new RuntimeException("lost"));
                            case 1 -> CompletableFuture.completedFuture(false);
                            default -> CompletableFuture.completedFuture(true);
                        };
        try (ClosedLoop loop = start(traffic, 1)) {
            LoadWindow window = loop.measure(A_WHILE);
            assertThat(window.operations()).isGreaterThan(window.wrong());
            assertThat(window.wrong()).isPositive();
            assertThat(window.failures()).isPositive();
            assertThat(loop.firstFailure()).isEqualTo("lost");
        }
    }

    @Test
    void aClusterThatAnswersNothingEndsTheRun() {
        Traffic nobody =
                random -> CompletableFuture.failedFuture(new RuntimeException("nobody is there"));
        try (ClosedLoop loop = start(nobody, 4)) {
            assertThatThrownBy(() -> loop.measure(A_WHILE))
                    .isInstanceOf(NearstreamException.class)
                    .hasMessageContaining("nobody is there");
        }
    }

    @Test
    void aSenderThatBreaksEndsTheRun() {
        Traffic broken =
                random -> {
                    throw new IllegalStateException("no room");
                };
        try (ClosedLoop loop = start(broken, 4)) {
            assertThatThrownBy(() -> loop.measure(A_WHILE))
                    .isInstanceOf(NearstreamException.class)
                    .hasMessageContaining("no room");
        }
    }

    @Test
    void windowsAddUp() throws Exception {
        try (ClosedLoop loop = start(random -> CompletableFuture.completedFuture(true), 2)) {
            LoadWindow first = loop.measure(Duration.ofMillis(50));
            LoadWindow second = loop.measure(Duration.ofMillis(50));
            LoadWindow both = first.and(second);
            assertThat(both.operations()).isEqualTo(first.operations() + second.operations());
            assertThat(both.nanos()).isEqualTo(first.nanos() + second.nanos());
            assertThat(both.latency().getTotalCount())
                    .isEqualTo(first.latency().getTotalCount() + second.latency().getTotalCount());
            assertThat(both.document()).containsKeys("from", "to", "operations", "per_s", "p99_ms");
        }
    }
}

package io.nearstream.chaos.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.chaos.fault.FaultRunner.Injected;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class FaultRunnerTest {
    private final List<String> told = new CopyOnWriteArrayList<>();

    @Test
    void faultsBeginAndEndAtTheirTimesAndOneThatFailsIsUndoneToo() throws Exception {
        Schedule schedule =
                new Schedule(
                        List.of(
                                fault(1, FaultKind.HOT_KEYS, 0, 50),
                                fault(2, FaultKind.POISON, 100, 100),
                                fault(3, FaultKind.NET_LOSS, 0, 400)));
        Scripted injector =
                new Scripted(Set.of(FaultKind.HOT_KEYS, FaultKind.POISON, FaultKind.NET_LOSS));
        FaultRunner runner =
                new FaultRunner(
                        schedule,
                        Duration.ofSeconds(60),
                        List.of(injector),
                        System::nanoTime,
                        told::add);
        long start = System.nanoTime();
        List<Injected> injected = runner.run();

        assertThat(injector.done)
                .hasSize(6)
                .containsSubsequence("begin hot-keys", "end hot-keys", "begin poison", "end poison")
                .endsWith("end net-loss");
        assertThat(injected).hasSize(3);
        for (Injected one : injected) {
            boolean poison = one.fault().kind() == FaultKind.POISON;
            assertThat(one.notDone()).isEqualTo(poison ? "java.io.IOException: none left" : "");
            assertThat(one.notUndone()).isEmpty();
            assertThat(one.began() - start).isGreaterThanOrEqualTo(one.fault().start().toNanos());
            assertThat(one.ended() - one.began())
                    .isGreaterThanOrEqualTo(one.fault().duration().toNanos());
        }
        assertThat(runner.nodesTouched()).isFalse();
    }

    @Test
    void whatFollowsALateFaultIsPutOffAndWhatDoesNotFitIsNotDone() throws Exception {
        Schedule schedule =
                new Schedule(
                        List.of(
                                fault(1, FaultKind.HOT_KEYS, 0, 10),
                                fault(2, FaultKind.POISON, 30, 10),
                                fault(3, FaultKind.HOT_KEYS, 500, 10)));
        Scripted injector = new Scripted(Set.of(FaultKind.HOT_KEYS, FaultKind.POISON));
        Duration undoing = Duration.ofMillis(100);
        AtomicLong clock = new AtomicLong();
        injector.atEnd = () -> clock.addAndGet(undoing.toNanos());
        FaultRunner runner =
                new FaultRunner(
                        schedule, Duration.ofMillis(600), List.of(injector), clock::get, told::add);
        List<Injected> injected = runner.run();

        assertThat(injected).extracting(one -> one.fault().number()).containsExactly(1, 2, 3);
        // The clock stands still but for undoing, and nobody waits by it.
        assertThat(injected.get(1).began()).isGreaterThanOrEqualTo(undoing.toNanos());
        assertThat(injected.get(2).notDone()).contains("time of the run was over");
        assertThat(injector.done)
                .containsExactly("begin hot-keys", "end hot-keys", "begin poison", "end poison");
    }

    @Test
    void tellsOfFaultsOfNodes() throws Exception {
        Schedule schedule =
                new Schedule(
                        List.of(
                                fault(1, FaultKind.KILL_CLIENT, 0, 10),
                                fault(2, FaultKind.HOT_KEYS, 0, 10)));
        Scripted injector = new Scripted(Set.of(FaultKind.KILL_CLIENT, FaultKind.HOT_KEYS));
        new FaultRunner(
                        schedule,
                        Duration.ofSeconds(60),
                        List.of(injector),
                        System::nanoTime,
                        told::add)
                .run();
        assertThat(told)
                .containsExactly(
                        "fault 1 kill-client node begins", "fault 1 kill-client node is over");
    }

    private static Fault fault(int number, FaultKind kind, int startMs, int durationMs) {
        return new Fault(
                number, kind, Duration.ofMillis(startMs), Duration.ofMillis(durationMs), "node", 1);
    }
}

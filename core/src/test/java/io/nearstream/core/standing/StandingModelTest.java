package io.nearstream.core.standing;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.RecordKey;
import io.nearstream.core.model.Version;
import io.nearstream.testing.Property;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Folded, what a shard tells is what brute force finds, at every version of the log. */
class StandingModelTest {
    /** A shard that is written and read again at random moments. */
    private static final class Run {
        private final StandingLog log;
        private final SplittableRandom random;
        private final RowsInMemory rows = new RowsInMemory();
        private final Map<Version, Long> frontiers = new HashMap<>();
        private long end;
        private final List<Difference> told = new ArrayList<>();
        private WaitingShard shard;
        private long restores;

        Run(StandingLog log, SplittableRandom random) {
            this.log = log;
            this.random = random;
            this.shard =
                    new WaitingShard(new StandingShard(log.rules(), Long.MIN_VALUE, told::add));
        }

        void run() throws Exception {
            int change = 0;
            int registration = 0;
            while (change < log.changes().size() || registration < log.registrations().size()) {
                int choice = random.nextInt(12);
                if (choice < 6 && change < log.changes().size()) {
                    int ahead = random.nextInt(4); // another partition is read before
                    for (int i = Math.min(change + ahead, log.changes().size() - 1);
                            i > change;
                            i--) {
                        shard.change(log.changes().get(i));
                    }
                    shard.change(log.changes().get(change++));
                } else if (choice < 8 && registration < log.registrations().size()) {
                    Registration next = log.registrations().get(registration++);
                    frontiers.put(next.stamp(), shard.shard().frontier());
                    shard.shard().register(next);
                } else if (choice < 10 && change < log.changes().size()) {
                    shard.advance(log.changes().get(change).version().time() - 1);
                } else if (choice == 10 && change > 0) {
                    shard.change(log.changes().get(random.nextInt(change))); // a replay
                } else if (random.nextInt(4) == 0) {
                    restore();
                }
            }
            long last = log.changes().get(log.changes().size() - 1).version().time();
            end = last + 10_000;
            shard.advance(end);
        }

        private void restore() throws Exception {
            restores++;
            StandingShard before = shard.shard();
            StandingShard next = new StandingShard(log.rules(), before.frontier(), told::add);
            rows.move(before, next);
            assertThat(next.records()).isEqualTo(before.records());
            assertThat(next.queries()).isEqualTo(before.queries());
            assertThat(next.pending()).isEqualTo(before.pending());
            List<IndexChange> waiting = shard.waiting();
            shard = new WaitingShard(next);
            waiting.forEach(shard::change);
        }
    }

    @Test
    void theFoldIsWhatBruteForceFindsAtEveryVersion() {
        Map<Difference.Kind, AtomicLong> kinds = new EnumMap<>(Difference.Kind.class);
        AtomicLong cuts = new AtomicLong();
        AtomicLong restores = new AtomicLong();
        AtomicLong checked = new AtomicLong();
        Property.holds(
                200,
                random -> {
                    StandingLog log = StandingLog.random(random, 30 + random.nextInt(150));
                    Run run = new Run(log, random);
                    run.run();
                    checked.addAndGet(StandingCheck.check(log, run.told, run.frontiers, run.end));
                    run.told.forEach(
                            difference ->
                                    kinds.computeIfAbsent(
                                                    difference.kind(), unknown -> new AtomicLong())
                                            .incrementAndGet());
                    run.told.stream()
                            .filter(Difference::truncated)
                            .forEach(cut -> cuts.incrementAndGet());
                    restores.addAndGet(run.restores);
                });
        assertThat(restores.get()).isPositive();
        assertThat(checked.get()).isPositive();
        assertThat(cuts.get()).as("answers that are cut").isPositive();
        assertThat(kinds.keySet())
                .contains(
                        Difference.Kind.SNAPSHOT,
                        Difference.Kind.CHANGE,
                        Difference.Kind.RENEWED,
                        Difference.Kind.LIMITED,
                        Difference.Kind.ENDED);
    }

    @Test
    void nothingIsLeftOfWhatIsGone() {
        Property.holds(
                60,
                random -> {
                    StandingLog log = StandingLog.random(random, 80);
                    Run run = new Run(log, random);
                    run.run();
                    long after = 10_000_000;
                    for (int i = 0; i < 60; i++) {
                        RecordKey key = new RecordKey(7, "r" + i);
                        run.shard.change(IndexChange.deleted(key, new Version(after, 0, i)));
                    }
                    run.shard.advance(after + 10_000_000);
                    run.shard.shard().flush(run.rows);
                    assertThat(run.shard.shard().records()).isZero();
                    assertThat(run.shard.shard().queries()).isZero();
                    assertThat(run.rows.size()).isZero();
                });
    }
}

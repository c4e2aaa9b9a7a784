package io.nearstream.core.standing;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.RecordKey;
import io.nearstream.core.model.Version;
import io.nearstream.testing.Property;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Folded, what a shard tells is what brute force finds, at every version of the log. */
class StandingModelTest {
    /** A shard that is written and read again at random moments. */
    private static final class Run {
        private final StandingLog log;
        private final SplittableRandom random;
        private final Rows rows = new Rows();
        private final List<Difference> told = new ArrayList<>();
        private StandingShard shard;
        private long restores;

        Run(StandingLog log, SplittableRandom random) {
            this.log = log;
            this.random = random;
            this.shard = new StandingShard(log.rules(), Long.MIN_VALUE, told::add);
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
                    shard.register(log.registrations().get(registration++));
                } else if (choice < 10 && change < log.changes().size()) {
                    shard.advance(log.changes().get(change).version().time() - 1);
                } else if (choice == 10 && change > 0) {
                    shard.change(log.changes().get(random.nextInt(change))); // a replay
                } else if (random.nextInt(4) == 0) {
                    restore();
                }
            }
            long last = log.changes().get(log.changes().size() - 1).version().time();
            shard.advance(last + 10_000);
        }

        private void restore() throws Exception {
            restores++;
            shard.flush(rows);
            StandingShard next = new StandingShard(log.rules(), shard.frontier(), told::add);
            for (ShardStore.Part part : ShardStore.Part.values()) {
                rows.of(part).forEach((key, row) -> next.restore(part, key, row));
            }
            next.restored();
            shard.waitingChanges().forEach(next::change);
            shard.waitingRegistrations().forEach(next::register);
            assertThat(next.records()).isEqualTo(shard.records());
            assertThat(next.queries()).isEqualTo(shard.queries());
            shard = next;
        }
    }

    /** Rows in memory. */
    private static final class Rows implements ShardStore {
        private final Map<Part, Map<String, byte[]>> parts = new EnumMap<>(Part.class);

        Map<String, byte[]> of(Part part) {
            return parts.computeIfAbsent(part, unknown -> new TreeMap<>());
        }

        @Override
        public void put(Part part, String key, byte[] row) {
            of(part).put(key, row);
        }

        @Override
        public void remove(Part part, String key) {
            of(part).remove(key);
        }

        int size() {
            return parts.values().stream().mapToInt(Map::size).sum();
        }
    }

    @Test
    void theFoldIsWhatBruteForceFindsAtEveryVersion() {
        Map<Difference.Kind, AtomicLong> kinds = new EnumMap<>(Difference.Kind.class);
        AtomicLong restores = new AtomicLong();
        AtomicLong checked = new AtomicLong();
        Property.holds(
                200,
                random -> {
                    StandingLog log = StandingLog.random(random, 30 + random.nextInt(150));
                    Run run = new Run(log, random);
                    run.run();
                    checked.addAndGet(StandingCheck.check(log, run.told));
                    run.told.forEach(
                            difference ->
                                    kinds.computeIfAbsent(
                                                    difference.kind(), unknown -> new AtomicLong())
                                            .incrementAndGet());
                    restores.addAndGet(run.restores);
                });
        assertThat(restores.get()).isPositive();
        assertThat(checked.get()).isPositive();
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
                    run.shard.flush(run.rows);
                    assertThat(run.shard.records()).isZero();
                    assertThat(run.shard.queries()).isZero();
                    assertThat(run.rows.size()).isZero();
                });
    }
}

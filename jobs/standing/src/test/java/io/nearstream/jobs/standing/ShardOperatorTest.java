package io.nearstream.jobs.standing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.RecordKey;
import io.nearstream.core.model.Version;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.core.standing.Difference;
import io.nearstream.core.standing.Registration;
import io.nearstream.core.standing.StandingCheck;
import io.nearstream.core.standing.StandingLog;
import io.nearstream.testing.Property;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/** What the shards tell, over failures and at other parallelisms. */
class ShardOperatorTest {
    private static final int KEY_GROUPS = 16;

    /** One attempt of the operator's subtasks. */
    private static final class Subtasks implements AutoCloseable {
        private final ShardKeys keys;
        private final List<
                        KeyedTwoInputStreamOperatorTestHarness<
                                Integer, ShardChange, ShardRegistration, Difference>>
                harnesses = new ArrayList<>();

        Subtasks(
                ShardSettings settings,
                List<OperatorSubtaskState> from,
                int before,
                int parallelism)
                throws Exception {
            this.keys = settings.shards();
            for (int i = 0; i < parallelism; i++) {
                var harness =
                        new KeyedTwoInputStreamOperatorTestHarness<>(
                                new ShardOperator(settings),
                                ShardChange::shard,
                                ShardRegistration::shard,
                                Types.INT,
                                KEY_GROUPS,
                                parallelism,
                                i);
                harness.setup(DifferenceSerializer.INSTANCE);
                for (OperatorSubtaskState state : from) {
                    harness.initializeState(
                            AbstractStreamOperatorTestHarness.repartitionOperatorState(
                                    state, KEY_GROUPS, before, parallelism, i));
                }
                harness.open();
                harnesses.add(harness);
            }
        }

        private int owner(int key) {
            return KeyGroupRangeAssignment.assignKeyToParallelOperator(
                    key, KEY_GROUPS, harnesses.size());
        }

        void change(IndexChange change) throws Exception {
            for (int key : keys.all()) {
                harnesses.get(owner(key)).processElement1(new ShardChange(key, change), 0);
            }
        }

        void register(Registration registration) throws Exception {
            int key = keys.key(keys.shardOf(registration.name()));
            harnesses.get(owner(key)).processElement2(new ShardRegistration(key, registration), 0);
        }

        void time(long time) throws Exception {
            for (var harness : harnesses) {
                harness.processWatermark1(
                        new org.apache.flink.streaming.api.watermark.Watermark(time));
            }
        }

        List<Difference> told() {
            List<Difference> told = new ArrayList<>();
            for (var harness : harnesses) {
                told.addAll(harness.extractOutputValues());
                harness.getOutput().clear();
            }
            return told;
        }

        OperatorSubtaskState snapshot(long id) throws Exception {
            List<OperatorSubtaskState> states = new ArrayList<>();
            for (var harness : harnesses) {
                states.add(harness.snapshot(id, 0));
            }
            return AbstractStreamOperatorTestHarness.repackageState(
                    states.toArray(OperatorSubtaskState[]::new));
        }

        int keyedState() {
            return harnesses.stream().mapToInt(h -> h.numKeyedStateEntries()).sum();
        }

        @Override
        public void close() throws Exception {
            for (var harness : harnesses) {
                harness.close();
            }
        }
    }

    private static ShardSettings settings(StandingLog log, int shards) {
        VectorSpace space = log.rules().space();
        return new ShardSettings(
                new KeptCollection("kept", 7, space.metric(), space.encoding(), space.dimensions()),
                new ShardKeys(shards, KEY_GROUPS),
                log.centroids(),
                log.rules().queriesMax(),
                log.rules().recordsMax(),
                log.rules().differencesPerSecond());
    }

    /** Runs a log to its end, with failures, and keeps what was committed. */
    private static final class Run {
        private final StandingLog log;
        private final SplittableRandom random;
        private final ShardSettings settings;
        private final List<Difference> committed = new ArrayList<>();
        private List<OperatorSubtaskState> newest = List.of();
        private int parallelism;
        private int change;
        private int registration;
        private int committedChange;
        private int committedRegistration;
        private int committedParallelism;
        private long failures;

        Run(StandingLog log, SplittableRandom random) {
            this.log = log;
            this.random = random;
            this.settings = settings(log, 1 + random.nextInt(4));
        }

        void run() throws Exception {
            boolean done = false;
            while (!done) {
                change = committedChange;
                registration = committedRegistration;
                parallelism = 1 + random.nextInt(settings.shards().count());
                try (Subtasks subtasks =
                        new Subtasks(settings, newest, committedParallelism, parallelism)) {
                    done = attempt(subtasks);
                }
            }
        }

        private boolean attempt(Subtasks subtasks) throws Exception {
            while (change < log.changes().size() || registration < log.registrations().size()) {
                int choice = random.nextInt(24);
                if (choice < 10 && change < log.changes().size()) {
                    subtasks.change(log.changes().get(change++));
                } else if (choice < 14 && registration < log.registrations().size()) {
                    subtasks.register(log.registrations().get(registration++));
                } else if (choice < 19 && change < log.changes().size()) {
                    subtasks.time(log.changes().get(change).version().time() - 1);
                } else if (choice == 19 && change > 0) {
                    subtasks.change(log.changes().get(random.nextInt(change)));
                } else if (choice == 20) {
                    commit(subtasks);
                } else if (choice == 21 && random.nextInt(8) == 0) {
                    failures++;
                    return false;
                }
            }
            IndexChange last = log.changes().get(log.changes().size() - 1);
            subtasks.time(last.version().time() + 10_000);
            commit(subtasks);
            return true;
        }

        private void commit(Subtasks subtasks) throws Exception {
            newest = List.of(subtasks.snapshot(1));
            committed.addAll(subtasks.told());
            committedChange = change;
            committedRegistration = registration;
            committedParallelism = parallelism;
        }
    }

    @Test
    void committedDifferencesFoldToWhatBruteForceFinds() {
        AtomicLong failures = new AtomicLong();
        AtomicLong checked = new AtomicLong();
        Property.holds(
                40,
                random -> {
                    StandingLog log = StandingLog.random(random, 30 + random.nextInt(100));
                    Run run = new Run(log, random);
                    run.run();
                    checked.addAndGet(StandingCheck.check(log, run.committed));
                    failures.addAndGet(run.failures);
                });
        assertThat(failures.get()).as("failures in all trials").isPositive();
        assertThat(checked.get()).as("versions in all trials").isPositive();
    }

    @Test
    void nothingIsLeftInStateOfWhatIsGone() {
        Property.holds(
                15,
                random -> {
                    StandingLog log = StandingLog.random(random, 80);
                    ShardSettings settings = settings(log, 2);
                    int empty;
                    try (Subtasks subtasks = new Subtasks(settings, List.of(), 0, 2)) {
                        subtasks.snapshot(1);
                        empty = subtasks.keyedState();
                    }
                    try (Subtasks subtasks = new Subtasks(settings, List.of(), 0, 2)) {
                        for (IndexChange change : log.changes()) {
                            subtasks.change(change);
                        }
                        for (Registration registration : log.registrations()) {
                            subtasks.register(registration);
                        }
                        long end = log.changes().get(log.changes().size() - 1).version().time();
                        subtasks.time(end);
                        subtasks.snapshot(1);
                        assertThat(subtasks.keyedState()).isPositive();
                        for (int i = 0; i < 60; i++) {
                            RecordKey key = new RecordKey(7, "r" + i);
                            subtasks.change(
                                    IndexChange.deleted(key, new Version(10_000_000, 0, i)));
                        }
                        subtasks.time(20_000_000);
                        subtasks.snapshot(2);
                        assertThat(subtasks.keyedState()).isEqualTo(empty);
                    }
                });
    }

    @Test
    void stateOfAnotherNumberOfShardsIsRefused() throws Exception {
        StandingLog log = StandingLog.random(new SplittableRandom(1), 10);
        OperatorSubtaskState state;
        try (Subtasks subtasks = new Subtasks(settings(log, 2), List.of(), 0, 1)) {
            state = subtasks.snapshot(1);
        }
        assertThatThrownBy(() -> new Subtasks(settings(log, 3), List.of(state), 1, 1))
                .hasStackTraceContaining(
                        "The state has 2 shards, but this job would have 3. Set 'nearstream.standing.shards' to 2");
    }
}

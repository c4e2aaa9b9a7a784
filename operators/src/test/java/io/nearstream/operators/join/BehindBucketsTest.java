package io.nearstream.operators.join;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.join.BruteForce;
import io.nearstream.core.join.JoinChange;
import io.nearstream.core.join.Log;
import io.nearstream.core.join.PairChange;
import io.nearstream.core.join.RecordRef;
import io.nearstream.testing.Property;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/** What chooses among pairs, and what drops the later record, over restores and rescaling. */
class BehindBucketsTest {
    private static final long END = Long.MAX_VALUE - 1;

    /** Subtasks of an operator; a step feeds them. */
    private interface Subtasks extends AutoCloseable {
        List<? extends AbstractStreamOperatorTestHarness<?>> harnesses();

        default int owner(RecordRef record) {
            return KeyGroupRangeAssignment.assignKeyToParallelOperator(
                    PlaceOperator.key(record), Cluster.MAX_PARALLELISM, harnesses().size());
        }

        default OperatorSubtaskState snapshot(long id) throws Exception {
            List<OperatorSubtaskState> states = new ArrayList<>();
            for (AbstractStreamOperatorTestHarness<?> harness : harnesses()) {
                states.add(harness.snapshot(id, 0));
            }
            return AbstractStreamOperatorTestHarness.repackageState(
                    states.toArray(OperatorSubtaskState[]::new));
        }

        default int keyedTimers() {
            return harnesses().stream().mapToInt(h -> h.numEventTimeTimers()).sum();
        }

        @Override
        default void close() throws Exception {
            for (AbstractStreamOperatorTestHarness<?> harness : harnesses()) {
                harness.close();
            }
        }
    }

    private record Choosing(
            List<KeyedOneInputStreamOperatorTestHarness<String, PairChange, PairChange>> harnesses)
            implements Subtasks {
        static Choosing open(Log log, int k, List<OperatorSubtaskState> from, int before, int now)
                throws Exception {
            Choosing opened = new Choosing(new ArrayList<>());
            for (int i = 0; i < now; i++) {
                var harness =
                        new KeyedOneInputStreamOperatorTestHarness<>(
                                new ChooseOperator(log.rule(), k, 2_000),
                                (PairChange change) -> PlaceOperator.key(change.pair().later()),
                                Types.STRING,
                                Cluster.MAX_PARALLELISM,
                                now,
                                i);
                harness.setup(PairChangeSerializer.INSTANCE);
                for (OperatorSubtaskState state : from) {
                    harness.initializeState(
                            AbstractStreamOperatorTestHarness.repartitionOperatorState(
                                    state, Cluster.MAX_PARALLELISM, before, now, i));
                }
                harness.open();
                opened.harnesses().add(harness);
            }
            return opened;
        }

        List<PairChange> time(long time) throws Exception {
            List<PairChange> chosen = new ArrayList<>();
            for (var harness : harnesses) {
                harness.processWatermark(time);
                chosen.addAll(harness.extractOutputValues());
                harness.getOutput().clear();
            }
            return chosen;
        }
    }

    private static BruteForce brute(Log log) {
        return new BruteForce(log.rule(), log.routing(), accepted(log));
    }

    private static List<JoinChange> accepted(Log log) {
        Map<RecordRef, JoinChange> first = new LinkedHashMap<>();
        log.changes().forEach(change -> first.putIfAbsent(change.record(), change));
        return List.copyOf(first.values());
    }

    private static long time(PairChange change) {
        return change.cause().version().time();
    }

    /** Any order that no watermark forbids: what is of earlier slices of time comes first. */
    private static List<PairChange> shuffled(List<PairChange> said, SplittableRandom random) {
        List<PairChange> mixed = new ArrayList<>(said);
        Collections.shuffle(mixed, new Random(random.nextLong()));
        mixed.sort((a, b) -> Long.compare(time(a) / 40, time(b) / 40));
        return mixed;
    }

    @Test
    void theNearestAreChosenOverRestoresAtAnotherParallelism() {
        Property.holds(
                30,
                random -> {
                    Log log = Log.random(random, 100);
                    int k = 1 + random.nextInt(3);
                    List<PairChange> said = brute(log).says(Integer.MAX_VALUE);
                    assertThat(chooses(log, k, shuffled(said, random), random))
                            .containsExactlyInAnyOrderElementsOf(brute(log).says(k));
                });
    }

    private static List<PairChange> chooses(
            Log log, int k, List<PairChange> said, SplittableRandom random) throws Exception {
        List<PairChange> chosen = new ArrayList<>();
        int subtasks = 1 + random.nextInt(3);
        Choosing choosing = Choosing.open(log, k, List.of(), 1, subtasks);
        long watermark = Long.MIN_VALUE;
        for (PairChange change : said) {
            long slice = time(change) / 40 * 40 - 1;
            if (slice > watermark) {
                watermark = slice;
                chosen.addAll(choosing.time(watermark));
            }
            int owner = choosing.owner(change.pair().later());
            choosing.harnesses().get(owner).processElement(change, 0);
            if (random.nextInt(20) == 0) {
                OperatorSubtaskState state = choosing.snapshot(1);
                choosing.close();
                int now = 1 + random.nextInt(3);
                choosing = Choosing.open(log, k, List.of(state), subtasks, now);
                subtasks = now;
            }
        }
        chosen.addAll(choosing.time(END));
        assertThat(choosing.keyedTimers()).isZero();
        choosing.close();
        return chosen;
    }

    private record Dropping(
            List<KeyedTwoInputStreamOperatorTestHarness<String, JoinChange, PairChange, JoinChange>>
                    harnesses)
            implements Subtasks {
        static Dropping open(List<OperatorSubtaskState> from, int before, int now)
                throws Exception {
            Dropping opened = new Dropping(new ArrayList<>());
            for (int i = 0; i < now; i++) {
                var harness =
                        new KeyedTwoInputStreamOperatorTestHarness<>(
                                new DropLaterOperator(3_000),
                                (JoinChange change) -> PlaceOperator.key(change.record()),
                                (PairChange change) -> PlaceOperator.key(change.pair().later()),
                                Types.STRING,
                                Cluster.MAX_PARALLELISM,
                                now,
                                i);
                harness.setup(JoinChangeSerializer.INSTANCE);
                for (OperatorSubtaskState state : from) {
                    harness.initializeState(
                            AbstractStreamOperatorTestHarness.repartitionOperatorState(
                                    state, Cluster.MAX_PARALLELISM, before, now, i));
                }
                harness.open();
                opened.harnesses().add(harness);
            }
            return opened;
        }
    }

    @Test
    void theLaterOfAPairIsDroppedOverARestore() {
        Property.holds(
                30,
                random -> {
                    Log log = Log.random(random, 100, false);
                    List<PairChange> said = brute(log).says(Integer.MAX_VALUE);
                    List<JoinChange> live =
                            accepted(log).stream().filter(JoinChange::isLive).toList();
                    Set<RecordRef> later =
                            said.stream()
                                    .map(change -> change.pair().later())
                                    .collect(Collectors.toCollection(HashSet::new));
                    List<RecordRef> expected =
                            live.stream()
                                    .map(JoinChange::record)
                                    .filter(record -> !later.contains(record))
                                    .toList();
                    assertThat(passed(live, shuffled(said, random), random))
                            .containsExactlyInAnyOrderElementsOf(expected);
                });
    }

    private static List<RecordRef> passed(
            List<JoinChange> live, List<PairChange> said, SplittableRandom random)
            throws Exception {
        List<RecordRef> passed = new ArrayList<>();
        int before = 1 + random.nextInt(3);
        int now = 1 + random.nextInt(3);
        long middle = 1_000 + random.nextInt(150);
        OperatorSubtaskState state;
        try (Dropping first = Dropping.open(List.of(), 1, before)) {
            for (JoinChange change : live) {
                first.harnesses().get(first.owner(change.record())).processElement1(change, 0);
            }
            for (PairChange change : said) {
                if (time(change) <= middle) {
                    first.harnesses()
                            .get(first.owner(change.pair().later()))
                            .processElement2(change, 0);
                }
            }
            passed.addAll(time(first, middle));
            state = first.snapshot(1);
        }
        try (Dropping second = Dropping.open(List.of(state), before, now)) {
            for (PairChange change : said) {
                if (time(change) > middle) {
                    second.harnesses()
                            .get(second.owner(change.pair().later()))
                            .processElement2(change, 0);
                }
            }
            passed.addAll(time(second, END));
        }
        return passed;
    }

    private static List<RecordRef> time(Dropping dropping, long time) throws Exception {
        List<RecordRef> passed = new ArrayList<>();
        for (var harness : dropping.harnesses()) {
            harness.processWatermark1(new Watermark(time));
            harness.processWatermark2(new Watermark(time));
            harness.extractOutputValues().forEach(change -> passed.add(change.record()));
            harness.getOutput().clear();
        }
        return passed;
    }
}

package io.nearstream.operators.join;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.join.JoinChange;
import io.nearstream.core.join.JoinRule;
import io.nearstream.core.join.Pair;
import io.nearstream.core.join.PairChange;
import io.nearstream.core.join.RecordRef;
import io.nearstream.core.join.Visit;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.model.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/** The end of an input is no time. */
class DrainedInputTest {
    private static final long EXPIRY = 1_000;
    private static final int MAX_PARALLELISM = 16;
    private static final JoinRule RULE =
            new JoinRule(
                    Metric.L2,
                    Encoding.UINT8,
                    1,
                    5,
                    false,
                    JoinRule.UNLIMITED,
                    JoinRule.UNLIMITED,
                    true);

    private static JoinChange change(String id, long time, long eventTime) {
        RecordRef record = new RecordRef(JoinRule.LEFT, id, new Version(time, 0, time));
        return new JoinChange(record, false, new byte[] {7}, eventTime, EXPIRY);
    }

    private static KeyedOneInputStreamOperatorTestHarness<String, JoinChange, Visit> place(
            Optional<OperatorSubtaskState> from) throws Exception {
        return place(from, 1, 0);
    }

    private static KeyedOneInputStreamOperatorTestHarness<String, JoinChange, Visit> place(
            Optional<OperatorSubtaskState> from, int parallelism, int subtask) throws Exception {
        var harness =
                new KeyedOneInputStreamOperatorTestHarness<>(
                        new PlaceOperator(RULE, BucketRouting.single(), false, ""),
                        (JoinChange change) -> PlaceOperator.key(change.record()),
                        Types.STRING,
                        MAX_PARALLELISM,
                        parallelism,
                        subtask);
        harness.setup(VisitSerializer.INSTANCE);
        if (from.isPresent()) {
            harness.initializeState(from.get());
        }
        harness.open();
        return harness;
    }

    private static KeyedOneInputStreamOperatorTestHarness<Integer, Visit, PairChange> pair(
            JoinRule rule) throws Exception {
        var harness =
                new KeyedOneInputStreamOperatorTestHarness<>(
                        new PairOperator(rule, 1 << 20, 1 << 20), Visit::bucket, Types.INT);
        harness.setup(PairChangeSerializer.INSTANCE);
        harness.open();
        return harness;
    }

    private static void give(
            List<Visit> visits,
            KeyedOneInputStreamOperatorTestHarness<Integer, Visit, PairChange> pairs)
            throws Exception {
        for (Visit visit : visits) {
            pairs.processElement(visit, visit.record().version().time());
        }
    }

    @Test
    void pairsComeOutAndNothingExpiresByIt() throws Exception {
        try (var places = place(Optional.empty());
                var pairs = pair(RULE)) {
            places.processElement(change("a", 1, 1), 1);
            places.processElement(change("b", 2, 2), 2);
            places.processWatermark(Watermark.MAX_WATERMARK);
            give(places.extractOutputValues(), pairs);
            pairs.processWatermark(Watermark.MAX_WATERMARK);
            assertThat(pairs.extractOutputValues()).hasSize(1).allMatch(PairChange::added);
        }
    }

    @Test
    void whatComesAfterwardsIsNotLate() throws Exception {
        OperatorSubtaskState drained;
        try (var places = place(Optional.empty())) {
            places.processElement(change("a", 5, 5), 5);
            places.processWatermark(Watermark.MAX_WATERMARK);
            drained = places.snapshot(1, 1);
        }
        try (var places = place(Optional.of(drained))) {
            places.processElement(change("b", 5, 5), 5);
            places.processElement(change("c", 7, 7), 7);
            places.processWatermark(new Watermark(6));
            assertThat(places.extractOutputValues())
                    .as("may belong before what came out")
                    .isEmpty();
            places.processWatermark(new Watermark(7));
            assertThat(places.extractOutputValues()).isNotEmpty();
        }
    }

    /** Buckets have applied all of it: to let more in because one subtask had less is too late. */
    @Test
    void afterwardsAllSubtasksKnowTheNewestOfAny() throws Exception {
        List<OperatorSubtaskState> drained = new ArrayList<>();
        for (int subtask = 0; subtask < 2; subtask++) {
            try (var places = place(Optional.empty(), 2, subtask)) {
                places.processElement(change(idOf(subtask), 5 + 4 * subtask, 5), 5 + 4 * subtask);
                places.processWatermark(Watermark.MAX_WATERMARK);
                drained.add(places.snapshot(1, 1));
            }
        }
        OperatorSubtaskState all =
                AbstractStreamOperatorTestHarness.repackageState(
                        drained.toArray(OperatorSubtaskState[]::new));
        for (int parallelism = 1; parallelism <= 2; parallelism++) {
            OperatorSubtaskState first =
                    AbstractStreamOperatorTestHarness.repartitionOperatorState(
                            all, MAX_PARALLELISM, 2, parallelism, 0);
            try (var places = place(Optional.of(first), parallelism, 0)) {
                places.processElement(change(idOf(0), 6, 6), 6);
                places.processElement(change(idOf(0), 10, 10), 10);
                assertThat(places.getSideOutput(PlaceOperator.LATE)).hasSize(1);
                assertThat(places.getOutput()).containsExactly(new Watermark(9));
            }
        }
    }

    /** A record of that subtask of two. */
    private static String idOf(int subtask) {
        for (int i = 0; ; i++) {
            RecordRef record = new RecordRef(JoinRule.LEFT, "r" + i, new Version(1, 0, 1));
            int owner =
                    KeyGroupRangeAssignment.assignKeyToParallelOperator(
                            PlaceOperator.key(record), MAX_PARALLELISM, 2);
            if (owner == subtask) {
                return record.id();
            }
        }
    }

    @Test
    void eventTimesThatAreFarApartAreNotWithinTheWindow() throws Exception {
        JoinRule narrow =
                new JoinRule(Metric.L2, Encoding.UINT8, 1, 5, false, 10, JoinRule.UNLIMITED, true);
        try (var places = place(Optional.empty());
                var pairs = pair(narrow)) {
            places.processElement(change("a", 1, Long.MIN_VALUE), 1);
            places.processElement(change("b", 2, Long.MAX_VALUE), 2);
            places.processElement(change("c", 3, Long.MAX_VALUE - 10), 3);
            places.processWatermark(new Watermark(10));
            give(places.extractOutputValues(), pairs);
            pairs.processWatermark(new Watermark(10));
            assertThat(pairs.extractOutputValues())
                    .singleElement()
                    .satisfies(said -> assertThat(said.pair().toString()).contains("b", "c"));
        }
    }

    @Test
    void aPairThatWasChosenIsStillTakenBackAfterwards() throws Exception {
        JoinRule retaining = new JoinRule(Metric.L2, Encoding.UINT8, 1, 5, false, 100, 100, true);
        Pair pair = new Pair(change("a", 1, 1).record(), change("b", 2, 2).record(), 0);
        OperatorSubtaskState drained;
        try (var choosing = choose(retaining, Optional.empty())) {
            choosing.processElement(PairChange.added(pair), 2);
            choosing.processWatermark(Watermark.MAX_WATERMARK);
            assertThat(choosing.extractOutputValues()).hasSize(1);
            drained = choosing.snapshot(1, 1);
        }
        try (var choosing = choose(retaining, Optional.of(drained))) {
            PairChange end = PairChange.takenBack(pair, change("a", 3, 3).record());
            choosing.processElement(end, 3);
            choosing.processWatermark(new Watermark(3));
            assertThat(choosing.extractOutputValues()).containsExactly(end);
        }
    }

    private static KeyedOneInputStreamOperatorTestHarness<String, PairChange, PairChange> choose(
            JoinRule rule, Optional<OperatorSubtaskState> from) throws Exception {
        var harness =
                new KeyedOneInputStreamOperatorTestHarness<>(
                        new ChooseOperator(rule, 1, 1 << 20),
                        (PairChange change) -> PlaceOperator.key(change.pair().later()),
                        Types.STRING);
        harness.setup(PairChangeSerializer.INSTANCE);
        if (from.isPresent()) {
            harness.initializeState(from.get());
        }
        harness.open();
        return harness;
    }
}

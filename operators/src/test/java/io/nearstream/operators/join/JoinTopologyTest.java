package io.nearstream.operators.join;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.core.join.JoinChange;
import io.nearstream.core.join.JoinRule;
import io.nearstream.core.join.Visit;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import java.util.List;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.transformations.OneInputTransformation;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class JoinTopologyTest {
    private static final JoinRule RULE =
            new JoinRule(
                    Metric.L2,
                    Encoding.UINT8,
                    2,
                    1,
                    false,
                    JoinRule.UNLIMITED,
                    JoinRule.UNLIMITED,
                    true);

    /** The operator as a job has it whose topology is this one. */
    private static KeyedOneInputStreamOperatorTestHarness<String, JoinChange, Visit> place(
            int nearest, String joined) throws Exception {
        JoinTopology topology =
                new JoinTopology(RULE, BucketRouting.single(), "join", 1, 1, nearest, joined);
        DataStream<JoinChange> changes =
                StreamExecutionEnvironment.getExecutionEnvironment()
                        .fromSequence(1, 1)
                        .map(number -> (JoinChange) null, JoinChangeSerializer.TYPE);
        OneInputTransformation<?, ?> placed =
                (OneInputTransformation<?, ?>) topology.place(changes, false).getTransformation();
        var harness =
                new KeyedOneInputStreamOperatorTestHarness<>(
                        (PlaceOperator) placed.getOperator(),
                        (JoinChange change) -> PlaceOperator.key(change.record()),
                        Types.STRING);
        harness.setup(VisitSerializer.INSTANCE);
        return harness;
    }

    private static OperatorSubtaskState state(int nearest, String joined) throws Exception {
        try (var harness = place(nearest, joined)) {
            harness.open();
            return harness.snapshot(1, 1);
        }
    }

    private static void goOn(OperatorSubtaskState state, int nearest, String joined)
            throws Exception {
        try (var harness = place(nearest, joined)) {
            harness.initializeState(state);
            harness.open();
        }
    }

    /** It would not know the pairs that were said, and never take them back. */
    @Test
    void whoChoosesTheNearestDoesNotGoOnFromAnotherNumber() throws Exception {
        refused(0, 3);
        refused(3, 2);
        refused(3, 0);
        goOn(state(3, "a and b"), 3, "a and b");
        goOn(state(0, ""), 0, "");
        assertThatThrownBy(() -> goOn(state(3, "a and b"), 3, "a and c"))
                .hasStackTraceContaining("The state is of 'a and b, JoinRule");
    }

    private static void refused(int earlier, int nearest) {
        assertThatThrownBy(() -> goOn(state(earlier, "a and b"), nearest, "a and b"))
                .hasStackTraceContaining(
                        "says the %d nearest pairs of each record (0: all), but this job says %d"
                                .formatted(earlier, nearest));
    }

    /** State that says what is joined and where records live, as the first builds wrote it. */
    private static final class Earlier extends AbstractStreamOperator<Visit>
            implements OneInputStreamOperator<JoinChange, Visit> {
        private static final long serialVersionUID = 1L;

        @Override
        public void initializeState(StateInitializationContext context) throws Exception {
            super.initializeState(context);
            context.getOperatorStateStore()
                    .getUnionListState(
                            new ListStateDescriptor<>("join-rule", StringSerializer.INSTANCE))
                    .update(List.of("a and b, " + RULE));
            context.getOperatorStateStore()
                    .getUnionListState(
                            new ListStateDescriptor<>("join-routing", LongSerializer.INSTANCE))
                    .update(List.of(BucketRouting.single().open(RULE).hash()));
        }

        @Override
        public void processElement(StreamRecord<JoinChange> element) {}
    }

    @Test
    void stateThatDoesNotSayTheNumberGoesOn() throws Exception {
        OperatorSubtaskState state;
        try (var harness =
                new KeyedOneInputStreamOperatorTestHarness<>(
                        new Earlier(),
                        (JoinChange change) -> PlaceOperator.key(change.record()),
                        Types.STRING)) {
            harness.setup(VisitSerializer.INSTANCE);
            harness.open();
            state = harness.snapshot(1, 1);
        }
        goOn(state, 3, "a and b");
        goOn(state, 0, "a and b");
        assertThatThrownBy(() -> goOn(state, 3, "a and c"))
                .hasStackTraceContaining("this job is of 'a and c, JoinRule");
    }

    @Test
    void aNumberBelowNoneIsRefused() {
        assertThatThrownBy(() -> place(-1, ""))
                .hasMessage("nearest must be 0 (all pairs) or more, but was -1.");
    }
}

package io.nearstream.operators.join;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.core.join.JoinChange;
import io.nearstream.core.join.JoinRule;
import io.nearstream.core.join.Visit;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.transformations.OneInputTransformation;
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
        assertThatThrownBy(() -> goOn(state(0, "a and b"), 3, "a and b"))
                .hasStackTraceContaining("The state is of 'a and b, JoinRule")
                .hasStackTraceContaining(
                        "this job is of 'a and b, the 3 nearest earlier, JoinRule");
        assertThatThrownBy(() -> goOn(state(3, ""), 2, ""))
                .hasStackTraceContaining("The state is of 'the 3 nearest earlier, JoinRule")
                .hasStackTraceContaining("this job is of 'the 2 nearest earlier, JoinRule");
        assertThatThrownBy(() -> goOn(state(3, ""), 0, ""))
                .hasStackTraceContaining("The state is of 'the 3 nearest earlier, JoinRule");
        goOn(state(3, "a and b"), 3, "a and b");
        goOn(state(0, ""), 0, "");
    }

    @Test
    void aNumberBelowNoneIsRefused() {
        assertThatThrownBy(() -> place(-1, ""))
                .hasMessage("nearest must be 0 (all pairs) or more, but was -1.");
    }
}

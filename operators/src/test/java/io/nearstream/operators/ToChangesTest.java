package io.nearstream.operators;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.join.JoinChange;
import io.nearstream.core.join.JoinRule;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.operators.join.JoinChangeSerializer;
import java.util.List;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/** Records travel small, and come back as they were. */
class ToChangesTest {
    private static final int PLACES = 64;
    private static final JoinRule RULE =
            new JoinRule(
                    Metric.JACCARD,
                    Encoding.SET64,
                    PLACES,
                    .2,
                    false,
                    JoinRule.UNLIMITED,
                    JoinRule.UNLIMITED,
                    true);

    @Test
    void aSetTravelsWithoutRepetitionsAndComesBackWhole() throws Exception {
        JoinRecord set = JoinRecord.ofSet("a", new long[] {3, -5, 9}, PLACES).inSequence(4);
        JoinRecord gone = JoinRecord.gone("a").inSequence(5);
        try (var harness =
                new OneInputStreamOperatorTestHarness<>(
                        new ProcessOperator<>(new ToChanges(RULE, JoinRule.LEFT)))) {
            harness.setup(JoinChangeSerializer.INSTANCE);
            harness.open();
            harness.processElement(set, 1);
            harness.processElement(gone, 2);
            List<JoinChange> changes = harness.extractOutputValues();
            assertThat(changes).hasSize(2);
            assertThat(changes.get(0).vector()).hasSize(3 * Long.BYTES);
            JoinRecord back = ToChanges.back(RULE, changes.get(0));
            assertThat(back.vector()).isEqualTo(set.vector());
            assertThat(back.sequence()).isEqualTo(4);
            assertThat(ToChanges.back(RULE, changes.get(1)).delete()).isTrue();
        }
    }
}

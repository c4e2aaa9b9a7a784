package io.nearstream.jobs.query.merge;

import static io.nearstream.jobs.query.merge.MergeHarness.KEY;
import static io.nearstream.jobs.query.merge.MergeHarness.hit;
import static io.nearstream.jobs.query.merge.MergeHarness.search;
import static io.nearstream.jobs.query.merge.MergeHarness.share;
import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.jobs.query.gauge.GaugeNote;
import io.nearstream.jobs.query.message.ProbeKey;
import io.nearstream.jobs.query.testing.Samples;
import java.util.List;
import org.junit.jupiter.api.Test;

class MergeGaugeTest {
    /** What the gauge is told of an answer: whole ones only. */
    @Test
    void wholeAnswersAreGauged() throws Exception {
        try (MergeHarness merge = new MergeHarness()) {
            merge.flink().setProcessingTime(3);
            merge.header(search(KEY, 2));
            merge.share(share(KEY, 0, 1, hit("b", 1, 4), hit("a", 1, 1)));
            merge.header(search(new ProbeKey(1, 8), 2)); // its deadline comes
            merge.share(share(new ProbeKey(1, 8), 0, 0, hit("b", 1, 4)));
            merge.flink().setProcessingTime(MergeHarness.DEADLINE + 100);
            assertThat(merge.answers()).hasSize(2);
            GaugeNote note = merge.flink().getSideOutput(MergeOperator.GAUGED).poll().getValue();
            assertThat(note)
                    .usingRecursiveComparison()
                    .isEqualTo(
                            GaugeNote.answered(
                                    KEY,
                                    Samples.PLACES.uid(),
                                    500,
                                    3,
                                    List.of("a", "b"),
                                    new double[] {1, 2}));
            assertThat(merge.flink().getSideOutput(MergeOperator.GAUGED)).isEmpty();
        }
    }
}

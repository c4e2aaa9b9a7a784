package io.nearstream.jobs.query.merge;

import static io.nearstream.jobs.query.merge.MergeHarness.DEADLINE;
import static io.nearstream.jobs.query.merge.MergeHarness.KEY;
import static io.nearstream.jobs.query.merge.MergeHarness.hit;
import static io.nearstream.jobs.query.merge.MergeHarness.search;
import static io.nearstream.jobs.query.merge.MergeHarness.share;
import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.jobs.query.message.ProbeKey;
import io.nearstream.schemas.Hit;
import io.nearstream.schemas.ProbeResult;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // the harness closes with "throws Exception"
class MergeRestoreTest {
    private static List<String> onlyIds(MergeHarness merge) throws Exception {
        List<ProbeResult> answers = merge.answers();
        assertThat(answers).hasSize(1);
        return answers.get(0).getAnswers().get(0).getHits().stream().map(Hit::getId).toList();
    }

    @Test
    void pendingAnswersSurviveARestore() throws Exception {
        OperatorSubtaskState state;
        ProbeKey early = new ProbeKey(5, 5);
        try (MergeHarness merge = new MergeHarness()) {
            merge.header(search(KEY, 2));
            merge.share(share(KEY, 0, 0, hit("a", 1, 1)));
            merge.share(share(early, 1, 1, hit("e", 1, 1)));
            state = merge.snapshot(1);
            merge.share(share(KEY, 1, 1, hit("behind the barrier", 1, 0)));
        }
        try (MergeHarness merge = MergeHarness.restore(state, 1, 0)) {
            merge.share(share(KEY, 1, 1, hit("b", 1, 2)));
            assertThat(onlyIds(merge)).containsExactly("a", "b");
            merge.header(search(early, 2));
            merge.flink().setProcessingTime(DEADLINE);
            assertThat(onlyIds(merge)).containsExactly("e");
        }
    }

    @Test
    void eachPendingAnswerGoesToOneSubtaskAfterARescale() throws Exception {
        int probes = 40;
        OperatorSubtaskState state;
        try (MergeHarness merge = new MergeHarness()) {
            for (int i = 0; i < probes; i++) {
                merge.share(share(new ProbeKey(i % 3, i), 0, 0, hit("h" + i, 1, 1)));
            }
            state = merge.snapshot(1);
        }
        int restored = 0;
        for (int subtask = 0; subtask < 3; subtask++) {
            try (MergeHarness merge = MergeHarness.restore(state, 3, subtask)) {
                merge.snapshot(2);
                restored += merge.flink().numKeyedStateEntries();
            }
        }
        assertThat(restored).isEqualTo(probes);
    }
}

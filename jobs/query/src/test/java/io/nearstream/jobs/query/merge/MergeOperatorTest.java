package io.nearstream.jobs.query.merge;

import static io.nearstream.jobs.query.merge.MergeHarness.DEADLINE;
import static io.nearstream.jobs.query.merge.MergeHarness.KEY;
import static io.nearstream.jobs.query.merge.MergeHarness.PENDING_MAX;
import static io.nearstream.jobs.query.merge.MergeHarness.header;
import static io.nearstream.jobs.query.merge.MergeHarness.hit;
import static io.nearstream.jobs.query.merge.MergeHarness.search;
import static io.nearstream.jobs.query.merge.MergeHarness.share;
import static io.nearstream.jobs.query.testing.Counters.gauge;
import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.jobs.query.message.PartAnswer;
import io.nearstream.jobs.query.message.Partial;
import io.nearstream.jobs.query.message.ProbeKey;
import io.nearstream.schemas.Hit;
import io.nearstream.schemas.ProbeResult;
import io.nearstream.schemas.ProbeStatus;
import java.util.List;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // the harness closes with "throws Exception"
class MergeOperatorTest {
    /** How long what nobody waits for is remembered. */
    private static final long STRAY_MS = 120_000;

    private static ProbeResult only(MergeHarness merge) throws Exception {
        List<ProbeResult> answers = merge.answers();
        assertThat(answers).hasSize(1);
        return answers.get(0);
    }

    private static void assertForgotten(MergeHarness merge) throws Exception {
        merge.snapshot(99);
        assertThat(merge.flink().numKeyedStateEntries()).isZero();
        assertThat(gauge(merge.flink(), "pendingProbes")).isZero();
    }

    private static List<String> ids(ProbeResult result) {
        return result.getAnswers().get(0).getHits().stream().map(Hit::getId).toList();
    }

    @Test
    void answerGoesOutWithTheLastShareAndSaysWhatItCost() throws Exception {
        try (MergeHarness merge = new MergeHarness()) {
            merge.flink().setProcessingTime(3);
            merge.header(search(KEY, 4));
            merge.share(share(KEY, 0, 1, hit("b", 1, 4), hit("c", 1, 9)));
            assertThat(merge.answers()).isEmpty();
            merge.share(share(KEY, 2, 3, hit("a", 1, 1)));
            ProbeResult result = only(merge);
            assertThat(result.getStatus()).isEqualTo(ProbeStatus.COMPLETE);
            assertThat(result.getProbeId()).isEqualTo("p");
            assertThat(result.getProbePartition()).isEqualTo(1);
            assertThat(result.getProbeOffset()).isEqualTo(7);
            assertThat(ids(result)).containsExactly("a", "b", "c");
            assertThat(result.getAnswers().get(0).getHits())
                    .extracting(Hit::getDistance)
                    .containsExactly(1.0, 2.0, 3.0);
            assertThat(result.getBucketsVisited()).isEqualTo(4);
            assertThat(result.getBucketsPlanned()).isEqualTo(4);
            assertThat(result.getVectorsScored()).isEqualTo(60);
            assertThat(result.getSubtasks()).isEqualTo(2);
            assertThat(result.getMessages()).isEqualTo(4);
            assertThat(result.getMicros()).isEqualTo(3_000);
            assertThat(result.getAsOf()).isEqualTo(500);
            assertForgotten(merge);
        }
    }

    @Test
    void sharesMayComeBeforeTheirHeaderAndTwice() throws Exception {
        try (MergeHarness merge = new MergeHarness()) {
            Partial first = share(KEY, 0, 1, hit("a", 1, 1));
            merge.share(share(KEY, 2, 3, hit("b", 1, 2)));
            merge.share(first);
            merge.share(first);
            assertThat(merge.answers()).isEmpty();
            merge.header(search(KEY, 4));
            ProbeResult result = only(merge);
            assertThat(ids(result)).containsExactly("a", "b");
            assertThat(result.getSubtasks()).isEqualTo(2);
            assertForgotten(merge);
        }
    }

    /** Copies of a record lie in several buckets; while it moves they may differ. */
    @Test
    void highestVersionOfAnIdWins() throws Exception {
        try (MergeHarness merge = new MergeHarness()) {
            merge.header(search(KEY, 3));
            merge.share(share(KEY, 0, 0, hit("x", 5, 1), hit("y", 1, 2)));
            merge.share(share(KEY, 1, 1, hit("x", 9, 7)));
            merge.share(share(KEY, 2, 2, hit("x", 7, 0)));
            ProbeResult result = only(merge);
            assertThat(ids(result)).containsExactly("y", "x");
            Hit x = result.getAnswers().get(0).getHits().get(1);
            assertThat(x.getVersionTime()).isEqualTo(9);
            assertThat(x.getDistance()).isEqualTo(Math.sqrt(7));
        }
    }

    @Test
    void equalDistancesAreOrderedByIdAndCutAtTheLimit() throws Exception {
        try (MergeHarness merge = new MergeHarness()) {
            merge.header(header(KEY, 2, 3, false, 1));
            merge.share(share(KEY, 0, 0, hit("d", 1, 1), hit("b", 1, 1)));
            merge.share(share(KEY, 1, 1, hit("c", 1, 1), hit("a", 1, 1)));
            ProbeResult result = only(merge);
            assertThat(ids(result)).containsExactly("a", "b", "c");
            assertThat(result.getAnswers().get(0).getTruncated()).isFalse();
        }
    }

    @Test
    void rangeAnswerSaysWhenItMetItsCap() throws Exception {
        try (MergeHarness merge = new MergeHarness()) {
            merge.header(header(KEY, 1, 2, true, 1));
            merge.share(share(KEY, 0, 0, hit("a", 1, 1), hit("b", 1, 2), hit("c", 1, 3)));
            ProbeResult cut = only(merge);
            assertThat(ids(cut)).containsExactly("a", "b");
            assertThat(cut.getAnswers().get(0).getTruncated()).isTrue();
            merge.header(header(KEY, 1, 2, true, 1));
            merge.share(share(KEY, 0, 0, hit("a", 1, 1), hit("b", 1, 2)));
            assertThat(only(merge).getAnswers().get(0).getTruncated()).isFalse();
        }
    }

    @Test
    void everyQueryVectorHasItsOwnAnswer() throws Exception {
        try (MergeHarness merge = new MergeHarness()) {
            merge.header(header(KEY, 2, 10, false, 3));
            merge.share(
                    new Partial(
                            KEY,
                            0,
                            1,
                            1,
                            1,
                            0,
                            0,
                            9,
                            List.of(
                                    new PartAnswer(2, List.of(hit("c", 1, 1))),
                                    new PartAnswer(0, List.of(hit("a", 1, 1))))));
            assertThat(only(merge).getAnswers())
                    .extracting(answer -> answer.getHits().stream().map(Hit::getId).toList())
                    .containsExactly(List.of("a"), List.of(), List.of("c"));
        }
    }

    @Test
    void deadlineGivesWhatIsThereAndNamesWhatIsMissing() throws Exception {
        try (MergeHarness merge = new MergeHarness()) {
            merge.header(search(KEY, 5));
            merge.share(share(KEY, 0, 1, hit("a", 1, 1)));
            merge.flink().setProcessingTime(DEADLINE - 1);
            assertThat(merge.answers()).isEmpty();
            merge.flink().setProcessingTime(DEADLINE + PendingProbes.DEADLINE_GRAIN_MS);
            ProbeResult result = only(merge);
            assertThat(result.getStatus()).isEqualTo(ProbeStatus.PARTIAL);
            assertThat(result.getReason()).isEqualTo("DEADLINE_PASSED");
            assertThat(result.getMessage())
                    .isEqualTo(
                            "the deadline came before 3 of the key groups (or ids) asked for had"
                                    + " answered. Allow a longer deadlineMs.");
            assertThat(ids(result)).containsExactly("a");
            merge.share(share(KEY, 2, 4, hit("b", 1, 1)));
            assertThat(merge.answers()).isEmpty();
            assertForgotten(merge);
        }
    }

    @Test
    void sharesThatNeverComeAreNotWaitedForForEver() throws Exception {
        try (MergeHarness merge = new MergeHarness()) {
            merge.header(search(KEY, 2));
            merge.flink().setProcessingTime(DEADLINE);
            assertThat(merge.answers()).hasSize(1);
            merge.flink().setProcessingTime(STRAY_MS);
            assertForgotten(merge);
        }
    }

    @Test
    void sharesOfNobodyAreForgotten() throws Exception {
        try (MergeHarness merge = new MergeHarness()) {
            merge.header(search(KEY, 1));
            merge.share(share(KEY, 0, 0));
            merge.share(share(KEY, 1, 1));
            merge.share(share(new ProbeKey(0, 3), 0, 0));
            merge.snapshot(1);
            assertThat(merge.flink().numKeyedStateEntries()).isEqualTo(2);
            merge.flink().setProcessingTime(STRAY_MS);
            assertForgotten(merge);
            assertThat(merge.answers()).hasSize(1);
        }
    }

    @Test
    void misroutedBucketsMakeTheAnswerPartial() throws Exception {
        try (MergeHarness merge = new MergeHarness()) {
            merge.header(search(KEY, 1));
            merge.share(new Partial(KEY, 0, 0, 5, 9, 2, 0, 100, List.of()));
            ProbeResult result = only(merge);
            assertThat(result.getStatus()).isEqualTo(ProbeStatus.PARTIAL);
            assertThat(result.getReason()).isEqualTo("MISROUTED");
            assertThat(result.getMessage()).startsWith("2 buckets were asked for");
            assertThat(result.getBucketsPlanned()).isEqualTo(7);
        }
    }

    @Test
    void budgetThatEndedMakesTheAnswerPartial() throws Exception {
        try (MergeHarness merge = new MergeHarness()) {
            merge.header(search(KEY, 2));
            merge.share(share(KEY, 0, 0, hit("a", 1, 1)));
            merge.share(new Partial(KEY, 1, 1, 5, 9, 0, 1, 100, List.of()));
            ProbeResult result = only(merge);
            assertThat(result.getStatus()).isEqualTo(ProbeStatus.PARTIAL);
            assertThat(result.getReason()).isEqualTo("FILTER_BUDGET");
            assertThat(result.getMessage()).contains("'nearstream.query.filter-buckets-max'");
            assertThat(ids(result)).containsExactly("a");
        }
    }

    /** Clients choose probe ids; positions never mix. */
    @Test
    void equalProbeIdsAtDifferentPositionsDoNotMix() throws Exception {
        try (MergeHarness merge = new MergeHarness()) {
            ProbeKey other = new ProbeKey(2, 7);
            merge.header(search(KEY, 2));
            merge.header(search(other, 2));
            merge.share(share(other, 0, 0, hit("o", 1, 1)));
            merge.share(share(KEY, 0, 0, hit("k", 1, 1)));
            merge.share(share(other, 1, 1));
            ProbeResult result = only(merge);
            assertThat(result.getProbePartition()).isEqualTo(2);
            assertThat(ids(result)).containsExactly("o");
            merge.share(share(KEY, 1, 1));
            assertThat(ids(only(merge))).containsExactly("k");
        }
    }

    @Test
    void tooManyPendingProbesAreRefusedAndTheOthersUnharmed() throws Exception {
        try (MergeHarness merge = new MergeHarness()) {
            for (int i = 0; i < PENDING_MAX; i++) {
                merge.header(search(new ProbeKey(0, i), 1));
            }
            merge.header(search(KEY, 1));
            ProbeResult refused = only(merge);
            assertThat(refused.getStatus()).isEqualTo(ProbeStatus.REFUSED);
            assertThat(refused.getReason()).isEqualTo("TOO_MANY_PENDING");
            assertThat(refused.getMessage())
                    .isEqualTo(
                            "4 probes are pending at this subtask, the most that"
                                    + " 'nearstream.query.pending-max' allows. Send the probe"
                                    + " again later.");
            merge.share(share(KEY, 0, 0, hit("a", 1, 1)));
            assertThat(merge.answers()).isEmpty();
            for (int i = 0; i < PENDING_MAX; i++) {
                merge.share(share(new ProbeKey(0, i), 0, 0));
            }
            assertThat(merge.answers()).hasSize(PENDING_MAX);
            merge.header(search(new ProbeKey(3, 3), 1));
            merge.share(share(new ProbeKey(3, 3), 0, 0));
            assertThat(only(merge).getStatus()).isEqualTo(ProbeStatus.COMPLETE);
            assertForgotten(merge);
        }
    }

    /** Only probes that somebody waits for count: late shares must not refuse new probes. */
    @Test
    void straySharesRefuseNobody() throws Exception {
        try (MergeHarness merge = new MergeHarness()) {
            for (int i = 0; i < 3 * PENDING_MAX; i++) {
                merge.share(share(new ProbeKey(0, i), 0, 0));
            }
            merge.header(search(KEY, 1));
            merge.share(share(KEY, 0, 0));
            assertThat(only(merge).getStatus()).isEqualTo(ProbeStatus.COMPLETE);
        }
    }
}

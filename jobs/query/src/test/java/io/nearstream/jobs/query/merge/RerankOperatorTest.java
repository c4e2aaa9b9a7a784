package io.nearstream.jobs.query.merge;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.common.kafka.OutRecordSerializer;
import io.nearstream.jobs.query.message.Hit;
import io.nearstream.jobs.query.message.ProbeKey;
import io.nearstream.jobs.query.message.ProbeKeySerializer;
import io.nearstream.jobs.query.rerank.RecordPart;
import io.nearstream.jobs.query.rerank.Scored;
import io.nearstream.jobs.query.testing.Samples;
import io.nearstream.schemas.ProbeResult;
import io.nearstream.schemas.ProbeStatus;
import io.nearstream.schemas.wire.AvroWire;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RerankOperatorTest {
    private static final byte[] SAME = {};
    private static final int PENDING_MAX = 2;

    private KeyedTwoInputStreamOperatorTestHarness<ProbeKey, OpenRerank, RecordPart, OutRecord>
            flink;

    @BeforeEach
    void open() throws Exception {
        flink = harness();
        flink.open();
    }

    @AfterEach
    void close() throws Exception {
        flink.close();
    }

    private static KeyedTwoInputStreamOperatorTestHarness<
                    ProbeKey, OpenRerank, RecordPart, OutRecord>
            harness() throws Exception {
        var harness =
                new KeyedTwoInputStreamOperatorTestHarness<
                        ProbeKey, OpenRerank, RecordPart, OutRecord>(
                        new RerankOperator(PENDING_MAX, Samples.gauge(0)),
                        open -> open.header().key(),
                        RecordPart::probe,
                        ProbeKeySerializer.TYPE);
        harness.setup(OutRecordSerializer.INSTANCE);
        return harness;
    }

    private static OpenRerank nearest(int limit, Hit... hits) {
        return Reranks.opened(limit, 10, Double.NaN, hits).orElseThrow();
    }

    private void open(OpenRerank open) throws Exception {
        flink.processElement1(open, 0);
    }

    private void scored(Scored... scored) throws Exception {
        flink.processElement2(new RecordPart(Reranks.KEY, List.of(scored)), 0);
    }

    private static Scored exact(int rank, double score) {
        return new Scored(0, rank, score, SAME);
    }

    private List<ProbeResult> answers() throws Exception {
        AvroWire wire = AvroWire.of(ProbeResult.getClassSchema());
        List<ProbeResult> answers = new ArrayList<>();
        for (OutRecord record : flink.extractOutputValues()) {
            answers.add((ProbeResult) wire.decode(record.value()));
        }
        flink.getOutput().clear();
        return answers;
    }

    private ProbeResult only() throws Exception {
        List<ProbeResult> answers = answers();
        assertThat(answers).hasSize(1);
        return answers.get(0);
    }

    private static List<String> hits(ProbeResult result) {
        return result.getAnswers().get(0).getHits().stream()
                .map(hit -> hit.getId() + "@" + hit.getDistance())
                .toList();
    }

    @Test
    void exactScoresOrderTheAnswer() throws Exception {
        open(nearest(2, Reranks.coded("a", 1), Reranks.coded("b", 2), Reranks.coded("c", 3)));
        scored(exact(0, 2.5));
        assertThat(answers()).isEmpty();
        scored(exact(1, 4), exact(2, 2));
        ProbeResult result = only();
        assertThat(result.getStatus()).isEqualTo(ProbeStatus.COMPLETE);
        assertThat(hits(result)).containsExactly("c@2.0", "a@2.5");
        assertThat(result.getVectorsScored()).isEqualTo(5);
        assertThat(result.getAsOf()).isEqualTo(3);
    }

    @Test
    void scoresMayComeBeforeTheirAnswer() throws Exception {
        scored(exact(0, 3));
        open(nearest(1, Reranks.coded("a", 1)));
        assertThat(hits(only())).containsExactly("a@3.0");
    }

    @Test
    void wholeRowsKeepTheirScoreAndGoneOnesGo() throws Exception {
        open(nearest(3, Reranks.coded("a", 1), Reranks.whole("b", 2), Reranks.coded("c", 3)));
        scored(exact(0, Double.NaN), exact(2, 1.5));
        assertThat(hits(only())).containsExactly("c@1.5", "b@2.0");
    }

    @Test
    void theNewerVersionThatWasScoredIsTheHit() throws Exception {
        open(nearest(1, Reranks.coded("a", 1)));
        scored(new Scored(0, 0, 5, Reranks.row("a", 8, false)));
        ProbeResult result = only();
        assertThat(hits(result)).containsExactly("a@5.0");
        assertThat(result.getAnswers().get(0).getHits().get(0).getVersionTime()).isEqualTo(8);
    }

    @Test
    void atTheDeadlineEstimatesGoOutAndSaySo() throws Exception {
        open(nearest(2, Reranks.coded("a", 1), Reranks.coded("b", 2)));
        scored(exact(1, 3));
        flink.setProcessingTime(Reranks.DEADLINE);
        ProbeResult result = only();
        assertThat(result.getStatus()).isEqualTo(ProbeStatus.PARTIAL);
        assertThat(result.getReason()).isEqualTo("DEADLINE_PASSED");
        assertThat(result.getMessage())
                .isEqualTo(
                        "the deadline came before 1 of 2 candidates had been read from the record store: hits among them are marked estimated. Allow a longer deadlineMs.");
        assertThat(hits(result)).containsExactly("a@1.0", "b@3.0");
        assertThat(result.getAnswers().get(0).getHits())
                .extracting(io.nearstream.schemas.Hit::getEstimated)
                .containsExactly(true, false);
        scored(exact(0, 1));
        assertThat(answers()).isEmpty();
    }

    @Test
    void aRangeHasNoFalseHits() throws Exception {
        OpenRerank open =
                Reranks.opened(
                                2,
                                10,
                                2,
                                Reranks.coded("a", 1),
                                Reranks.coded("b", 2.5),
                                Reranks.coded("c", 1.5),
                                Reranks.whole("d", 2))
                        .orElseThrow();
        open(open); // sorted: a, c, d, b
        scored(exact(0, 2.1), exact(3, 1.9));
        flink.setProcessingTime(Reranks.DEADLINE);
        ProbeResult result = only();
        assertThat(result.getStatus()).isEqualTo(ProbeStatus.PARTIAL);
        assertThat(result.getMessage()).contains("these are left out");
        assertThat(hits(result)).containsExactly("b@1.9", "d@2.0");
        assertThat(result.getAnswers().get(0).getHits())
                .extracting(io.nearstream.schemas.Hit::getEstimated)
                .containsExactly(false, false);
    }

    @Test
    void aRangeWhoseCandidatesWereCutSaysSo() throws Exception {
        open(
                Reranks.opened(
                                1,
                                2,
                                9,
                                Reranks.coded("a", 1),
                                Reranks.coded("b", 2),
                                Reranks.coded("c", 3))
                        .orElseThrow());
        scored(exact(0, 10), exact(1, 10));
        ProbeResult result = only();
        assertThat(hits(result)).isEmpty();
        assertThat(result.getAnswers().get(0).getTruncated()).isTrue();
    }

    @Test
    void whatIsPendingIsRestored() throws Exception {
        open(nearest(2, Reranks.coded("a", 1), Reranks.coded("b", 2)));
        scored(exact(1, 3));
        OperatorSubtaskState state = flink.snapshot(1, 0);
        flink.close();
        flink = harness();
        flink.initializeState(state);
        flink.open();
        scored(exact(0, 4));
        assertThat(hits(only())).containsExactly("b@3.0", "a@4.0");
        flink.snapshot(2, 0);
        assertThat(flink.numKeyedStateEntries()).isZero();
    }

    @Test
    void anAnswerThatIsPartialAlreadySaysBoth() throws Exception {
        open(Reranks.missingShare(Reranks.coded("a", 1), Reranks.coded("b", 2)));
        scored(exact(1, 3));
        flink.setProcessingTime(Reranks.DEADLINE);
        ProbeResult result = only();
        assertThat(result.getStatus()).isEqualTo(ProbeStatus.PARTIAL);
        assertThat(result.getMessage())
                .startsWith("the deadline came before 1 of the key groups")
                .contains("Besides, the deadline came before 1 of 2 candidates");
        assertThat(result.getAnswers().get(0).getHits())
                .extracting(io.nearstream.schemas.Hit::getEstimated)
                .containsExactly(true, false);
    }

    @Test
    void tooManyPendingProbesAreRefusedAndTheOthersUnharmed() throws Exception {
        for (int i = 0; i < PENDING_MAX; i++) {
            ProbeKey key = new ProbeKey(0, i);
            open(Reranks.opened(key, 1, 10, Double.NaN, Reranks.coded("a", 1)).orElseThrow());
        }
        open(nearest(1, Reranks.coded("a", 1)));
        ProbeResult refused = only();
        assertThat(refused.getStatus()).isEqualTo(ProbeStatus.REFUSED);
        assertThat(refused.getReason()).isEqualTo("TOO_MANY_PENDING");
        scored(exact(0, 2));
        assertThat(answers()).isEmpty();
        for (int i = 0; i < PENDING_MAX; i++) {
            flink.processElement2(new RecordPart(new ProbeKey(0, i), List.of(exact(0, i))), 0);
            assertThat(hits(only())).containsExactly("a@%s.0".formatted(i));
        }
        open(
                Reranks.opened(new ProbeKey(0, 9), 1, 10, Double.NaN, Reranks.coded("a", 1))
                        .orElseThrow());
        flink.processElement2(new RecordPart(new ProbeKey(0, 9), List.of(exact(0, 4))), 0);
        assertThat(hits(only())).containsExactly("a@4.0");
    }
}

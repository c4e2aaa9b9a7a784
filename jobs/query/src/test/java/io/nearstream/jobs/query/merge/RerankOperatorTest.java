package io.nearstream.jobs.query.merge;

import static io.nearstream.jobs.common.testing.GoldenFormat.assertFormat;
import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.Metric;
import io.nearstream.core.model.Version;
import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.common.kafka.OutRecordSerializer;
import io.nearstream.jobs.query.entry.EntryRow;
import io.nearstream.jobs.query.message.Hit;
import io.nearstream.jobs.query.message.LabelFilter;
import io.nearstream.jobs.query.message.PartAnswer;
import io.nearstream.jobs.query.message.Partial;
import io.nearstream.jobs.query.message.ProbeHeader;
import io.nearstream.jobs.query.message.ProbeKey;
import io.nearstream.jobs.query.message.ProbeKeySerializer;
import io.nearstream.jobs.query.message.RecordCheck;
import io.nearstream.jobs.query.message.RerankPlan;
import io.nearstream.jobs.query.rerank.Candidate;
import io.nearstream.jobs.query.rerank.RecordPart;
import io.nearstream.jobs.query.rerank.RecordRequest;
import io.nearstream.jobs.query.rerank.Scored;
import io.nearstream.jobs.query.route.Owners;
import io.nearstream.jobs.query.testing.Samples;
import io.nearstream.schemas.ProbeResult;
import io.nearstream.schemas.ProbeStatus;
import io.nearstream.schemas.wire.AvroWire;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RerankOperatorTest {
    private static final ProbeKey KEY = new ProbeKey(1, 7);
    private static final long DEADLINE = 1_000;
    private static final byte[] SAME = {};

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
                        new RerankOperator(Samples.gauge(0)),
                        open -> open.header().key(),
                        RecordPart::probe,
                        ProbeKeySerializer.TYPE);
        harness.setup(OutRecordSerializer.INSTANCE);
        return harness;
    }

    private static byte[] row(String id, long time, boolean coded) {
        byte[] whole =
                EntryRow.put(
                        id,
                        new Version(time, 0, 0),
                        1,
                        IndexChange.NEVER,
                        List.of(),
                        false,
                        new byte[] {1});
        byte[] row = coded ? EntryRow.coded(whole, new byte[] {2}) : whole;
        return EntryRow.forAnswer(row, 0, 1, false);
    }

    private static Hit coded(String id, double estimate) {
        return new Hit(estimate, row(id, 1, true));
    }

    private static Hit whole(String id, double score) {
        return new Hit(score, row(id, 1, false));
    }

    private static ProbeHeader header(int limit, int candidates, double radius) {
        boolean range = !Double.isNaN(radius);
        RecordCheck check = new RecordCheck(0, LabelFilter.NONE, false, List.of(new byte[] {0}));
        return new ProbeHeader(
                KEY,
                "p",
                0,
                9,
                Metric.COSINE,
                1,
                1,
                limit,
                range,
                false,
                false,
                false,
                new long[] {1},
                1,
                0,
                DEADLINE,
                Optional.of(new RerankPlan(candidates, radius, check)));
    }

    private static Optional<OpenRerank> opened(
            int limit, int candidates, double radius, Hit... hits) {
        PendingAnswer pending = new PendingAnswer(KEY, 0);
        pending.header(header(limit, candidates, radius));
        List<PartAnswer> answers = List.of(new PartAnswer(0, Arrays.asList(hits)));
        pending.add(new Partial(KEY, 0, 0, 2, 5, 0, 0, 3, answers));
        return Reranking.open(pending, 0);
    }

    private static OpenRerank nearest(int limit, Hit... hits) {
        return opened(limit, 10, Double.NaN, hits).orElseThrow();
    }

    private void open(OpenRerank open) throws Exception {
        flink.processElement1(open, 0);
    }

    private void scored(Scored... scored) throws Exception {
        flink.processElement2(new RecordPart(KEY, List.of(scored)), 0);
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
        open(nearest(2, coded("a", 1), coded("b", 2), coded("c", 3)));
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
        open(nearest(1, coded("a", 1)));
        assertThat(hits(only())).containsExactly("a@3.0");
    }

    @Test
    void wholeRowsKeepTheirScoreAndGoneOnesGo() throws Exception {
        open(nearest(3, coded("a", 1), whole("b", 2), coded("c", 3)));
        scored(exact(0, Double.NaN), exact(2, 1.5));
        assertThat(hits(only())).containsExactly("c@1.5", "b@2.0");
    }

    @Test
    void theNewerVersionThatWasScoredIsTheHit() throws Exception {
        open(nearest(1, coded("a", 1)));
        scored(new Scored(0, 0, 5, row("a", 8, false)));
        ProbeResult result = only();
        assertThat(hits(result)).containsExactly("a@5.0");
        assertThat(result.getAnswers().get(0).getHits().get(0).getVersionTime()).isEqualTo(8);
    }

    @Test
    void atTheDeadlineEstimatesGoOutAndSaySo() throws Exception {
        open(nearest(2, coded("a", 1), coded("b", 2)));
        scored(exact(1, 3));
        flink.setProcessingTime(DEADLINE);
        ProbeResult result = only();
        assertThat(result.getStatus()).isEqualTo(ProbeStatus.PARTIAL);
        assertThat(result.getReason()).isEqualTo("DEADLINE_PASSED");
        assertThat(result.getMessage())
                .isEqualTo(
                        "the deadline came before 1 of 2 candidates had been scored exactly: distances of hits among them are estimates. Allow a longer deadlineMs.");
        assertThat(hits(result)).containsExactly("a@1.0", "b@3.0");
        scored(exact(0, 1));
        assertThat(answers()).isEmpty();
    }

    @Test
    void aRangeHasNoFalseHits() throws Exception {
        OpenRerank open =
                opened(2, 10, 2, coded("a", 1), coded("b", 2.5), coded("c", 1.5), whole("d", 2))
                        .orElseThrow();
        open(open); // sorted: a, c, d, b
        scored(exact(0, 2.1), exact(3, 1.9));
        flink.setProcessingTime(DEADLINE);
        ProbeResult result = only();
        assertThat(result.getStatus()).isEqualTo(ProbeStatus.PARTIAL);
        assertThat(result.getMessage()).contains("they are left out");
        assertThat(hits(result)).containsExactly("b@1.9", "d@2.0");
    }

    @Test
    void aRangeWhoseCandidatesWereCutSaysSo() throws Exception {
        open(opened(1, 2, 9, coded("a", 1), coded("b", 2), coded("c", 3)).orElseThrow());
        scored(exact(0, 10), exact(1, 10));
        ProbeResult result = only();
        assertThat(hits(result)).isEmpty();
        assertThat(result.getAnswers().get(0).getTruncated()).isTrue();
    }

    @Test
    void whatIsPendingIsRestored() throws Exception {
        open(nearest(2, coded("a", 1), coded("b", 2)));
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
    void theBestOfAllSharesAreAskedForOnce() {
        OpenRerank open =
                opened(1, 3, Double.NaN, coded("d", 4), coded("a", 1), whole("b", 2), coded("c", 3))
                        .orElseThrow();
        assertThat(open.asked()).isEqualTo(2);
        List<RecordRequest> requests = Reranking.requests(open, new Owners(128), 1);
        assertThat(requests).hasSize(1);
        assertThat(requests.get(0).target()).isEqualTo(Owners.toSubtask(0));
        assertThat(requests.get(0).candidates())
                .containsExactly(
                        new Candidate(0, 0, "a", new Version(1, 0, 0)),
                        new Candidate(0, 2, "c", new Version(1, 0, 0)));
        int asked =
                Reranking.requests(open, new Owners(128), 4).stream()
                        .mapToInt(request -> request.candidates().size())
                        .sum();
        assertThat(asked).isEqualTo(2);
    }

    @Test
    void whereNothingIsCodedNothingIsAsked() {
        assertThat(opened(1, 3, Double.NaN, whole("a", 1))).isEmpty();
    }

    @Test
    void pendingOnesKeepTheirBytes() throws Exception {
        PendingRerank pending = new PendingRerank(KEY, 5);
        pending.open(
                new OpenRerank(
                        header(1, 2, 0.25),
                        new byte[] {7},
                        List.of(new PartAnswer(0, List.of(new Hit(0.5, new byte[] {8})))),
                        1,
                        new int[] {0}));
        pending.add(List.of(new Scored(0, 0, 0.5, SAME)));
        String key = "00000001" + "0000000000000007";
        String header =
                key
                        + ("000170" + "00000000" + "0000000000000009" + "01")
                        + ("00000001" + "00000001" + "00000001" + "01000000")
                        + ("00000001" + "0000000000000001" + "00000001")
                        + ("0000000000000000" + "00000000000003e8" + "01")
                        + ("00000002" + "3fd0000000000000" + "0000000000000000")
                        + ("00000000" + "00000000" + "00000000" + "00")
                        + ("00000001" + "00000001" + "00");
        assertFormat(
                PendingRerankSerializer.INSTANCE,
                pending,
                key
                        + ("0000000000000005" + "01")
                        + header
                        + ("00000001" + "07")
                        + ("00000001" + "00000000")
                        + ("00000001" + "3fe0000000000000" + "00000001" + "08")
                        + ("00000001" + "00000001" + "00000000")
                        + key
                        + ("00000001" + "00000000" + "00000000" + "3fe0000000000000" + "00000000")
                        + "00",
                1);
    }
}

package io.nearstream.jobs.query.payload;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.common.kafka.OutRecordSerializer;
import io.nearstream.jobs.query.answer.Answers;
import io.nearstream.jobs.query.message.ProbeKey;
import io.nearstream.jobs.query.message.ProbeKeySerializer;
import io.nearstream.schemas.Answer;
import io.nearstream.schemas.Hit;
import io.nearstream.schemas.ProbeResult;
import io.nearstream.schemas.ProbeStatus;
import io.nearstream.schemas.wire.AvroWire;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // the harness closes with "throws Exception"
class PayloadJoinFunctionTest {
    private static final AvroWire RESULTS = AvroWire.of(ProbeResult.getClassSchema());
    private static final ProbeKey PROBE = new ProbeKey(0, 9);
    private static final long DEADLINE = 1_000;
    private static final long STRAY_MS = 120_000;

    private static KeyedTwoInputStreamOperatorTestHarness<
                    ProbeKey, OpenAnswer, PayloadPart, OutRecord>
            open() throws Exception {
        var harness =
                new KeyedTwoInputStreamOperatorTestHarness<>(
                        new KeyedCoProcessOperator<>(new PayloadJoinFunction()),
                        OpenAnswer::probe,
                        PayloadPart::probe,
                        ProbeKeySerializer.TYPE);
        harness.setup(OutRecordSerializer.INSTANCE);
        harness.open();
        return harness;
    }

    /** An answer to two query vectors: one hit, two hits. */
    private static OpenAnswer answer(int payloads) {
        ProbeResult result =
                ProbeResult.newBuilder()
                        .setProbeId("p")
                        .setProbePartition(0)
                        .setProbeOffset(9)
                        .setStatus(ProbeStatus.COMPLETE)
                        .setAnswers(List.of(hits("a"), hits("b", "c")))
                        .build();
        return new OpenAnswer(PROBE, AvroWire.encode(result), 2, payloads, DEADLINE);
    }

    private static Answer hits(String... ids) {
        List<Hit> hits = new ArrayList<>();
        for (String id : ids) {
            hits.add(
                    Hit.newBuilder()
                            .setId(id)
                            .setDistance(0)
                            .setVersionTime(0)
                            .setVersionPartition(0)
                            .setVersionOffset(0)
                            .build());
        }
        return Answer.newBuilder().setHits(hits).build();
    }

    private static PayloadPart part(int query, int hit, int... payload) {
        byte[] bytes = new byte[payload.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) payload[i];
        }
        return new PayloadPart(PROBE, query, hit, bytes);
    }

    private static ProbeResult only(
            KeyedTwoInputStreamOperatorTestHarness<ProbeKey, OpenAnswer, PayloadPart, OutRecord>
                    harness)
            throws Exception {
        List<OutRecord> records = harness.extractOutputValues();
        assertThat(records).hasSize(1);
        assertThat(records.get(0).partition()).isEqualTo(2);
        ProbeResult result = (ProbeResult) RESULTS.decode(records.get(0).value());
        harness.getOutput().clear();
        return result;
    }

    private static List<Integer> payloads(ProbeResult result) {
        List<Integer> payloads = new ArrayList<>();
        for (Answer answer : result.getAnswers()) {
            for (Hit hit : answer.getHits()) {
                payloads.add(hit.getPayload() == null ? null : (int) hit.getPayload().get(0));
            }
        }
        return payloads;
    }

    @Test
    void answerGoesOutWithItsLastPayload() throws Exception {
        try (var harness = open()) {
            harness.processElement2(part(1, 1, 30), 0);
            harness.processElement1(answer(3), 0);
            harness.processElement2(part(0, 0, 10), 0);
            assertThat(harness.extractOutputValues()).isEmpty();
            harness.processElement2(part(1, 0, 20), 0);
            ProbeResult result = only(harness);
            assertThat(result.getStatus()).isEqualTo(ProbeStatus.COMPLETE);
            assertThat(payloads(result)).containsExactly(10, 20, 30);
            harness.setProcessingTime(STRAY_MS);
            assertThat(harness.extractOutputValues()).isEmpty();
            assertThat(harness.numKeyedStateEntries()).isZero();
        }
    }

    @Test
    void allPayloadsMayComeBeforeTheAnswer() throws Exception {
        try (var harness = open()) {
            harness.processElement2(part(0, 0, 10), 0);
            harness.processElement1(answer(1), 0);
            assertThat(payloads(only(harness))).containsExactly(10, null, null);
        }
    }

    /** What would not fit the answer is not even kept: it could be gigabytes. */
    @Test
    void payloadsThatAreTooLargeTogetherAreLeftOutAndTheAnswerSaysSo() throws Exception {
        byte[] large = new byte[Answers.RESULT_BYTES_MAX / 2 + 1];
        try (var harness = open()) {
            harness.processElement1(answer(3), 0);
            harness.processElement2(new PayloadPart(PROBE, 0, 0, large), 0);
            harness.processElement2(new PayloadPart(PROBE, 1, 0, large), 0);
            harness.processElement2(part(1, 1, 30), 0);
            ProbeResult result = only(harness);
            assertThat(result.getStatus()).isEqualTo(ProbeStatus.PARTIAL);
            assertThat(result.getReason()).isEqualTo("ANSWER_TOO_LARGE");
            assertThat(result.getMessage()).contains("Ask for fewer hits");
            assertThat(payloads(result)).containsExactly(null, null, null);
            harness.setProcessingTime(STRAY_MS);
            assertThat(harness.numKeyedStateEntries()).isZero();
        }
    }

    /** The record was deleted, or lost its payload, after it became a hit. */
    @Test
    void payloadThatIsGoneCountsAsThere() throws Exception {
        try (var harness = open()) {
            harness.processElement1(answer(2), 0);
            harness.processElement2(part(0, 0), 0);
            harness.processElement2(part(1, 0, 20), 0);
            ProbeResult result = only(harness);
            assertThat(result.getStatus()).isEqualTo(ProbeStatus.COMPLETE);
            assertThat(payloads(result)).containsExactly(null, 20, null);
        }
    }

    @Test
    void deadlineGivesWhatIsThereAndSaysWhatIsMissing() throws Exception {
        try (var harness = open()) {
            harness.processElement1(answer(3), 0);
            harness.processElement2(part(0, 0, 10), 0);
            harness.setProcessingTime(DEADLINE);
            ProbeResult result = only(harness);
            assertThat(result.getStatus()).isEqualTo(ProbeStatus.PARTIAL);
            assertThat(result.getReason()).isEqualTo("DEADLINE_PASSED");
            assertThat(result.getMessage())
                    .isEqualTo(
                            "the deadline came before 2 of 3 payloads were there. Allow a longer"
                                    + " deadlineMs.");
            assertThat(payloads(result)).containsExactly(10, null, null);
            harness.processElement2(part(1, 1, 30), 0);
            assertThat(harness.extractOutputValues()).isEmpty();
            harness.setProcessingTime(DEADLINE + STRAY_MS);
            assertThat(harness.numKeyedStateEntries()).isZero();
        }
    }

    @Test
    void openAnswersSurviveARestore() throws Exception {
        org.apache.flink.runtime.checkpoint.OperatorSubtaskState state;
        try (var harness = open()) {
            harness.processElement1(answer(2), 0);
            harness.processElement2(part(0, 0, 10), 0);
            state = harness.snapshot(1, 0);
        }
        var harness =
                new KeyedTwoInputStreamOperatorTestHarness<>(
                        new KeyedCoProcessOperator<>(new PayloadJoinFunction()),
                        OpenAnswer::probe,
                        PayloadPart::probe,
                        ProbeKeySerializer.TYPE);
        try (harness) {
            harness.setup(OutRecordSerializer.INSTANCE);
            harness.initializeState(state);
            harness.open();
            harness.processElement2(part(1, 1, 30), 0);
            assertThat(payloads(only(harness))).containsExactly(10, null, 30);
        }
    }
}

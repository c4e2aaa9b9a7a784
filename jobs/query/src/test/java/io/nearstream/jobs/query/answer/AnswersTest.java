package io.nearstream.jobs.query.answer;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.schemas.Answer;
import io.nearstream.schemas.Hit;
import io.nearstream.schemas.ProbeResult;
import io.nearstream.schemas.ProbeStatus;
import io.nearstream.schemas.wire.AvroWire;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnswersTest {
    private static final int RECORD_BYTES_MAX = 4 << 20;
    private static final AvroWire RESULTS = AvroWire.of(ProbeResult.getClassSchema());

    private static ProbeResult result(int hits, int idLength, int payloadBytes) {
        List<Hit> found = new ArrayList<>();
        for (int i = 0; i < hits; i++) {
            found.add(
                    Hit.newBuilder()
                            .setId("x".repeat(idLength))
                            .setDistance(i)
                            .setVersionTime(0)
                            .setVersionPartition(0)
                            .setVersionOffset(i)
                            .setVector(ByteBuffer.wrap(new byte[16]))
                            .setPayload(ByteBuffer.wrap(new byte[payloadBytes]))
                            .build());
        }
        return ProbeResult.newBuilder()
                .setProbeId("p")
                .setProbePartition(0)
                .setProbeOffset(1)
                .setStatus(ProbeStatus.COMPLETE)
                .setAnswers(List.of(Answer.newBuilder().setHits(found).build()))
                .build();
    }

    private static ProbeResult sent(ProbeResult result) throws Exception {
        OutRecord record = Answers.encode(result, 3);
        assertThat(record.topic()).isEqualTo(TopicNames.RESULTS);
        assertThat(record.partition()).isEqualTo(3);
        assertThat(new String(record.key(), StandardCharsets.UTF_8)).isEqualTo("p");
        assertThat(record.key().length + record.value().length).isLessThan(RECORD_BYTES_MAX);
        return (ProbeResult) RESULTS.decode(record.value());
    }

    @Test
    void answerThatFitsIsSentAsItIs() throws Exception {
        ProbeResult sent = sent(result(10, 10, 1_000));
        assertThat(sent).isEqualTo(result(10, 10, 1_000));
    }

    @Test
    void tooLargeAnswerGoesWithoutVectorsAndPayloadsAndSaysSo() throws Exception {
        ProbeResult sent = sent(result(5, 10, 1 << 20));
        assertThat(sent.getStatus()).isEqualTo(ProbeStatus.PARTIAL);
        assertThat(sent.getReason()).isEqualTo("ANSWER_TOO_LARGE");
        assertThat(sent.getMessage())
                .startsWith("the answer has 5243")
                .contains("but 4177920 at most fit", "Ask for fewer hits.");
        Answer answer = sent.getAnswers().get(0);
        assertThat(answer.getTruncated()).isFalse();
        assertThat(answer.getHits())
                .hasSize(5)
                .allMatch(hit -> hit.getVector() == null && hit.getPayload() == null);
    }

    @Test
    void ifThatIsNotEnoughHitsGoFarthestFirst() throws Exception {
        ProbeResult sent = sent(result(10_000, 512, 0));
        Answer answer = sent.getAnswers().get(0);
        assertThat(answer.getTruncated()).isTrue();
        assertThat(answer.getHits()).hasSize(5_000);
        assertThat(answer.getHits().get(4_999).getDistance()).isEqualTo(4_999);
        assertThat(sent.getReason()).isEqualTo("ANSWER_TOO_LARGE");
    }
}

package io.nearstream.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.schemas.Probe;
import io.nearstream.schemas.ProbeResult;
import io.nearstream.schemas.ProbeStatus;
import io.nearstream.schemas.wire.AvroWire;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ProberTest {
    private static final int PARTITION = 3;

    private final LoopBroker results = new LoopBroker(TopicNames.RESULTS, PARTITION);
    private final ClientOptions options =
            ClientOptions.of("localhost:9092").withRandom(new Random(7));
    private final Prober prober =
            Prober.start(results.producer, results.consumer, options, Duration.ofSeconds(30));

    @AfterEach
    void close() {
        prober.close();
    }

    @Test
    void answersMeetTheirProbesInAnyOrder() throws Exception {
        CompletableFuture<ProbeResult> first = prober.send(probe());
        CompletableFuture<ProbeResult> second = prober.send(probe());

        answer(sent(1).getId(), 200);
        answer(sent(0).getId(), 100);

        assertThat(get(first).getMicros()).isEqualTo(100);
        assertThat(get(second).getMicros()).isEqualTo(200);
    }

    @Test
    void probesNameAnIdOfTheirOwnAndTheirResultPartition() throws Exception {
        Probe asked = probe().toProbe();
        asked.setId("mine");
        prober.send(asked);
        prober.send(asked);

        assertThat(sent(0).getId()).isNotEqualTo(sent(1).getId()).isNotEqualTo("mine");
        assertThat(sent(0).getResultPartition()).isEqualTo(PARTITION);
        assertThat(results.producer.history().get(0).key())
                .isEqualTo(sent(0).getId().getBytes(StandardCharsets.UTF_8));
        assertThat(asked.getId()).isEqualTo("mine");
    }

    @Test
    void repeatedAnswersAndAnswersOfOthersAreDropped() throws Exception {
        CompletableFuture<ProbeResult> first = prober.send(probe());
        String id = sent(0).getId();
        answer("somebody-else", 1);
        answer(id, 2);
        answer(id, 3);
        assertThat(get(first).getMicros()).isEqualTo(2);

        CompletableFuture<ProbeResult> second = prober.send(probe());
        answer(sent(1).getId(), 4);
        assertThat(get(second).getMicros()).isEqualTo(4);
    }

    @Test
    void unansweredProbeTimesOut() throws Exception {
        LoopBroker silent = new LoopBroker(TopicNames.RESULTS, 0);
        Prober hasty =
                Prober.start(silent.producer, silent.consumer, options, Duration.ofMillis(1));

        CompletableFuture<ProbeResult> answer = hasty.send(probe().deadline(Duration.ofMillis(1)));

        assertThatThrownBy(() -> get(answer))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(TimeoutException.class)
                .hasMessageContaining("within 2 ms");
        hasty.close();
    }

    @Test
    void undecodableAnswerFailsItsProbeOnly() throws Exception {
        CompletableFuture<ProbeResult> broken = prober.send(probe());
        CompletableFuture<ProbeResult> whole = prober.send(probe());
        results.append(sent(0).getId().getBytes(StandardCharsets.UTF_8), new byte[] {1, 2});
        answer(sent(1).getId(), 9);

        assertThatThrownBy(() -> get(broken)).hasMessageContaining("does not decode");
        assertThat(get(whole).getMicros()).isEqualTo(9);
    }

    @Test
    void brokerFailureWhileReadingFailsEveryProbe() {
        CompletableFuture<ProbeResult> pending = prober.send(probe());
        results.consumer.setPollException(new KafkaException("the disk is gone"));

        assertThatThrownBy(() -> get(pending)).hasMessageContaining("the disk is gone");
        assertThatThrownBy(() -> get(prober.send(probe())))
                .hasMessageContaining("the disk is gone");
    }

    @Test
    void refusedSendFailsTheProbe() {
        results.producer.sendException = new KafkaException("record too large");

        assertThatThrownBy(() -> get(prober.send(probe())))
                .hasMessageContaining("could not be sent: record too large");
    }

    @Test
    void refusedProbeIsAnErrorToTheOneWhoAsks() throws Exception {
        results.onProbe(id -> results.append(id, refused(new String(id, StandardCharsets.UTF_8))));

        assertThatThrownBy(() -> prober.ask(probe()))
                .isInstanceOf(NearstreamException.class)
                .hasMessageContaining("refused (BAD_K): k must be");
    }

    @Test
    void closingEndsPendingProbes() {
        CompletableFuture<ProbeResult> pending = prober.send(probe());
        prober.close();

        assertThatThrownBy(() -> get(pending)).hasMessageContaining("closed");
    }

    private static ProbeRequest probe() {
        return ProbeRequest.nearest("words", 10, List.of(new byte[] {1}));
    }

    private static byte[] refused(String id) {
        return AvroWire.encode(
                ProbeResult.newBuilder()
                        .setProbeId(id)
                        .setProbePartition(0)
                        .setProbeOffset(0)
                        .setStatus(ProbeStatus.REFUSED)
                        .setReason("BAD_K")
                        .setMessage("k must be between 1 and 1,000, but was 0.")
                        .build());
    }

    private Probe sent(int index) throws Exception {
        byte[] value = results.producer.history().get(index).value();
        return (Probe) AvroWire.of(Probe.getClassSchema()).decode(value);
    }

    private void answer(String id, long micros) {
        ProbeResult result =
                ProbeResult.newBuilder()
                        .setProbeId(id)
                        .setProbePartition(0)
                        .setProbeOffset(0)
                        .setStatus(ProbeStatus.COMPLETE)
                        .setMicros(micros)
                        .build();
        results.append(id.getBytes(StandardCharsets.UTF_8), AvroWire.encode(result));
    }

    private static ProbeResult get(CompletableFuture<ProbeResult> answer) throws Exception {
        return answer.get(30, TimeUnit.SECONDS);
    }
}

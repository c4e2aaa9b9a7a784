package io.nearstream.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.throwable;

import io.nearstream.core.keyvalue.KeyValueEntry;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.jobs.common.wire.KeyValueWire;
import io.nearstream.schemas.KeyValueCondition;
import io.nearstream.schemas.KeyValueOp;
import io.nearstream.schemas.KeyValueResult;
import io.nearstream.schemas.KeyValueStatus;
import io.nearstream.schemas.KeyValueWrite;
import io.nearstream.schemas.wire.AvroWire;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.annotation.Nullable;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Writes with an outcome and strong reads, as they travel and as they are answered. */
@Timeout(60)
class KeyValueRequestsTest {
    private static final int PARTITION = 2;

    private final LoopBroker results = new LoopBroker(TopicNames.KV_RESULTS, PARTITION);
    private final MockProducer<byte[], byte[]> bulk =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final KeyValueRequests requests = requests(results, Duration.ofSeconds(30), 100);
    private final KeyValueWriter writer = new KeyValueWriter(bulk, requests);
    private final KeyValueReader strong = new StrongReader(requests, () -> {});

    private static KeyValueRequests requests(LoopBroker broker, Duration deadline, int pendingMax) {
        return new KeyValueRequests(
                () ->
                        Requests.start(
                                Requests.Kind.KEY_VALUES,
                                broker.producer,
                                broker.consumer,
                                new Random(7),
                                pendingMax),
                deadline);
    }

    @AfterEach
    void close() {
        requests.close();
    }

    @Test
    void appliedWriteCarriesEverythingAndReturnsItsVersion() throws Exception {
        CompletableFuture<KeyValueOutcome> outcome =
                writer.apply(
                        KeyValueRequest.put("k", Entries.bytes("v"))
                                .ttl(Duration.ofSeconds(3))
                                .ifVersion(Entries.version(4))
                                .writerTime(99));
        KeyValueWrite sent = sent(0);
        answer(sent, KeyValueStatus.APPLIED, Entries.entry(5, ""));

        assertThat(get(outcome))
                .isEqualTo(new KeyValueOutcome(true, Optional.of(Entries.version(5))));
        assertThat(sent.getOp()).isEqualTo(KeyValueOp.PUT);
        assertThat(sent.getValue().array()).isEqualTo(Entries.bytes("v"));
        assertThat(sent.getTtlMs()).isEqualTo(3_000);
        assertThat(sent.getCondition()).isEqualTo(KeyValueCondition.IF_VERSION);
        assertThat(KeyValueWire.version(sent.getIfVersion())).isEqualTo(Entries.version(4));
        assertThat(sent.getWriterTime()).isEqualTo(99);
        assertThat(sent.getResultPartition()).isEqualTo(PARTITION);
        assertThat(results.producer.history().get(0).key()).isEqualTo(Entries.bytes("k"));
        assertThat(results.producer.history().get(0).topic()).isEqualTo(TopicNames.KV_WRITES);
    }

    @Test
    void failedConditionIsAnOutcomeAndNoError() throws Exception {
        CompletableFuture<KeyValueOutcome> taken =
                writer.apply(KeyValueRequest.put("k", Entries.bytes("v")).ifAbsent());
        CompletableFuture<KeyValueOutcome> gone =
                writer.apply(KeyValueRequest.delete("k").ifVersion(Entries.version(1)));
        answer(sent(0), KeyValueStatus.CONDITION_FAILED, Entries.entry(5, ""));
        answer(sent(1), KeyValueStatus.CONDITION_FAILED, Entries.deleted(6));

        assertThat(get(taken))
                .isEqualTo(new KeyValueOutcome(false, Optional.of(Entries.version(5))));
        assertThat(get(gone)).isEqualTo(new KeyValueOutcome(false, Optional.empty()));
        assertThat(sent(0).getCondition()).isEqualTo(KeyValueCondition.IF_ABSENT);
        assertThat(sent(1).getOp()).isEqualTo(KeyValueOp.DELETE);
    }

    @Test
    void refusedWriteSaysWhyAndThatNothingChanged() throws Exception {
        CompletableFuture<KeyValueOutcome> outcome = writer.apply(KeyValueRequest.delete("k"));
        answer(sent(0), KeyValueStatus.REFUSED, null);

        assertThatThrownBy(() -> get(outcome))
                .hasMessageContaining("The write of 'k' was refused (BAD_TTL): ttl must be.")
                .cause()
                .asInstanceOf(throwable(NearstreamException.class))
                .returns(false, NearstreamException::outcomeUnknown);
    }

    @Test
    void missingAnswerLeavesTheOutcomeUnknownAndSaysSo() {
        KeyValueRequests hasty =
                requests(
                        new LoopBroker(TopicNames.KV_RESULTS, PARTITION), Duration.ofMillis(10), 1);
        CompletableFuture<KeyValueOutcome> outcome =
                new KeyValueWriter(bulk, hasty).apply(KeyValueRequest.delete("k"));

        assertThatThrownBy(() -> get(outcome))
                .hasMessageContaining("The write of 'k' was not answered within 10 ms")
                .hasMessageContaining("is the ingest job running?")
                .hasMessageContaining("is unknown")
                .cause()
                .asInstanceOf(throwable(NearstreamException.class))
                .returns(true, NearstreamException::outcomeUnknown);
        hasty.close();
    }

    @Test
    void writeThatFindsNoRoomIsKnownNotToBeInForce() {
        // The first one waits far longer than the second, which shares its only place.
        LoopBroker broker = new LoopBroker(TopicNames.KV_RESULTS, PARTITION);
        Requests<KeyValueResult> one =
                Requests.start(
                        Requests.Kind.KEY_VALUES,
                        broker.producer,
                        broker.consumer,
                        new Random(7),
                        1);
        KeyValueRequests patient = new KeyValueRequests(() -> one, Duration.ofMinutes(1));
        KeyValueRequests hasty = new KeyValueRequests(() -> one, Duration.ofMillis(10));
        new KeyValueWriter(bulk, patient).apply(KeyValueRequest.delete("first"));

        assertThatThrownBy(
                        () ->
                                get(
                                        new KeyValueWriter(bulk, hasty)
                                                .apply(KeyValueRequest.delete("k"))))
                .hasMessageContaining("The write of 'k' was not sent within 10 ms: 1 others wait")
                .cause()
                .asInstanceOf(throwable(NearstreamException.class))
                .returns(false, NearstreamException::outcomeUnknown);
        one.close();
    }

    @Test
    void appendIsCompleteWithTheBrokersWordAndAsksForNoAnswer() throws Exception {
        WriteReceipt receipt =
                get(writer.append(KeyValueRequest.put("k", Entries.bytes("v")).ifAbsent()));

        assertThat(receipt.offset()).isZero();
        KeyValueWrite sent = decode(bulk.history().get(0).value());
        assertThat(sent.getRequestId()).isNull();
        assertThat(sent.getResultPartition()).isNull();
        assertThat(sent.getCondition()).isEqualTo(KeyValueCondition.IF_ABSENT);
        assertThat(results.producer.history()).isEmpty();
        bulk.sendException = new KafkaException("too large");
        assertThatThrownBy(() -> get(writer.append(KeyValueRequest.delete("k"))))
                .hasMessageContaining("The write of 'k' was not acknowledged: too large");
    }

    @Test
    void strongReadFindsOrMissesAndNeverConfusesThatWithFailure() throws Exception {
        CompletableFuture<Optional<KeyValue>> found = strong.get("k");
        CompletableFuture<Optional<KeyValue>> missing = strong.get("nobody");
        CompletableFuture<Optional<KeyValue>> refused = strong.get("odd");
        answer(sent(0), KeyValueStatus.FOUND, Entries.expiring(5, "v", 123));
        answer(sent(1), KeyValueStatus.MISSING, Entries.deleted(3));
        answer(sent(2), KeyValueStatus.REFUSED, null);

        KeyValue value = get(found).orElseThrow();
        assertThat(value.key()).isEqualTo("k");
        assertThat(value.value()).isEqualTo(Entries.bytes("v"));
        assertThat(value.version()).isEqualTo(Entries.version(5));
        assertThat(value.writerTime()).isEqualTo(7);
        assertThat(value.expiresAt()).hasValue(123);
        assertThat(get(missing)).isEmpty();
        assertThatThrownBy(() -> get(refused))
                .hasMessageContaining("The read of 'odd' was refused (BAD_TTL)");
        assertThat(sent(0).getOp()).isEqualTo(KeyValueOp.READ);
        assertThatThrownBy(() -> strong.get("")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void manyKeysAreReadTogether() throws Exception {
        CompletableFuture<Map<String, KeyValue>> all = strong.getAll(List.of("a", "b", "a", "c"));
        assertThat(results.producer.history()).hasSize(3);
        answer(sent(2), KeyValueStatus.FOUND, Entries.entry(1, "C"));
        answer(sent(1), KeyValueStatus.MISSING, null);
        assertThat(all).isNotDone();
        answer(sent(0), KeyValueStatus.FOUND, Entries.entry(1, "A"));

        assertThat(all.get(30, TimeUnit.SECONDS)).containsOnlyKeys("a", "c");
    }

    @Test
    void closedReaderEndsItsReadsAndLeavesTheWriterAlone() throws Exception {
        CompletableFuture<Optional<KeyValue>> pending = strong.get("k");
        strong.close();
        assertThatThrownBy(() -> get(pending)).hasMessageContaining("closed");
        assertThatThrownBy(() -> get(strong.get("k"))).hasMessageContaining("closed");

        CompletableFuture<KeyValueOutcome> outcome = writer.apply(KeyValueRequest.delete("k"));
        answer(sent(1), KeyValueStatus.APPLIED, Entries.deleted(9));
        assertThat(get(outcome)).isEqualTo(new KeyValueOutcome(true, Optional.empty()));
    }

    @Test
    void closedRequestsRefuseMore() {
        requests.close();
        assertThatThrownBy(() -> strong.get("k")).hasMessageContaining("closed");
    }

    private KeyValueWrite sent(int index) throws Exception {
        return decode(results.producer.history().get(index).value());
    }

    private static KeyValueWrite decode(byte[] value) throws Exception {
        return (KeyValueWrite) AvroWire.of(KeyValueWrite.getClassSchema()).decode(value);
    }

    private void answer(KeyValueWrite to, KeyValueStatus status, @Nullable KeyValueEntry state) {
        String id = to.getRequestId();
        results.append(Entries.bytes(id), Entries.result(id, status, state));
    }

    private static <T> T get(CompletableFuture<T> future) throws ExecutionException {
        try {
            return future.get(30, TimeUnit.SECONDS);
        } catch (InterruptedException | TimeoutException late) {
            throw new AssertionError("No answer.", late);
        }
    }
}

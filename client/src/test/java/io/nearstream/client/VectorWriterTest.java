package io.nearstream.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.jobs.common.wire.UidHeader;
import io.nearstream.schemas.VectorEncoding;
import io.nearstream.schemas.VectorWrite;
import io.nearstream.schemas.WriteOp;
import io.nearstream.schemas.wire.AvroWire;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class VectorWriterTest {
    private static final CollectionSettings PIXELS =
            CollectionSettings.learned("pixels", 5, 2, Metric.L2, Encoding.UINT8);

    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final VectorWriter writer = new VectorWriter(producer);

    @Test
    void upsertCarriesEverything() throws Exception {
        writer.upsert(
                VectorUpsert.of(PIXELS, "a", new byte[] {1, (byte) 200})
                        .withLabels(List.of("red"))
                        .withPayload(new byte[] {9})
                        .withTtl(Duration.ofSeconds(3))
                        .withEventTime(77));

        ProducerRecord<byte[], byte[]> record = producer.history().get(0);
        assertThat(record.topic()).isEqualTo(TopicNames.VECTORS);
        assertThat(new String(record.key(), StandardCharsets.UTF_8)).isEqualTo("pixels/a");
        assertThat(UidHeader.read(record.headers())).isEqualTo(PIXELS.uid());
        assertThat(AvroWire.of(VectorWrite.getClassSchema()).decode(record.value()))
                .isEqualTo(
                        new VectorWrite(
                                WriteOp.UPSERT,
                                "pixels",
                                "a",
                                VectorEncoding.UINT8,
                                ByteBuffer.wrap(new byte[] {1, (byte) 200}),
                                List.of("red"),
                                ByteBuffer.wrap(new byte[] {9}),
                                77L,
                                3_000L));
    }

    @Test
    void receiptComesWithTheAcknowledgementOnly() {
        CompletableFuture<WriteReceipt> receipt = writer.delete("pixels", "a");
        assertThat(receipt).isNotDone();

        producer.completeNext();

        assertThat(receipt).isCompleted();
        assertThat(receipt.join().offset()).isZero();
    }

    @Test
    void refusedWriteNamesItsKey() {
        CompletableFuture<WriteReceipt> receipt = writer.delete("pixels", "a");
        producer.errorNext(new KafkaException("not enough replicas"));

        assertThatThrownBy(() -> receipt.get(1, TimeUnit.SECONDS))
                .hasCauseInstanceOf(NearstreamException.class)
                .hasMessageContaining("'pixels/a' was not acknowledged: not enough replicas");
    }

    @Test
    void requestsOutOfRangeAreRefusedBeforeTheyTravel() {
        VectorUpsert fine = VectorUpsert.of(PIXELS, "a", new byte[2]);

        assertThatThrownBy(() -> VectorUpsert.of(PIXELS, "a", new byte[3]))
                .hasMessageContaining("must be 2 bytes (2 dimensions of UINT8)");
        assertThatThrownBy(() -> VectorUpsert.of(PIXELS, "", new byte[2]))
                .hasMessageContaining("id must be 1 to 512 bytes");
        assertThatThrownBy(() -> fine.withTtl(Duration.ZERO)).hasMessageContaining("ttl");
        assertThatThrownBy(() -> fine.withPayload(new byte[(1 << 20) + 1]))
                .hasMessageContaining("payload");
        assertThatThrownBy(() -> fine.withLabels(List.of(""))).hasMessageContaining("label");
        assertThatThrownBy(() -> writer.delete("No!", "a")).hasMessageContaining("collection");
    }
}

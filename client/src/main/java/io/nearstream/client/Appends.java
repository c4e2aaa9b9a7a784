package io.nearstream.client;

import io.nearstream.core.model.Limits;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/** Appends writes that no answer is asked for; the broker's acknowledgement is all. */
final class Appends {
    private Appends() {}

    /**
     * Appends a write.
     *
     * @param name the write's key, for messages
     * @return complete once every in-sync replica holds it
     */
    static CompletableFuture<WriteReceipt> send(
            Producer<byte[], byte[]> producer,
            String topic,
            String name,
            byte[] key,
            byte[] value) {
        return send(producer, name, new ProducerRecord<>(topic, key, value));
    }

    /** Appends a record, likewise. */
    static CompletableFuture<WriteReceipt> send(
            Producer<byte[], byte[]> producer, String name, ProducerRecord<byte[], byte[]> record) {
        CompletableFuture<WriteReceipt> receipt = new CompletableFuture<>();
        try {
            producer.send(
                    record,
                    (metadata, failure) -> {
                        if (failure == null) {
                            receipt.complete(
                                    new WriteReceipt(
                                            metadata.partition(),
                                            metadata.offset(),
                                            metadata.timestamp()));
                        } else {
                            receipt.completeExceptionally(failed(name, failure));
                        }
                    });
        } catch (KafkaException | IllegalStateException failure) {
            receipt.completeExceptionally(failed(name, failure));
        }
        return receipt;
    }

    private static NearstreamException failed(String name, Exception cause) {
        return new NearstreamException(
                "The write of %s was not acknowledged: %s"
                        .formatted(Limits.quote(name), cause.getMessage()),
                cause);
    }
}

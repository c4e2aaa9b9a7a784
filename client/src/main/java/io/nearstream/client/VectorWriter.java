package io.nearstream.client;

import io.nearstream.core.model.Limits;
import io.nearstream.core.model.RefusedException;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.jobs.common.wire.RawRecord;
import io.nearstream.jobs.common.wire.UidHeader;
import io.nearstream.schemas.VectorEncoding;
import io.nearstream.schemas.VectorWrite;
import io.nearstream.schemas.WriteOp;
import io.nearstream.schemas.wire.AvroWire;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Puts and deletes vectors. A write is acknowledged, and its future complete, once every in-sync
 * replica holds it. Writes of one id keep their order. A full buffer blocks the caller, at most for
 * the client's request timeout. Thread-safe. Actions that depend on a future run on the producer's
 * thread and must not block.
 */
public final class VectorWriter {
    private static final ByteBuffer NO_VECTOR = ByteBuffer.allocate(0);

    private final Producer<byte[], byte[]> producer;

    VectorWriter(Producer<byte[], byte[]> producer) {
        this.producer = producer;
    }

    /** Puts a record; replaces the one of the same id. */
    public CompletableFuture<WriteReceipt> upsert(VectorUpsert record) {
        VectorWrite write =
                new VectorWrite(
                        WriteOp.UPSERT,
                        record.collection().name(),
                        record.id(),
                        VectorEncoding.valueOf(record.collection().encoding().name()),
                        ByteBuffer.wrap(record.vector()),
                        record.labels(),
                        record.payload().map(ByteBuffer::wrap).orElse(null),
                        record.eventTime().isPresent() ? record.eventTime().getAsLong() : null,
                        record.ttl().map(ttl -> ttl.toMillis()).orElse(null));
        return send(write, record.collection().uid());
    }

    /** Deletes a record; it need not exist. */
    public CompletableFuture<WriteReceipt> delete(String collection, String id) {
        try {
            Limits.checkCollectionName(collection);
            Limits.DEFAULT.checkId(id);
        } catch (RefusedException refused) {
            throw new IllegalArgumentException(refused.getMessage(), refused);
        }
        return send(
                new VectorWrite(
                        WriteOp.DELETE,
                        collection,
                        id,
                        VectorEncoding.FLOAT32,
                        NO_VECTOR.duplicate(),
                        List.of(),
                        null,
                        null,
                        null),
                RawRecord.NO_UID);
    }

    /** Sends what is lingering, and waits for its acknowledgement. */
    public void flush() {
        producer.flush();
    }

    private CompletableFuture<WriteReceipt> send(VectorWrite write, long uid) {
        String key = write.getCollection() + "/" + write.getId();
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(
                        TopicNames.VECTORS,
                        key.getBytes(StandardCharsets.UTF_8),
                        AvroWire.encode(write));
        if (uid != RawRecord.NO_UID) {
            record.headers().add(UidHeader.KEY, UidHeader.encode(uid));
        }
        return Appends.send(producer, key, record);
    }
}

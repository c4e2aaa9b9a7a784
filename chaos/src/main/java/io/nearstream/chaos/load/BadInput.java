package io.nearstream.chaos.load;

import io.nearstream.chaos.history.History;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.schemas.KeyValueCondition;
import io.nearstream.schemas.KeyValueOp;
import io.nearstream.schemas.KeyValueWrite;
import io.nearstream.schemas.VectorEncoding;
import io.nearstream.schemas.VectorWrite;
import io.nearstream.schemas.WriteOp;
import io.nearstream.schemas.wire.AvroWire;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Records that must change nothing, under names that are in use: bytes that are no record, records
 * that are not allowed, and such as are too large. What becomes of them is nobody's concern here:
 * whether they had an effect is seen by everybody else.
 */
final class BadInput implements AutoCloseable {
    private static final int NAMES = 10;
    private static final int NOISE_BYTES = 200;
    private static final int TOO_LARGE = (1 << 20) + 1;
    private static final int FAR_TOO_LARGE = 5 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final KafkaProducer<byte[], byte[]> producer;
    private final CollectionSettings collection;
    private final History.Subject subject;

    BadInput(String bootstrap, CollectionSettings collection, History.Subject subject) {
        this.collection = collection;
        this.subject = subject;
        int patienceMs = (int) PATIENCE.toMillis();
        producer =
                new KafkaProducer<>(
                        Map.of(
                                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                bootstrap,
                                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                                2 * FAR_TOO_LARGE,
                                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                                patienceMs,
                                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                                patienceMs / 2,
                                ProducerConfig.LINGER_MS_CONFIG,
                                0,
                                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                                patienceMs),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
    }

    void poison(SplittableRandom random) {
        byte[] record = utf8(collection.name() + "/shared-" + random.nextInt(NAMES));
        byte[] key = utf8(subject.keyPrefix() + random.nextInt(NAMES));
        send(TopicNames.VECTORS, record, noise(random));
        send(TopicNames.KV_WRITES, key, noise(random));
        send(TopicNames.PROBES, key, noise(random));
        send(TopicNames.INDEX_CHANGES, record, noise(random));
        send(TopicNames.INDEX_MOVES, record, noise(random));
        // Well-formed, of an unknown collection, of too few dimensions, under another's key.
        String id = "shared-" + random.nextInt(NAMES);
        byte[] vector = new byte[collection.vectorBytes()];
        send(TopicNames.VECTORS, utf8("nowhere/" + id), write("nowhere", id, vector, null));
        send(TopicNames.VECTORS, record, write(collection.name(), "another", vector, null));
        send(
                TopicNames.VECTORS,
                utf8(collection.name() + "/" + id),
                write(collection.name(), id, new byte[3], null));
    }

    void oversized(SplittableRandom random) {
        String id = "shared-" + random.nextInt(NAMES);
        byte[] record = utf8(collection.name() + "/" + id);
        byte[] key = utf8(subject.keyPrefix() + random.nextInt(NAMES));
        byte[] vector = new byte[collection.vectorBytes()];
        byte[] large = new byte[TOO_LARGE];
        switch (random.nextInt(8)) {
            case 0 -> send(TopicNames.VECTORS, record, write(collection.name(), id, vector, large));
            case 1 ->
                    send(
                            TopicNames.KV_WRITES,
                            key,
                            AvroWire.encode(
                                    new KeyValueWrite(
                                            KeyValueOp.PUT,
                                            ByteBuffer.wrap(large),
                                            null,
                                            KeyValueCondition.NONE,
                                            null,
                                            null,
                                            null,
                                            null)));
            case 2 -> send(TopicNames.VECTORS, record, new byte[FAR_TOO_LARGE]);
            default -> {
                String longId = "x".repeat(600 + random.nextInt(1_000));
                send(
                        TopicNames.VECTORS,
                        utf8(collection.name() + "/" + longId),
                        write(collection.name(), longId, vector, null));
            }
        }
    }

    private static byte[] write(String collection, String id, byte[] vector, byte[] payload) {
        return AvroWire.encode(
                new VectorWrite(
                        WriteOp.UPSERT,
                        collection,
                        id,
                        VectorEncoding.UINT8,
                        ByteBuffer.wrap(vector),
                        List.of(),
                        payload == null ? null : ByteBuffer.wrap(payload),
                        null,
                        null));
    }

    private static byte[] noise(SplittableRandom random) {
        byte[] noise = new byte[1 + random.nextInt(NOISE_BYTES)];
        random.nextBytes(noise);
        return noise;
    }

    /** Not waited for: the broker refuses what is far too large, and may be down. */
    private void send(String topic, byte[] key, byte[] value) {
        producer.send(new ProducerRecord<>(topic, key, value));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        producer.close(PATIENCE);
    }
}

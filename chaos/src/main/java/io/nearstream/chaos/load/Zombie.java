package io.nearstream.chaos.load;

import io.nearstream.chaos.history.Answer;
import io.nearstream.chaos.history.Ask;
import io.nearstream.chaos.history.Content;
import io.nearstream.chaos.history.Journal;
import io.nearstream.chaos.history.Position;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.schemas.VectorEncoding;
import io.nearstream.schemas.VectorWrite;
import io.nearstream.schemas.WriteOp;
import io.nearstream.schemas.wire.AvroWire;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A producer that writes in a transaction, is given up for dead, and wakes up after its successor
 * has taken over. Until then nothing behind its open transaction can be read as committed. What it
 * wrote must never be seen, what its successor writes must be.
 */
final class Zombie {
    private static final Logger LOG = LoggerFactory.getLogger(Zombie.class);
    private static final int WRITES = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(8);
    private static final int TRANSACTION_TIMEOUT_MS = 15_000;

    private final Supplier<Producer<byte[], byte[]>> producers;
    private final Journal journal;
    private final CollectionSettings collection;
    private final Content content;
    private final Producer<byte[], byte[]> zombie;
    private final Map<Journal.Begun, Future<RecordMetadata>> written = new HashMap<>();
    private boolean begun;

    Zombie(String bootstrap, Journal journal, CollectionSettings collection, Content content) {
        this(
                () -> producer(bootstrap, collection.name() + "-zombie"),
                journal,
                collection,
                content);
    }

    /**
     * @param producers gives producers of one transactional id; closed here
     */
    Zombie(
            Supplier<Producer<byte[], byte[]>> producers,
            Journal journal,
            CollectionSettings collection,
            Content content) {
        this.producers = producers;
        this.journal = journal;
        this.collection = collection;
        this.content = content;
        this.zombie = producers.get();
    }

    private static Producer<byte[], byte[]> producer(String bootstrap, String transactionalId) {
        int patienceMs = (int) PATIENCE.toMillis();
        return new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap,
                        ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId,
                        ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_TIMEOUT_MS,
                        ProducerConfig.MAX_BLOCK_MS_CONFIG, patienceMs,
                        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, patienceMs / 2,
                        ProducerConfig.LINGER_MS_CONFIG, 0,
                        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, patienceMs),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /** Writes records that are in use, and leaves the transaction open. */
    void write(SplittableRandom random, Recent recent) {
        zombie.initTransactions();
        zombie.beginTransaction();
        begun = true;
        for (int i = 0; i < WRITES; i++) {
            recent.put(random).ifPresent(put -> send(zombie, put.id(), written));
        }
        zombie.flush();
    }

    private void send(
            Producer<byte[], byte[]> producer,
            String id,
            Map<Journal.Begun, Future<RecordMetadata>> sent) {
        long token = journal.nextNumber();
        byte[] payload = content.payload(token);
        VectorWrite write =
                new VectorWrite(
                        WriteOp.UPSERT,
                        collection.name(),
                        id,
                        VectorEncoding.UINT8,
                        ByteBuffer.wrap(content.vector(token)),
                        List.of(),
                        payload.length == 0 ? null : ByteBuffer.wrap(payload),
                        token,
                        null);
        Journal.Begun begun = journal.begin(token, new Ask.PutVector(id));
        byte[] key = (collection.name() + "/" + id).getBytes(StandardCharsets.UTF_8);
        sent.put(
                begun,
                producer.send(
                        new ProducerRecord<>(TopicNames.VECTORS, key, AvroWire.encode(write))));
    }

    /**
     * Its successor takes over and writes; then it wakes up, and tries to commit. Nothing of that
     * where another fault has kept it from beginning.
     */
    void fence() throws InterruptedException {
        if (!begun) {
            zombie.close(Duration.ZERO);
            return;
        }
        Map<Journal.Begun, Future<RecordMetadata>> successors = new HashMap<>();
        try (Producer<byte[], byte[]> successor = producers.get()) {
            successor.initTransactions();
            successor.beginTransaction();
            written.keySet().stream()
                    .map(begun -> ((Ask.PutVector) begun.ask()).id())
                    .distinct()
                    .limit(WRITES / 4)
                    .forEach(id -> send(successor, id, successors));
            successor.commitTransaction();
            for (Map.Entry<Journal.Begun, Future<RecordMetadata>> one : successors.entrySet()) {
                journal.end(one.getKey(), acked(one.getValue()));
            }
            successors.clear();
            wakeUp();
        } catch (KafkaException inTheWay) {
            // Another fault: whatever has been sent may be committed, or not.
            LOG.warn("The zombie's successor could not take over.", inTheWay);
        } finally {
            unknown(successors);
            unknown(written);
            zombie.close(Duration.ZERO);
        }
    }

    private void wakeUp() {
        try {
            zombie.commitTransaction();
            LOG.warn("A producer has committed after another had taken its place.");
        } catch (KafkaException fenced) {
            LOG.debug("The zombie was fenced, as it should be.", fenced);
            written.keySet().forEach(begun -> journal.end(begun, new Answer.NotDone("fenced")));
            written.clear();
        }
    }

    private void unknown(Map<Journal.Begun, Future<RecordMetadata>> sent) {
        sent.keySet().forEach(begun -> journal.end(begun, new Answer.Unknown("not committed")));
        sent.clear();
    }

    private static Answer acked(Future<RecordMetadata> sent) throws InterruptedException {
        try {
            RecordMetadata metadata = sent.get();
            return new Answer.Acked(
                    new Position(metadata.partition(), metadata.offset()), metadata.timestamp());
        } catch (ExecutionException impossible) {
            throw new IllegalStateException("Committed, but not written.", impossible);
        }
    }
}

package io.nearstream.client;

import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.schemas.KeyValueResult;
import io.nearstream.schemas.ProbeResult;
import io.nearstream.schemas.wire.AvroWire;
import io.nearstream.schemas.wire.UndecodableException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests on one topic and their answers on another. One thread reads one partition of the
 * answers, which every request of this client names. Answers come at least once; a repeat is
 * dropped. Thread-safe. Actions that depend on a future run on the reading thread and must not
 * block.
 *
 * @param <T> an answer
 */
final class Requests<T extends SpecificRecordBase> {
    /**
     * Which requests.
     *
     * @param answerType class of the answers
     * @param answerSchema schema of the answers
     * @param topic where requests go
     * @param answerTopic where their answers come from, keyed by request id
     * @param hint ends the message of a request that is not answered in time
     */
    record Kind<T extends SpecificRecordBase>(
            Class<T> answerType,
            Schema answerSchema,
            String topic,
            String answerTopic,
            String hint) {
        static final Kind<ProbeResult> PROBES =
                new Kind<>(
                        ProbeResult.class,
                        ProbeResult.getClassSchema(),
                        TopicNames.PROBES,
                        TopicNames.RESULTS,
                        " (its deadline and some grace): is the query job running?");
        static final Kind<KeyValueResult> KEY_VALUES =
                new Kind<>(
                        KeyValueResult.class,
                        KeyValueResult.getClassSchema(),
                        TopicNames.KV_WRITES,
                        TopicNames.KV_RESULTS,
                        ": is the ingest job running?");
    }

    private static final Logger LOG = LoggerFactory.getLogger(Requests.class);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final long EXPIRE_EVERY_NANOS = Duration.ofMillis(20).toNanos();
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final Kind<T> kind;
    private final AvroWire answers;
    private final Producer<byte[], byte[]> producer;
    private final Consumer<byte[], byte[]> consumer;
    private final PendingAnswers<T> pending;
    private final String idPrefix;
    private final AtomicLong sent = new AtomicLong();
    private final int resultPartition;
    private final Thread reader;
    private volatile boolean closing;

    private Requests(
            Kind<T> kind,
            Producer<byte[], byte[]> producer,
            Consumer<byte[], byte[]> consumer,
            RandomGenerator random,
            int pendingMax) {
        this.kind = kind;
        this.answers = AvroWire.of(kind.answerSchema);
        this.producer = producer;
        this.consumer = consumer;
        this.pending = new PendingAnswers<>(pendingMax, kind.hint);
        this.idPrefix = Long.toHexString(random.nextLong()) + "-";
        this.resultPartition = choosePartition(kind.answerTopic, consumer, random);
        this.reader = new Thread(this::readAnswers, "nearstream-answers-" + kind.answerTopic);
        this.reader.setDaemon(true);
    }

    /**
     * Starts reading; the consumer is this object's from now on, the producer is not.
     *
     * @throws NearstreamException if the answers cannot be read
     */
    static <T extends SpecificRecordBase> Requests<T> start(
            Kind<T> kind,
            Producer<byte[], byte[]> producer,
            Consumer<byte[], byte[]> consumer,
            RandomGenerator random,
            int pendingMax) {
        try {
            Requests<T> requests = new Requests<>(kind, producer, consumer, random, pendingMax);
            requests.reader.start();
            return requests;
        } catch (KafkaException failure) {
            consumer.close();
            throw new NearstreamException(
                    "Could not read %s: %s".formatted(kind.answerTopic, failure.getMessage()),
                    failure);
        } catch (NearstreamException failure) {
            consumer.close();
            throw failure;
        }
    }

    /** Stands at the partition's end when it returns: no answer to a later request is missed. */
    private static int choosePartition(
            String topic, Consumer<byte[], byte[]> consumer, RandomGenerator random) {
        List<PartitionInfo> partitions = consumer.partitionsFor(topic);
        if (partitions.isEmpty()) {
            throw new NearstreamException("The topic '%s' has no partitions.".formatted(topic));
        }
        int chosen = partitions.get(random.nextInt(partitions.size())).partition();
        TopicPartition partition = new TopicPartition(topic, chosen);
        consumer.assign(List.of(partition));
        consumer.seekToEnd(List.of(partition));
        consumer.position(partition);
        return chosen;
    }

    /** The partition that this client reads, for the request to name. */
    int resultPartition() {
        return resultPartition;
    }

    /** An id that no other request has. */
    String nextId() {
        return idPrefix + sent.incrementAndGet();
    }

    /**
     * Sends a request. Blocks while too many are pending.
     *
     * @param id from {@link #nextId()}
     * @param what the request, for messages
     * @return its answer; fails with a {@link java.util.concurrent.TimeoutException} in time
     */
    CompletableFuture<T> send(String id, String what, byte[] key, byte[] value, long timeoutNanos) {
        CompletableFuture<T> answer;
        try {
            answer = pending.add(id, what, System.nanoTime(), timeoutNanos);
        } catch (InterruptedException interrupted) {
            throw Calls.interrupted("sending " + what, interrupted);
        }
        if (answer.isDone()) {
            return answer;
        }
        try {
            producer.send(
                    new ProducerRecord<>(kind.topic, key, value),
                    (metadata, failure) -> {
                        if (failure != null) {
                            pending.fail(id, notSent(what, failure));
                        }
                    });
        } catch (KafkaException | IllegalStateException failure) {
            pending.fail(id, notSent(what, failure));
        }
        return answer;
    }

    private static NearstreamException notSent(String what, Exception cause) {
        return new NearstreamException(
                "%s could not be sent: %s".formatted(what, cause.getMessage()), cause);
    }

    private void readAnswers() {
        long expired = System.nanoTime();
        try {
            while (!closing) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    take(record);
                }
                long now = System.nanoTime();
                if (now - expired >= EXPIRE_EVERY_NANOS) {
                    pending.expire(now);
                    expired = now;
                }
            }
            pending.end(new NearstreamException("The client was closed."));
        } catch (WakeupException closed) {
            pending.end(new NearstreamException("The client was closed."));
        } catch (RuntimeException failure) {
            LOG.error("Reading answers failed; this client gets no more of them.", failure);
            pending.end(
                    new NearstreamException(
                            "Reading answers failed: %s".formatted(failure.getMessage()), failure));
        } finally {
            consumer.close();
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        // Other clients read the same partition; their answers are not even decoded.
        if (record.key() == null || record.value() == null) {
            return;
        }
        String id = new String(record.key(), StandardCharsets.UTF_8);
        if (!pending.isPending(id)) {
            return;
        }
        try {
            pending.complete(id, kind.answerType.cast(answers.decode(record.value())));
        } catch (UndecodableException broken) {
            pending.fail(
                    id,
                    new NearstreamException(
                            "The answer to request %s at %s/%d/%d does not decode: %s"
                                    .formatted(
                                            id,
                                            record.topic(),
                                            record.partition(),
                                            record.offset(),
                                            broken.getMessage())));
        }
    }

    /** Ends the reading thread and every pending request. */
    void close() {
        closing = true;
        consumer.wakeup();
        if (Thread.currentThread() == reader) {
            return; // Closed by what an answer led to; the thread ends when that returns.
        }
        try {
            reader.join(CLOSE_TIMEOUT.toMillis());
        } catch (InterruptedException interrupted) {
            throw Calls.interrupted("closing", interrupted);
        }
    }
}

package io.nearstream.client;

import io.nearstream.core.model.Limits;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.schemas.Probe;
import io.nearstream.schemas.ProbeResult;
import io.nearstream.schemas.ProbeStatus;
import io.nearstream.schemas.wire.AvroWire;
import io.nearstream.schemas.wire.UndecodableException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
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
 * Sends probes and hands back their answers. One thread reads one partition of {@code
 * nearstream.results.v1}, which every probe of this client names for its answer. Answers come at
 * least once; a repeat is dropped. A future ends at the probe's deadline and some grace with a
 * {@link java.util.concurrent.TimeoutException}. Thread-safe. Actions that depend on a future run
 * on the reading thread and must not block.
 */
public final class Prober {
    /** Time for the way there and back, on top of a probe's own deadline. */
    static final Duration GRACE = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(Prober.class);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final long EXPIRE_EVERY_NANOS = Duration.ofMillis(20).toNanos();
    private static final Duration ATTEMPT_MAX = Duration.ofSeconds(10);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);
    private static final AvroWire ANSWERS = AvroWire.of(ProbeResult.getClassSchema());

    private final Producer<byte[], byte[]> producer;
    private final Consumer<byte[], byte[]> consumer;
    private final PendingProbes pending;
    private final Duration grace;
    private final String idPrefix;
    private final AtomicLong sent = new AtomicLong();
    private final int resultPartition;
    private final Thread reader;
    private volatile boolean closing;

    private Prober(
            Producer<byte[], byte[]> producer,
            Consumer<byte[], byte[]> consumer,
            ClientOptions options,
            Duration grace) {
        this.producer = producer;
        this.consumer = consumer;
        this.grace = grace;
        this.pending = new PendingProbes(options.probesPendingMax());
        this.idPrefix = Long.toHexString(options.random().nextLong()) + "-";
        this.resultPartition = choosePartition(consumer, options);
        this.reader = new Thread(this::readAnswers, "nearstream-answers");
        this.reader.setDaemon(true);
    }

    static Prober start(
            Producer<byte[], byte[]> producer,
            Consumer<byte[], byte[]> consumer,
            ClientOptions options,
            Duration grace) {
        try {
            Prober prober = new Prober(producer, consumer, options, grace);
            prober.reader.start();
            return prober;
        } catch (KafkaException | NearstreamException failure) {
            consumer.close();
            throw failure;
        }
    }

    /** Stands at the partition's end when it returns: no answer to a later probe can be missed. */
    private static int choosePartition(Consumer<byte[], byte[]> consumer, ClientOptions options) {
        List<PartitionInfo> partitions = consumer.partitionsFor(TopicNames.RESULTS);
        if (partitions.isEmpty()) {
            throw new NearstreamException(
                    "The topic '%s' has no partitions.".formatted(TopicNames.RESULTS));
        }
        int chosen = partitions.get(options.random().nextInt(partitions.size())).partition();
        TopicPartition partition = new TopicPartition(TopicNames.RESULTS, chosen);
        consumer.assign(List.of(partition));
        consumer.seekToEnd(List.of(partition));
        consumer.position(partition);
        return chosen;
    }

    /** The partition of {@code nearstream.results.v1} that this client reads. */
    public int resultPartition() {
        return resultPartition;
    }

    /** Sends a probe; see {@link #send(Probe)}. */
    public CompletableFuture<ProbeResult> send(ProbeRequest request) {
        return send(request.toProbe());
    }

    /**
     * Sends a probe under a new id and with this client's result partition; both replace what it
     * said. Blocks while too many probes are pending.
     *
     * @return the answer: complete, partial or refused
     */
    public CompletableFuture<ProbeResult> send(Probe probe) {
        Probe own = new Probe();
        for (int field = 0; field < probe.getSchema().getFields().size(); field++) {
            own.put(field, probe.get(field));
        }
        own.setId(idPrefix + sent.incrementAndGet());
        own.setResultPartition(resultPartition);
        Long deadlineMs = probe.getDeadlineMs();
        // The job refuses a senseless deadline; its answer to that takes the grace alone.
        long waitMs =
                deadlineMs == null
                        ? Limits.DEFAULT.deadlineMs()
                        : Math.max(0, Math.min(deadlineMs, Limits.DEFAULT.deadlineMs()));
        return send(own, Duration.ofMillis(waitMs).plus(grace).toNanos());
    }

    /**
     * Sends a probe and waits for its answer, which is complete or partial.
     *
     * @throws NearstreamException if it is refused, or not answered in time
     */
    public ProbeResult ask(ProbeRequest request) {
        ProbeResult result = await(send(request));
        if (result.getStatus() == ProbeStatus.REFUSED) {
            throw new NearstreamException(
                    "The probe was refused (%s): %s"
                            .formatted(result.getReason(), result.getMessage()));
        }
        return result;
    }

    /**
     * Waits until the query job has applied every write of an append time, by asking it for that.
     *
     * @param vector some vector of the collection
     * @param appendTime milliseconds since 1970
     * @throws NearstreamException if it takes longer than {@code patience}
     */
    public void awaitVisible(String collection, byte[] vector, long appendTime, Duration patience) {
        long start = System.nanoTime();
        while (true) {
            Duration left = patience.minusNanos(System.nanoTime() - start);
            if (left.toMillis() < 1) {
                throw new NearstreamException(
                        "Collection '%s' does not show the writes up to append time %d within %d ms: is the ingest job running?"
                                .formatted(collection, appendTime, patience.toMillis()));
            }
            Duration deadline = left.compareTo(ATTEMPT_MAX) < 0 ? left : ATTEMPT_MAX;
            ProbeResult result =
                    ask(
                            ProbeRequest.nearest(collection, 1, List.of(vector))
                                    .probes(1)
                                    .atLeast(appendTime)
                                    .deadline(deadline));
            if (result.getStatus() == ProbeStatus.COMPLETE) {
                return;
            }
        }
    }

    private static ProbeResult await(CompletableFuture<ProbeResult> answer) {
        try {
            return answer.get();
        } catch (ExecutionException failed) {
            throw new NearstreamException(failed.getCause().getMessage(), failed.getCause());
        } catch (InterruptedException interrupted) {
            throw Calls.interrupted("waiting for an answer", interrupted);
        }
    }

    private CompletableFuture<ProbeResult> send(Probe probe, long timeoutNanos) {
        String id = probe.getId();
        CompletableFuture<ProbeResult> answer;
        try {
            answer = pending.add(id, System.nanoTime(), timeoutNanos);
        } catch (InterruptedException interrupted) {
            throw Calls.interrupted("sending probe " + id, interrupted);
        }
        if (answer.isDone()) {
            return answer;
        }
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(
                        TopicNames.PROBES,
                        id.getBytes(StandardCharsets.UTF_8),
                        AvroWire.encode(probe));
        try {
            producer.send(
                    record,
                    (metadata, failure) -> {
                        if (failure != null) {
                            pending.fail(id, notSent(id, failure));
                        }
                    });
        } catch (KafkaException | IllegalStateException failure) {
            pending.fail(id, notSent(id, failure));
        }
        return answer;
    }

    private static NearstreamException notSent(String id, Exception cause) {
        return new NearstreamException(
                "Probe %s could not be sent: %s".formatted(id, cause.getMessage()), cause);
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
            pending.complete(id, (ProbeResult) ANSWERS.decode(record.value()));
        } catch (UndecodableException broken) {
            pending.fail(
                    id,
                    new NearstreamException(
                            "The answer to probe %s at %s/%d/%d does not decode: %s"
                                    .formatted(
                                            id,
                                            record.topic(),
                                            record.partition(),
                                            record.offset(),
                                            broken.getMessage())));
        }
    }

    /** Ends the reading thread and every pending probe. */
    void close() {
        closing = true;
        consumer.wakeup();
        try {
            reader.join(CLOSE_TIMEOUT.toMillis());
        } catch (InterruptedException interrupted) {
            throw Calls.interrupted("closing", interrupted);
        }
    }
}

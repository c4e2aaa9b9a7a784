package io.nearstream.bench.peer;

import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.schemas.Answer;
import io.nearstream.schemas.Consistency;
import io.nearstream.schemas.Hit;
import io.nearstream.schemas.Probe;
import io.nearstream.schemas.ProbeResult;
import io.nearstream.schemas.ProbeStatus;
import io.nearstream.schemas.wire.AvroWire;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.annotation.Nullable;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** Answers the probes of some partitions, on one thread. */
final class PeerSearcher {
    private static final Duration POLL = Duration.ofMillis(20);

    /** A probe that waits longer for writes is answered partially; its client asks again. */
    private static final long WAIT_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Shown shown;
    private final PeerWriter writer;
    private final AvroWire wire = AvroWire.of(Probe.getClassSchema());
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private int searcherOf = -1;
    @Nullable private VectorIndex.Searcher searcher;

    /** A probe that must see writes first. */
    private record Waiting(
            ConsumerRecord<byte[], byte[]> record, Probe probe, long request, long since) {}

    /**
     * @param number of this searcher, from 0
     * @param of how many there are
     */
    PeerSearcher(String bootstrap, int number, int of, Shown shown, PeerWriter writer) {
        this.shown = shown;
        this.writer = writer;
        this.consumer = PeerKafka.consumer(bootstrap);
        this.producer = PeerKafka.producer(bootstrap);
        List<TopicPartition> own =
                PeerKafka.partitions(consumer, TopicNames.PROBES).stream()
                        .filter(partition -> partition.partition() % of == number)
                        .toList();
        consumer.assign(own);
        consumer.seekToBeginning(own);
    }

    void run() throws IOException {
        while (true) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                Probe probe = PeerKafka.decode(wire, record, Probe.class);
                if (probe.getConsistency() == Consistency.EVENTUAL) {
                    answer(record, probe, ProbeStatus.COMPLETE);
                } else {
                    waiting.add(new Waiting(record, probe, writer.ask(), System.nanoTime()));
                }
            }
            answerWaiting();
        }
    }

    private void answerWaiting() throws IOException {
        while (!waiting.isEmpty()) {
            Waiting first = waiting.element();
            boolean seen = writer.hasShown(first.request);
            if (!seen && System.nanoTime() - first.since < WAIT_NANOS) {
                return;
            }
            waiting.remove();
            answer(first.record, first.probe, seen ? ProbeStatus.COMPLETE : ProbeStatus.PARTIAL);
        }
    }

    private void answer(ConsumerRecord<byte[], byte[]> record, Probe probe, ProbeStatus status)
            throws IOException {
        ProbeResult result = new ProbeResult();
        result.setProbeId(probe.getId());
        result.setProbePartition(record.partition());
        result.setProbeOffset(record.offset());
        result.setStatus(status);
        result.setAnswers(status == ProbeStatus.COMPLETE ? answers(probe) : List.of());
        producer.send(
                new ProducerRecord<>(
                        TopicNames.RESULTS,
                        probe.getResultPartition(),
                        probe.getId().getBytes(StandardCharsets.UTF_8),
                        AvroWire.encode(result)));
    }

    private List<Answer> answers(Probe probe) throws IOException {
        int now = shown.number();
        if (now != searcherOf) {
            searcher = shown.searcher();
            searcherOf = now;
        }
        int k = probe.getK();
        int effort = probe.getProbes() == null ? k : probe.getProbes();
        List<Answer> answers = new ArrayList<>();
        for (ByteBuffer vector : probe.getVectors()) {
            byte[] query = new byte[vector.remaining()];
            vector.duplicate().get(query);
            List<Hit> hits = new ArrayList<>(k);
            for (int row : searcher.search(query, k, effort)) {
                Hit hit = new Hit();
                hit.setId(Integer.toString(row));
                hit.setLabels(List.of());
                hits.add(hit);
            }
            Answer answer = new Answer();
            answer.setHits(hits);
            answers.add(answer);
        }
        return answers;
    }
}

package io.nearstream.bench;

import io.nearstream.client.NearstreamException;
import io.nearstream.core.model.IndexChange;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.jobs.common.wire.IndexChangeWire;
import io.nearstream.schemas.Progress;
import io.nearstream.schemas.wire.AvroWire;
import io.nearstream.schemas.wire.UndecodableException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads what the jobs left in topics: figures that no answer carries. Not thread-safe; close it.
 */
final class TopicReader implements AutoCloseable {
    /** Newest records of each partition that {@link #copies} looks at. */
    private static final long SLICE = 500_000;

    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final AvroWire CHANGES =
            AvroWire.of(
                    io.nearstream.schemas.IndexChange.getClassSchema(), Progress.getClassSchema());

    private final Consumer<byte[], byte[]> consumer;

    TopicReader(String bootstrap) {
        Map<String, Object> settings = new HashMap<>();
        settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        consumer =
                new KafkaConsumer<>(
                        settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** Records that were refused so far. */
    long deadLetters() {
        return consumer.endOffsets(partitions(TopicNames.DEAD_LETTERS)).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    /**
     * How many buckets a vector lies in, on average over the newest index changes of the newest
     * generation among them. No answer and no metric tells it; the query job stores each vector in
     * the buckets of its change, or of the generation it moved to, which follow the same rule.
     */
    double copies() {
        Map<Integer, long[]> byGeneration = new TreeMap<>();
        readSlice(record -> placed(record).ifPresent(change -> add(byGeneration, change)));
        if (byGeneration.isEmpty()) {
            return 1; // nothing was placed yet
        }
        long[] newest = byGeneration.values().stream().reduce((older, newer) -> newer).get();
        return newest[1] / (double) newest[0];
    }

    private static void add(Map<Integer, long[]> byGeneration, IndexChange change) {
        long[] sums = byGeneration.computeIfAbsent(change.generation(), unseen -> new long[2]);
        sums[0]++;
        sums[1] += change.buckets().length;
    }

    private void readSlice(java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> reader) {
        List<TopicPartition> partitions = partitions(TopicNames.INDEX_CHANGES);
        consumer.assign(partitions);
        Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        ends.forEach(
                (partition, end) ->
                        consumer.seek(partition, Math.max(begins.get(partition), end - SLICE)));
        long start = System.nanoTime();
        while (ends.entrySet().stream()
                .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            if (System.nanoTime() - start > PATIENCE.toNanos()) {
                throw new NearstreamException(
                        "%s could not be read to its end within %s."
                                .formatted(TopicNames.INDEX_CHANGES, PATIENCE));
            }
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                if (record.value() != null) {
                    reader.accept(record);
                }
            }
        }
    }

    /** The change in a record; empty for a delete and for Progress, which travels beside. */
    private static Optional<IndexChange> placed(ConsumerRecord<byte[], byte[]> record) {
        try {
            return CHANGES.decode(record.value())
                                    instanceof io.nearstream.schemas.IndexChange change
                            && !change.getBuckets().isEmpty()
                    ? Optional.of(IndexChangeWire.from(change))
                    : Optional.empty();
        } catch (UndecodableException broken) {
            throw new NearstreamException(
                    "Offset %d of %s-%d does not decode: %s"
                            .formatted(
                                    record.offset(),
                                    record.topic(),
                                    record.partition(),
                                    broken.getMessage()),
                    broken);
        }
    }

    private List<TopicPartition> partitions(String topic) {
        return consumer.partitionsFor(topic).stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
    }

    @Override
    public void close() {
        consumer.close();
    }
}

package io.nearstream.embedded.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * All committed records of a topic from its start, as they come in; by a consumer without a group.
 * Not thread-safe.
 */
public final class TopicReading implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(50);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();

    /** Starts at the beginning of the topic. */
    public TopicReading(String bootstrap, String topic) {
        consumer =
                new KafkaConsumer<>(
                        Map.of("bootstrap.servers", bootstrap, "isolation.level", "read_committed"),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
        List<TopicPartition> partitions =
                consumer.partitionsFor(topic).stream()
                        .map(info -> new TopicPartition(topic, info.partition()))
                        .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** Everything up to where the topic ends now; what comes meanwhile may be there, too. */
    public List<ConsumerRecord<byte[], byte[]>> poll() {
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        do {
            consumer.poll(POLL).forEach(records::add);
        } while (ends.entrySet().stream()
                .anyMatch(end -> consumer.position(end.getKey()) < end.getValue()));
        return records;
    }

    @Override
    public void close() {
        consumer.close();
    }
}

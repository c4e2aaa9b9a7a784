package io.nearstream.jobs.ingest.tick;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The ends of Kafka topics, in one request; looks for new partitions every 30 s. */
public final class KafkaLogEnds implements LogEnds {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaLogEnds.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final long DISCOVERY_NANOS = Duration.ofSeconds(30).toNanos();

    private final List<String> topics;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<String, Integer> counts = new HashMap<>();
    private List<TopicPartition> partitions = List.of();
    private long discoveredAt;

    private KafkaLogEnds(List<String> topics, KafkaConsumer<byte[], byte[]> consumer) {
        this.topics = topics;
        this.consumer = consumer;
    }

    /** Asks this broker about these topics. */
    public static Provider provider(String bootstrap, List<String> topics) {
        return () -> {
            Properties properties = new Properties();
            properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
            properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
            return new KafkaLogEnds(
                    topics,
                    new KafkaConsumer<>(
                            properties, new ByteArrayDeserializer(), new ByteArrayDeserializer()));
        };
    }

    @Override
    public Map<String, long[]> get() {
        try {
            if (partitions.isEmpty() || System.nanoTime() - discoveredAt > DISCOVERY_NANOS) {
                discover();
            }
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, TIMEOUT);
            Map<String, long[]> byTopic = new HashMap<>();
            counts.forEach((topic, count) -> byTopic.put(topic, new long[count]));
            ends.forEach((of, end) -> byTopic.get(of.topic())[of.partition()] = end);
            return byTopic;
        } catch (RetriableException passing) {
            LOG.warn("{} do not say their ends; no ticks until they do.", topics, passing);
            return Map.of();
        }
    }

    private void discover() {
        List<TopicPartition> found = new ArrayList<>();
        for (String topic : topics) {
            int count = consumer.partitionsFor(topic, TIMEOUT).size();
            counts.put(topic, count);
            for (int partition = 0; partition < count; partition++) {
                found.add(new TopicPartition(topic, partition));
            }
        }
        consumer.assign(found); // never polled; without it the client warns at every answer
        partitions = found;
        discoveredAt = System.nanoTime();
    }

    @Override
    public void close() {
        consumer.close();
    }
}

package io.nearstream.jobs.ingest.tick;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The ends of a Kafka topic; looks for new partitions every 30 s. */
public final class KafkaLogEnds implements LogEnds {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaLogEnds.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final long DISCOVERY_NANOS = Duration.ofSeconds(30).toNanos();
    private static final long[] NONE = {};

    private final String topic;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private List<TopicPartition> partitions = List.of();
    private long discoveredAt;

    private KafkaLogEnds(String topic, KafkaConsumer<byte[], byte[]> consumer) {
        this.topic = topic;
        this.consumer = consumer;
    }

    /** Asks this broker about this topic. */
    public static Provider provider(String bootstrap, String topic) {
        return () -> {
            Properties properties = new Properties();
            properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
            properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
            return new KafkaLogEnds(
                    topic,
                    new KafkaConsumer<>(
                            properties, new ByteArrayDeserializer(), new ByteArrayDeserializer()));
        };
    }

    @Override
    public long[] get() {
        try {
            if (partitions.isEmpty() || System.nanoTime() - discoveredAt > DISCOVERY_NANOS) {
                discover();
            }
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, TIMEOUT);
            long[] byPartition = new long[partitions.size()];
            for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
                byPartition[end.getKey().partition()] = end.getValue();
            }
            return byPartition;
        } catch (RetriableException passing) {
            LOG.warn("{} does not say its ends; no ticks until it does.", topic, passing);
            return NONE;
        }
    }

    private void discover() {
        List<PartitionInfo> infos = consumer.partitionsFor(topic, TIMEOUT);
        List<TopicPartition> found = new ArrayList<>(infos.size());
        for (int partition = 0; partition < infos.size(); partition++) {
            found.add(new TopicPartition(topic, partition));
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

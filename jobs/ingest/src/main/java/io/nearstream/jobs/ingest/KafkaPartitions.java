package io.nearstream.jobs.ingest;

import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Asks a broker how many partitions a topic has. */
final class KafkaPartitions {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private KafkaPartitions() {}

    /** The number of partitions, at least 1; a missing topic is an exception that says so. */
    static int count(String bootstrap, String topic) {
        Properties properties = new Properties();
        properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<PartitionInfo> partitions = consumer.partitionsFor(topic, TIMEOUT);
            if (partitions == null || partitions.isEmpty()) {
                throw new IllegalStateException(
                        "Topic '%s' does not exist at %s; run 'nearstream topics create' first."
                                .formatted(topic, bootstrap));
            }
            return partitions.size();
        }
    }
}

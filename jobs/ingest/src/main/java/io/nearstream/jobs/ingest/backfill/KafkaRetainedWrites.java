package io.nearstream.jobs.ingest.backfill;

import io.nearstream.jobs.common.topics.TopicNames;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Asks a broker where the partitions of the vectors topic begin. Stateless. */
public final class KafkaRetainedWrites implements RetainedWrites {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(100);

    private final Supplier<? extends Consumer<byte[], byte[]>> consumers;

    /**
     * @param consumers makes one that is assigned nothing, for each question
     */
    KafkaRetainedWrites(Supplier<? extends Consumer<byte[], byte[]>> consumers) {
        this.consumers = consumers;
    }

    /** Asks this broker. */
    public static RetainedWrites at(String bootstrap) {
        return new KafkaRetainedWrites(
                () -> {
                    Properties properties = new Properties();
                    properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
                    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
                    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
                    return new KafkaConsumer<>(
                            properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
                });
    }

    @Override
    public OptionalLong goneBefore() {
        try (Consumer<byte[], byte[]> consumer = consumers.get()) {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(TopicNames.VECTORS, TIMEOUT).stream()
                            .map(part -> new TopicPartition(part.topic(), part.partition()))
                            .toList();
            Map<TopicPartition, Long> begins =
                    new HashMap<>(consumer.beginningOffsets(partitions, TIMEOUT));
            begins.values().removeIf(begin -> begin == 0);
            if (begins.isEmpty()) {
                return OptionalLong.empty();
            }
            Map<TopicPartition, Long> ends = consumer.endOffsets(begins.keySet(), TIMEOUT);
            if (begins.entrySet().stream().anyMatch(at -> at.getValue() >= ends.get(at.getKey()))) {
                return OptionalLong.of(Long.MAX_VALUE);
            }
            return OptionalLong.of(latestFirst(consumer, begins));
        }
    }

    private static long latestFirst(
            Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> begins) {
        Set<TopicPartition> missing = new HashSet<>(begins.keySet());
        consumer.assign(missing);
        begins.forEach(consumer::seek);
        long latest = Long.MIN_VALUE;
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (!missing.isEmpty()) {
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException(
                        "The broker has not said within %d s when the first writes of %s were appended; submit again when it answers."
                                .formatted(TIMEOUT.toSeconds(), missing));
            }
            for (ConsumerRecord<byte[], byte[]> first : consumer.poll(POLL)) {
                TopicPartition of = new TopicPartition(first.topic(), first.partition());
                if (missing.remove(of)) {
                    latest = Math.max(latest, first.timestamp());
                    consumer.pause(Set.of(of));
                }
            }
        }
        return latest;
    }
}

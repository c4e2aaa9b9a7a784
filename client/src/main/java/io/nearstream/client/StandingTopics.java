package io.nearstream.client;

import io.nearstream.jobs.common.topics.TopicNames;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * The topics that a watch of standing queries reads: registrations from their beginning,
 * differences from their beginning or from now on. Belongs to the consumer's thread.
 */
final class StandingTopics {
    static final List<String> NAMES =
            List.of(TopicNames.STANDING_QUERIES, TopicNames.STANDING_DIFFERENCES);

    /** The consumer asks the brokers for partitions as often, and is asked as often itself. */
    static final Duration LOOK_EVERY = Duration.ofSeconds(30);

    private final Consumer<byte[], byte[]> consumer;
    private final Map<TopicPartition, Long> ends;
    private final int partitions;
    private long lookedAt = System.nanoTime();

    /** Stands at the start when it returns. */
    StandingTopics(Consumer<byte[], byte[]> consumer, boolean fromBeginning) {
        this.consumer = consumer;
        List<TopicPartition> queries = partitions(TopicNames.STANDING_QUERIES);
        List<TopicPartition> differences = partitions(TopicNames.STANDING_DIFFERENCES);
        List<TopicPartition> all = Stream.concat(queries.stream(), differences.stream()).toList();
        consumer.assign(all);
        consumer.seekToBeginning(queries);
        if (fromBeginning) {
            consumer.seekToBeginning(differences);
        } else {
            consumer.seekToEnd(differences);
        }
        all.forEach(consumer::position); // seeks are lazy, and 'now' is now
        partitions = all.size();
        ends = new HashMap<>(consumer.endOffsets(all));
    }

    private List<TopicPartition> partitions(String topic) {
        return consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
    }

    /**
     * Looks now and then. With more partitions the subscriber's may be another, which nobody reads
     * here; that is noticed within twice {@link #LOOK_EVERY}.
     *
     * @throws IllegalStateException if there are more
     */
    void requireSamePartitions() {
        if (System.nanoTime() - lookedAt < LOOK_EVERY.toNanos()) {
            return;
        }
        lookedAt = System.nanoTime();
        long now = NAMES.stream().mapToLong(topic -> partitions(topic).size()).sum();
        if (now != partitions) {
            throw new IllegalStateException(
                    "they have %d partitions now and had %d at the start; open a new watch."
                            .formatted(now, partitions));
        }
    }

    /** Takes note of what has been taken; to be called after that. */
    void advance() {
        ends.entrySet().removeIf(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    /** Whether every registration that there was at the start has been taken. */
    boolean registrationsAreRead() {
        return ends.keySet().stream()
                .noneMatch(each -> each.topic().equals(TopicNames.STANDING_QUERIES));
    }

    /** Whether everything that there was at the start has been taken. */
    boolean allIsRead() {
        return ends.isEmpty();
    }
}

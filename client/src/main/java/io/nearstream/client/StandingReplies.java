package io.nearstream.client;

import io.nearstream.core.model.Version;
import io.nearstream.core.standing.Difference;
import io.nearstream.core.standing.QueryName;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.jobs.common.wire.KeyValueWire;
import io.nearstream.jobs.common.wire.StandingWire;
import io.nearstream.schemas.StandingDifference;
import io.nearstream.schemas.wire.AvroWire;
import io.nearstream.schemas.wire.UndecodableException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for what is told of one registration: reads the differences' topic from where it ended when
 * this was opened. Not thread-safe.
 */
final class StandingReplies implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StandingReplies.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final AvroWire WIRE = AvroWire.of(StandingDifference.getClassSchema());

    private final Consumer<byte[], byte[]> consumer;

    /**
     * Stands at the end when it returns.
     *
     * @param consumer is closed with this, or here where it fails
     */
    StandingReplies(Consumer<byte[], byte[]> consumer, Duration timeout) {
        this.consumer = consumer;
        try {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(TopicNames.STANDING_DIFFERENCES, timeout).stream()
                            .map(info -> new TopicPartition(info.topic(), info.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToEnd(partitions);
            partitions.forEach(partition -> consumer.position(partition, timeout));
        } catch (KafkaException failure) {
            consumer.close();
            throw failed(failure);
        }
    }

    /** The first that is wanted of what a subscriber is told; empty if none comes in time. */
    Optional<StandingDifference> await(
            String subscriber, Predicate<StandingDifference> wanted, Duration patience) {
        byte[] key = StandingWire.subscriberKey(subscriber);
        long start = System.nanoTime();
        try {
            do {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    if (Arrays.equals(record.key(), key)) {
                        Optional<StandingDifference> told = decode(record).filter(wanted);
                        if (told.isPresent()) {
                            return told;
                        }
                    }
                }
            } while (System.nanoTime() - start < patience.toNanos());
            return Optional.empty();
        } catch (KafkaException failure) {
            throw failed(failure);
        }
    }

    /** Whether it answers a registration with a lease that ends at a time. */
    static boolean answers(StandingDifference told, QueryName name, Version stamp, long leaseEnd) {
        if (!told.getId().equals(name.id())) {
            return false;
        }
        return switch (told.getKind()) {
            case REFUSED -> stamp.equals(KeyValueWire.version(told.getRegistered()));
            case SNAPSHOT, RENEWED -> told.getUntil() == leaseEnd;
            default -> false;
        };
    }

    private static Optional<StandingDifference> decode(ConsumerRecord<byte[], byte[]> record) {
        try {
            return Optional.of((StandingDifference) WIRE.decode(record.value()));
        } catch (UndecodableException broken) {
            LOG.warn(
                    "Ignored {}/{}/{}: {}",
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    broken.getMessage());
            return Optional.empty();
        }
    }

    /** What is told, of a kind that is known. */
    static Difference difference(StandingDifference record) {
        try {
            return StandingWire.from(record);
        } catch (UndecodableException impossible) {
            throw new IllegalStateException("Its kind was known.", impossible);
        }
    }

    private static NearstreamException failed(KafkaException cause) {
        return new NearstreamException(
                "Could not read %s: %s"
                        .formatted(TopicNames.STANDING_DIFFERENCES, cause.getMessage()),
                cause);
    }

    @Override
    public void close() {
        consumer.close();
    }
}

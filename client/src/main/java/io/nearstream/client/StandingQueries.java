package io.nearstream.client;

import io.nearstream.core.model.Limits;
import io.nearstream.core.model.RefusedException;
import io.nearstream.core.standing.QueryName;
import io.nearstream.core.standing.StandingQuery;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.jobs.common.wire.StandingWire;
import io.nearstream.schemas.StandingRegistration;
import io.nearstream.schemas.wire.AvroWire;
import io.nearstream.schemas.wire.UndecodableException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import javax.annotation.Nullable;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Registers, renews, lists and drops standing queries. What becomes of them is told on {@code
 * nearstream.standing-differences.v1}, of a registration that is not accepted why. Thread-safe.
 */
public final class StandingQueries {
    private static final Logger LOG = LoggerFactory.getLogger(StandingQueries.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final AvroWire WIRE = AvroWire.of(StandingRegistration.getClassSchema());

    private final Producer<byte[], byte[]> producer;
    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final Duration timeout;
    private final Clock clock;

    /**
     * @param consumers gives a new one, which is closed here
     * @param timeout of reading the topic
     * @param clock the brokers', about: which leases are over
     */
    StandingQueries(
            Producer<byte[], byte[]> producer,
            Supplier<Consumer<byte[], byte[]>> consumers,
            Duration timeout,
            Clock clock) {
        this.producer = producer;
        this.consumers = consumers;
        this.timeout = timeout;
        this.clock = clock;
    }

    /**
     * Registers a query, or renews its lease where it asks the same, or else replaces it. Its first
     * snapshot has every write that was appended before the registration.
     *
     * @param lease how long it stands from now on, 1 ms to 7 days
     * @return complete once the broker has it; its position is the stamp of what is told
     * @throws NearstreamException if the name is not acceptable
     */
    public CompletableFuture<WriteReceipt> register(
            String collection, QueryName name, StandingQuery query, Duration lease) {
        return send(collection, name, query, lease, false);
    }

    /** The same, and where it renews it asks for the whole answer, too. */
    public CompletableFuture<WriteReceipt> refresh(
            String collection, QueryName name, StandingQuery query, Duration lease) {
        return send(collection, name, query, lease, true);
    }

    private CompletableFuture<WriteReceipt> send(
            String collection,
            QueryName name,
            StandingQuery query,
            Duration lease,
            boolean snapshot) {
        byte[] value = StandingWire.encode(name, collection, query, lease.toMillis(), snapshot);
        return append(name, value);
    }

    /** Ends a query, if it stands. */
    public CompletableFuture<WriteReceipt> drop(QueryName name) {
        return append(name, null);
    }

    /**
     * The queries of a subscriber whose registrations are on the topic and whose lease is not over,
     * by id. Among them are those that were refused, which the topic cannot tell.
     *
     * @throws NearstreamException if the topic cannot be read, or not in time
     */
    public List<StandingRegistration> list(String subscriber) {
        Map<String, StandingRegistration> newest = new TreeMap<>();
        long start = System.nanoTime();
        try (Consumer<byte[], byte[]> consumer = consumers.get()) {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(TopicNames.STANDING_QUERIES, timeout).stream()
                            .map(info -> new TopicPartition(info.topic(), info.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, timeout);
            while (ends.entrySet().stream()
                    .anyMatch(end -> consumer.position(end.getKey(), timeout) < end.getValue())) {
                if (System.nanoTime() - start > timeout.toNanos()) {
                    throw Calls.timedOut("read " + TopicNames.STANDING_QUERIES, timeout);
                }
                consumer.poll(POLL).forEach(record -> take(record, subscriber, newest));
            }
        } catch (KafkaException failure) {
            throw new NearstreamException(
                    "Could not read %s: %s"
                            .formatted(TopicNames.STANDING_QUERIES, failure.getMessage()),
                    failure);
        }
        return List.copyOf(newest.values());
    }

    private void take(
            ConsumerRecord<byte[], byte[]> record,
            String subscriber,
            Map<String, StandingRegistration> newest) {
        if (record.key() == null) {
            return; // nobody's
        }
        QueryName name = QueryName.ofKey(new String(record.key(), StandardCharsets.UTF_8));
        if (!name.subscriber().equals(subscriber)) {
            return;
        }
        if (record.value() == null) {
            newest.remove(name.id());
            return;
        }
        try {
            StandingRegistration registration = (StandingRegistration) WIRE.decode(record.value());
            if (record.timestamp() + registration.getLeaseMs() > clock.millis()) {
                newest.put(name.id(), registration);
            } else {
                newest.remove(name.id());
            }
        } catch (UndecodableException broken) {
            LOG.warn(
                    "Ignored {}/{}/{}: {}",
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    broken.getMessage());
        }
    }

    private CompletableFuture<WriteReceipt> append(QueryName name, @Nullable byte[] value) {
        try {
            name.check();
        } catch (RefusedException refused) {
            throw new NearstreamException(
                    "The standing query %s cannot be registered: %s"
                            .formatted(Limits.quote(name.key()), refused.getMessage()),
                    refused);
        }
        return Appends.send(
                producer, TopicNames.STANDING_QUERIES, name.key(), StandingWire.key(name), value);
    }
}

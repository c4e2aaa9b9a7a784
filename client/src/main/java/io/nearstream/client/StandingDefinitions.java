package io.nearstream.client;

import io.nearstream.core.model.Version;
import io.nearstream.core.standing.QueryName;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.jobs.common.wire.StandingWire;
import io.nearstream.schemas.StandingRegistration;
import io.nearstream.schemas.wire.AvroWire;
import io.nearstream.schemas.wire.UndecodableException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The newest registration of each query of a subscriber, or of one of them, as the topic has them.
 * Among them are those that were refused, unless {@link #refused} was told. Not thread-safe.
 */
final class StandingDefinitions {
    private static final Logger LOG = LoggerFactory.getLogger(StandingDefinitions.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final AvroWire WIRE = AvroWire.of(StandingRegistration.getClassSchema());

    private final String subscriber;
    private final Optional<String> only;
    private final Map<String, Definition> byId = new TreeMap<>();

    /**
     * A registration.
     *
     * @param stamp where it stands, as differences name it
     * @param until when its lease is over, milliseconds since 1970
     * @param before what it replaced, which stands where this is refused; of one that says the same
     *     again, what the first of them replaced: who refuses the one refuses the other
     */
    record Definition(
            StandingRegistration registration,
            Version stamp,
            long until,
            Optional<Definition> before) {

        QueryName name() {
            return new QueryName(registration.getSubscriber(), registration.getId());
        }

        StandingInfo info() {
            return new StandingInfo(registration, until);
        }

        /** What stands where a registration that comes behind this one is refused. */
        private Optional<Definition> behind(StandingRegistration next) {
            return saysTheSameAs(next)
                    ? before
                    : Optional.of(new Definition(registration, stamp, until, Optional.empty()));
        }

        /** But for the lease and whether a snapshot is asked for. */
        private boolean saysTheSameAs(StandingRegistration next) {
            return StandingRegistration.newBuilder(next)
                    .setLeaseMs(registration.getLeaseMs())
                    .setSnapshot(registration.getSnapshot())
                    .build()
                    .equals(registration);
        }
    }

    /**
     * Knows none yet.
     *
     * @param only id of the only query that is wanted; empty: all of the subscriber
     */
    StandingDefinitions(String subscriber, Optional<String> only) {
        this.subscriber = subscriber;
        this.only = only;
    }

    /**
     * Reads all that is on the topic now, however long that takes.
     *
     * @param consumer is closed here
     * @param patience with a broker that gives nothing more
     * @throws NearstreamException if the topic cannot be read
     */
    void readToEnd(Consumer<byte[], byte[]> consumer, Duration patience) {
        read(consumer, patience, false);
    }

    /**
     * The same of the partition alone that Kafka's own producers append the only query to: others
     * may have been used by clients that choose by other rules, or while the topic had fewer.
     */
    void readOwnPartition(Consumer<byte[], byte[]> consumer, Duration patience) {
        read(consumer, patience, true);
    }

    private void read(Consumer<byte[], byte[]> consumer, Duration patience, boolean own) {
        try (consumer) {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(TopicNames.STANDING_QUERIES, patience).stream()
                            .map(info -> new TopicPartition(info.topic(), info.partition()))
                            .toList();
            if (own) {
                int partition = ownPartition(partitions.size());
                partitions = List.of(new TopicPartition(TopicNames.STANDING_QUERIES, partition));
            }
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, patience);
            long end = ends.values().stream().mapToLong(Long::longValue).sum();
            long first = position(consumer, ends, patience);
            long at = first;
            long moved = System.nanoTime();
            while (at < end) {
                consumer.poll(POLL).forEach(this::take);
                long before = at;
                at = position(consumer, ends, patience);
                if (at > before) {
                    moved = System.nanoTime();
                } else if (System.nanoTime() - moved > patience.toNanos()) {
                    throw stuck(at - first, end - first, patience);
                }
            }
        } catch (KafkaException failure) {
            throw new NearstreamException(
                    "Could not read %s: %s"
                            .formatted(TopicNames.STANDING_QUERIES, failure.getMessage()),
                    failure);
        }
    }

    private int ownPartition(int partitions) {
        QueryName name = new QueryName(subscriber, only.orElseThrow());
        return BuiltInPartitioner.partitionForKey(StandingWire.key(name), partitions);
    }

    /** All partitions together, none beyond its end. */
    private static long position(
            Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends, Duration patience) {
        return ends.entrySet().stream()
                .mapToLong(
                        end -> Math.min(end.getValue(), consumer.position(end.getKey(), patience)))
                .sum();
    }

    private static NearstreamException stuck(long read, long all, Duration patience) {
        return new NearstreamException(
                "Could not read %s to its end: %d of %d registrations were read, and no other came within %d ms. Does the broker answer?"
                        .formatted(TopicNames.STANDING_QUERIES, read, all, patience.toMillis()));
    }

    /** Takes a record of the topic; what it registers, if that is of the subscriber. */
    Optional<Definition> take(ConsumerRecord<byte[], byte[]> record) {
        if (record.key() == null) {
            return Optional.empty(); // nobody's
        }
        QueryName name = QueryName.ofKey(new String(record.key(), StandardCharsets.UTF_8));
        boolean wanted = only.isEmpty() || only.get().equals(name.id());
        if (!wanted || !name.subscriber().equals(subscriber)) {
            return Optional.empty();
        }
        if (record.value() == null) {
            byId.remove(name.id());
            return Optional.empty();
        }
        try {
            StandingRegistration registration = (StandingRegistration) WIRE.decode(record.value());
            if (registration.getLeaseMs() < 1 || !isOf(registration, name)) {
                return Optional.empty(); // refused by every job, and changes nothing
            }
            Definition definition =
                    new Definition(
                            registration,
                            new Version(record.timestamp(), record.partition(), record.offset()),
                            record.timestamp() + registration.getLeaseMs(),
                            Optional.ofNullable(byId.get(name.id()))
                                    .flatMap(known -> known.behind(registration)));
            byId.put(name.id(), definition);
            return Optional.of(definition);
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

    private static boolean isOf(StandingRegistration registration, QueryName name) {
        return registration.getSubscriber().equals(name.subscriber())
                && registration.getId().equals(name.id());
    }

    /** Whether a stamp is that of the newest registration of a query. */
    boolean isNewest(QueryName name, Version stamp) {
        Definition definition = byId.get(name.id());
        return definition != null && definition.stamp().equals(stamp);
    }

    /** A registration was refused: what stood before it stands. */
    void refused(QueryName name, Version stamp) {
        if (isNewest(name, stamp)) {
            byId.get(name.id())
                    .before()
                    .ifPresentOrElse(
                            before -> byId.put(name.id(), before), () -> byId.remove(name.id()));
        }
    }

    /** The job says that a lease was over at a time. */
    void ended(QueryName name, long time) {
        Definition definition = byId.get(name.id());
        if (definition != null && definition.until() <= time) {
            byId.remove(name.id());
        }
    }

    /** Those whose lease is not over, by id; the others are forgotten. */
    List<Definition> live(long now) {
        byId.values().removeIf(definition -> definition.until() <= now);
        return List.copyOf(byId.values());
    }
}

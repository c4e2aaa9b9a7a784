package io.nearstream.client;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.jobs.common.control.ControlRecords;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.schemas.CodebookChunk;
import io.nearstream.schemas.CollectionDescriptor;
import io.nearstream.schemas.RecallGauged;
import io.nearstream.schemas.Settled;
import io.nearstream.schemas.wire.AvroWire;
import io.nearstream.schemas.wire.UndecodableException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the control topic from its beginning, by the rules of the jobs' {@link
 * io.nearstream.jobs.common.control.CollectionLog} but without keeping codebooks: a collection is
 * its newest descriptor; codebooks and announcements count for the incarnation that they name. Not
 * thread-safe.
 */
final class CollectionLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CollectionLog.class);
    private static final TopicPartition PARTITION = new TopicPartition(TopicNames.COLLECTIONS, 0);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final AvroWire RECORDS =
            AvroWire.of(
                    CollectionDescriptor.getClassSchema(),
                    CodebookChunk.getClassSchema(),
                    Settled.getClassSchema(),
                    RecallGauged.getClassSchema());

    private final Consumer<byte[], byte[]> consumer;
    private final Map<String, CollectionHistory> byName = new TreeMap<>();
    private final Map<Long, CollectionHistory> byUid = new HashMap<>();

    CollectionLog(Consumer<byte[], byte[]> consumer) {
        this.consumer = consumer;
        consumer.assign(List.of(PARTITION));
        consumer.seekToBeginning(List.of(PARTITION));
    }

    /** Reads everything that was there when the call began. */
    void readToEnd(Duration timeout) {
        long start = System.nanoTime();
        try {
            Long end = consumer.endOffsets(List.of(PARTITION), timeout).get(PARTITION);
            while (end != null && consumer.position(PARTITION, timeout) < end) {
                if (System.nanoTime() - start >= timeout.toNanos()) {
                    throw Calls.timedOut("read " + TopicNames.COLLECTIONS, timeout);
                }
                takeNext(POLL);
            }
        } catch (KafkaException failure) {
            throw new NearstreamException(
                    "Could not read %s: %s".formatted(TopicNames.COLLECTIONS, failure.getMessage()),
                    failure);
        }
    }

    /** Reads what comes next, waiting for it at most so long. */
    void takeNext(Duration timeout) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(timeout)) {
            take(record);
        }
    }

    Optional<CollectionInfo> find(String name) {
        return Optional.ofNullable(byName.get(name)).map(CollectionHistory::info);
    }

    List<CollectionInfo> all() {
        return byName.values().stream().map(CollectionHistory::info).toList();
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            return; // Compaction's own: a drop is a descriptor too.
        }
        try {
            SpecificRecordBase value = RECORDS.decode(record.value());
            if (value instanceof CollectionDescriptor descriptor) {
                take(descriptor);
            } else if (value instanceof CodebookChunk chunk) {
                CollectionHistory history = byUid.get(chunk.getCollectionUid());
                if (history != null) {
                    history.add(chunk);
                }
            } else if (value instanceof Settled settled) {
                CollectionHistory history = byUid.get(settled.getCollectionUid());
                if (history != null) {
                    history.add(settled);
                }
            } else if (value instanceof RecallGauged gauged) {
                CollectionHistory history = byUid.get(gauged.getCollectionUid());
                if (history != null) {
                    history.add(gauged);
                }
            }
        } catch (UndecodableException | IllegalArgumentException broken) {
            LOG.warn(
                    "Ignored {}/{}/{}: {}",
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    broken.getMessage());
        }
    }

    private void take(CollectionDescriptor descriptor) {
        CollectionSettings settings = ControlRecords.settings(descriptor);
        CollectionHistory history = byUid.get(settings.uid());
        if (history == null) {
            history = new CollectionHistory(settings);
            byUid.put(settings.uid(), history);
        }
        CollectionHistory before = byName.put(settings.name(), history);
        if (before != null && before != history) {
            byUid.remove(before.settings().uid());
        }
        history.dropped(descriptor.getDropped());
    }

    @Override
    public void close() {
        consumer.close();
    }
}

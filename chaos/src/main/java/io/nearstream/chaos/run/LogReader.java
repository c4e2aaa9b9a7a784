package io.nearstream.chaos.run;

import io.nearstream.chaos.check.WrittenLog;
import io.nearstream.chaos.check.WrittenLog.KeyEntry;
import io.nearstream.chaos.check.WrittenLog.VectorEntry;
import io.nearstream.chaos.check.WrittenLog.When;
import io.nearstream.chaos.history.Content;
import io.nearstream.chaos.history.History;
import io.nearstream.chaos.history.Position;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.schemas.KeyValueOp;
import io.nearstream.schemas.KeyValueWrite;
import io.nearstream.schemas.Tick;
import io.nearstream.schemas.VectorEncoding;
import io.nearstream.schemas.VectorWrite;
import io.nearstream.schemas.VersionStamp;
import io.nearstream.schemas.WriteOp;
import io.nearstream.schemas.wire.AvroWire;
import io.nearstream.schemas.wire.UndecodableException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads the run's own writes from their topics: committed ones, and of these the ones that are
 * valid by what the topics promise to accept. What is valid is decided here anew, not by the jobs'
 * code.
 */
final class LogReader {
    private static final int PAYLOAD_BYTES_MAX = 1 << 20;
    private static final int ID_BYTES_MAX = 512;
    private static final Duration POLL = Duration.ofMillis(200);

    private final AvroWire vectorWire =
            AvroWire.of(VectorWrite.getClassSchema(), Tick.getClassSchema());
    private final AvroWire keyWire =
            AvroWire.of(KeyValueWrite.getClassSchema(), Tick.getClassSchema());
    private final String bootstrap;
    private final History.Subject subject;
    private final List<VectorEntry> vectors = new ArrayList<>();
    private final List<KeyEntry> keys = new ArrayList<>();

    private LogReader(String bootstrap, History.Subject subject) {
        this.bootstrap = bootstrap;
        this.subject = subject;
    }

    /** Where the topics of writes end now. */
    static Map<TopicPartition, Long> ends(String bootstrap) {
        // The end of everything: where a transaction is still open, reading waits for its end.
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(bootstrap, "read_uncommitted")) {
            return consumer.endOffsets(partitions(consumer));
        }
    }

    /**
     * Reads what was written since.
     *
     * @param starts from {@link #ends}, before the first write of the run
     * @throws IllegalStateException if the end is not reached in time
     */
    static WrittenLog read(
            String bootstrap,
            Map<TopicPartition, Long> starts,
            History.Subject subject,
            Duration patience) {
        LogReader reader = new LogReader(bootstrap, subject);
        reader.readAll(starts, patience);
        return new WrittenLog(reader.vectors, reader.keys);
    }

    private static KafkaConsumer<byte[], byte[]> consumer(String bootstrap, String isolation) {
        return new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrap,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false,
                        ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                        false),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    private static List<TopicPartition> partitions(KafkaConsumer<byte[], byte[]> consumer) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (String topic : List.of(TopicNames.VECTORS, TopicNames.KV_WRITES)) {
            consumer.partitionsFor(topic)
                    .forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
        }
        return partitions;
    }

    private void readAll(Map<TopicPartition, Long> starts, Duration patience) {
        Map<TopicPartition, Long> ends = ends(bootstrap);
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(bootstrap, "read_committed")) {
            List<TopicPartition> partitions = partitions(consumer);
            consumer.assign(partitions);
            partitions.forEach(one -> consumer.seek(one, starts.getOrDefault(one, 0L)));
            long deadline = System.nanoTime() + patience.toNanos();
            while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.get(one))) {
                consumer.poll(POLL).forEach((Consumer<ConsumerRecord<byte[], byte[]>>) this::take);
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException(
                            "The log of writes could not be read within %s.".formatted(patience));
                }
            }
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        if (record.key() == null) {
            return;
        }
        String key = new String(record.key(), StandardCharsets.UTF_8);
        boolean vector = record.topic().equals(TopicNames.VECTORS);
        if (!key.startsWith(vector ? subject.collection() + "/" : subject.keyPrefix())) {
            return;
        }
        Position at = new Position(record.partition(), record.offset());
        if (vector) {
            String id = key.substring(subject.collection().length() + 1);
            takeVector(at, record, id);
        } else {
            takeKey(at, key, record.value());
        }
    }

    private void takeVector(Position at, ConsumerRecord<byte[], byte[]> record, String id) {
        Object decoded = decode(vectorWire, record.value());
        boolean delete = record.value() == null;
        if (!delete && !(decoded instanceof VectorWrite write && isValid(write, id))) {
            return;
        }
        long token = WrittenLog.NO_TOKEN;
        long hash = 0;
        if (decoded instanceof VectorWrite write) {
            delete = write.getOp() == WriteOp.DELETE;
            if (!delete) {
                Long eventTime = write.getEventTime();
                token = eventTime == null ? WrittenLog.NO_TOKEN : eventTime;
                hash = Content.hash(bytes(write.getVector()));
            }
        }
        vectors.add(new VectorEntry(at, record.timestamp(), id, delete, token, hash));
    }

    private boolean isValid(VectorWrite write, String id) {
        boolean small =
                id.getBytes(StandardCharsets.UTF_8).length <= ID_BYTES_MAX
                        && (write.getPayload() == null
                                || write.getPayload().remaining() <= PAYLOAD_BYTES_MAX);
        boolean whole =
                write.getOp() == WriteOp.DELETE
                        || (write.getEncoding() == VectorEncoding.UINT8
                                && write.getVector().remaining() == Content.DIMENSIONS);
        return small
                && whole
                && write.getCollection().equals(subject.collection())
                && write.getId().equals(id);
    }

    private void takeKey(Position at, String key, byte[] value) {
        if (value == null) {
            keys.add(new KeyEntry(at, key, true, WrittenLog.NO_TOKEN, 0, When.ALWAYS, at));
            return;
        }
        if (!(decode(keyWire, value) instanceof KeyValueWrite write)
                || write.getOp() == KeyValueOp.READ
                || write.getValue().remaining() > PAYLOAD_BYTES_MAX) {
            return;
        }
        boolean delete = write.getOp() == KeyValueOp.DELETE;
        When when =
                switch (write.getCondition()) {
                    case NONE -> When.ALWAYS;
                    case IF_ABSENT -> When.ABSENT;
                    case IF_VERSION -> When.VERSION;
                };
        VersionStamp version = write.getIfVersion();
        keys.add(
                new KeyEntry(
                        at,
                        key,
                        delete,
                        write.getWriterTime() == null ? WrittenLog.NO_TOKEN : write.getWriterTime(),
                        delete ? 0 : Content.hash(bytes(write.getValue())),
                        when,
                        version == null
                                ? at
                                : new Position(version.getPartition(), version.getOffset())));
    }

    /** What cannot be decoded is somebody's noise, and no write. */
    private static Object decode(AvroWire wire, byte[] value) {
        if (value == null) {
            return null;
        }
        try {
            return wire.decode(value);
        } catch (UndecodableException noise) {
            return noise;
        }
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}

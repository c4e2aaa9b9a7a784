package io.nearstream.embedded.testing;

import io.nearstream.core.model.Version;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.schemas.DeadLetter;
import io.nearstream.schemas.IndexChange;
import io.nearstream.schemas.ProbeResult;
import io.nearstream.schemas.Progress;
import io.nearstream.schemas.wire.AvroWire;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** What lies in topics, up to their ends when it is asked; and what Kafka does to it with time. */
public final class LogOf {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final String PROGRESS = "progress/";

    private LogOf() {}

    /** Every committed record of a topic, by partition in its order. */
    public static List<ConsumerRecord<byte[], byte[]>> topic(String bootstrap, String topic) {
        List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
        try (var consumer =
                new KafkaConsumer<>(
                        Map.<String, Object>of(
                                "bootstrap.servers",
                                bootstrap,
                                "isolation.level",
                                "read_committed"),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = partitions(consumer, topic);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.get(each))) {
                consumer.poll(POLL).forEach(all::add);
            }
        }
        all.sort(Comparator.comparingInt(ConsumerRecord::partition));
        return all;
    }

    private static List<TopicPartition> partitions(
            KafkaConsumer<byte[], byte[]> consumer, String topic) {
        return consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
    }

    /** Where each partition of a topic ends. */
    public static Map<TopicPartition, Long> ends(String bootstrap, String topic) {
        try (var consumer =
                new KafkaConsumer<>(
                        Map.<String, Object>of("bootstrap.servers", bootstrap),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            return consumer.endOffsets(partitions(consumer, topic));
        }
    }

    /** Whether a record of changes tells time alone. */
    public static boolean isProgress(ConsumerRecord<byte[], byte[]> record) {
        return key(record).startsWith(PROGRESS);
    }

    /** The versions of each key of the index changes, in their order; forgotten ones left out. */
    public static Map<String, List<Version>> indexChanges(String bootstrap) throws Exception {
        AvroWire wire = AvroWire.of(IndexChange.getClassSchema(), Progress.getClassSchema());
        Map<String, List<Version>> versions = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : topic(bootstrap, TopicNames.INDEX_CHANGES)) {
            if (record.value() != null
                    && wire.decode(record.value()) instanceof IndexChange change) {
                versions.computeIfAbsent(key(record), any -> new ArrayList<>())
                        .add(
                                new Version(
                                        change.getVersionTime(),
                                        change.getVersionPartition(),
                                        change.getVersionOffset()));
            }
        }
        return versions;
    }

    private static String key(ConsumerRecord<byte[], byte[]> record) {
        return new String(record.key(), StandardCharsets.UTF_8);
    }

    /** How many of them are different. */
    public static long distinct(List<Version> versions) {
        return versions.stream().distinct().count();
    }

    /** How often each refused write was told, by where it stood. */
    public static Map<String, Integer> deadLetters(String bootstrap) throws Exception {
        AvroWire wire = AvroWire.of(DeadLetter.getClassSchema());
        Map<String, Integer> told = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : topic(bootstrap, TopicNames.DEAD_LETTERS)) {
            DeadLetter letter = (DeadLetter) wire.decode(record.value());
            told.merge(
                    "%s-%d@%d"
                            .formatted(
                                    letter.getTopic(), letter.getPartition(), letter.getOffset()),
                    1,
                    Integer::sum);
        }
        return told;
    }

    /** The states of all answers to each probe, in their order. */
    public static Map<String, List<String>> answers(String bootstrap) throws Exception {
        AvroWire wire = AvroWire.of(ProbeResult.getClassSchema());
        Map<String, List<String>> answers = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : topic(bootstrap, TopicNames.RESULTS)) {
            ProbeResult result = (ProbeResult) wire.decode(record.value());
            answers.computeIfAbsent(result.getProbeId(), any -> new ArrayList<>())
                    .add(result.getStatus().toString());
        }
        return answers;
    }

    /** Removes what lies in a topic now, as retention would. */
    public static void removeAll(String bootstrap, String topic) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            admin.deleteRecords(
                            ends(bootstrap, topic).entrySet().stream()
                                    .collect(
                                            Collectors.toMap(
                                                    Map.Entry::getKey,
                                                    end ->
                                                            RecordsToDelete.beforeOffset(
                                                                    end.getValue()))))
                    .all()
                    .get();
        }
    }

    /** Kafka removes from a topic that is only compacted no records by their offsets. */
    private static void allowRemoving(String bootstrap, String topic) throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        AlterConfigOp both =
                new AlterConfigOp(
                        new ConfigEntry("cleanup.policy", "compact,delete"),
                        AlterConfigOp.OpType.SET);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            admin.incrementalAlterConfigs(Map.of(resource, List.of(both))).all().get();
        }
    }

    /**
     * A producer that keeps its order on topics that are new, too: of several batches under way to
     * a partition whose leader is just coming up, the first may be refused and the second taken.
     */
    public static KafkaProducer<byte[], byte[]> orderly(String bootstrap) {
        return new KafkaProducer<>(
                Map.<String, Object>of(
                        "bootstrap.servers",
                        bootstrap,
                        "max.in.flight.requests.per.connection",
                        "1"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /**
     * Leaves of each key the last record only, in their order, as compaction does.
     *
     * @return how many records of data are left; those that tell time do not count
     */
    public static int compact(String bootstrap, String topic) throws Exception {
        Map<String, ConsumerRecord<byte[], byte[]>> last = new LinkedHashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : topic(bootstrap, topic)) {
            String key = record.partition() + "/" + key(record);
            last.remove(key);
            last.put(key, record);
        }
        allowRemoving(bootstrap, topic);
        removeAll(bootstrap, topic);
        int kept = 0;
        try (var producer = orderly(bootstrap)) {
            for (ConsumerRecord<byte[], byte[]> record : last.values()) {
                if (!isProgress(record)) {
                    producer.send(
                            new ProducerRecord<>(
                                    topic, record.partition(), record.key(), record.value()));
                    kept++;
                }
            }
            producer.flush();
        }
        return kept;
    }
}

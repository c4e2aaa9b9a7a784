package io.nearstream.embedded;

import io.nearstream.embedded.testing.LogOf;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.schemas.Tick;
import io.nearstream.schemas.wire.AvroWire;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.flink.util.FileUtils;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Savepoints of both jobs in a directory, beside what lay in the topics that their sources name: an
 * offset means nothing without them. Of the topics, {@code topics.gz} has the records with their
 * offsets and the end of each partition; what only tells time, and what a job has read for good, is
 * left out and its place filled when the topics are made again.
 */
record ReleasedSavepoint(Path dir) {
    private static final List<String> TOPICS =
            List.of(
                    TopicNames.COLLECTIONS,
                    TopicNames.VECTORS,
                    TopicNames.KV_WRITES,
                    TopicNames.INDEX_CHANGES,
                    TopicNames.INDEX_MOVES,
                    TopicNames.PROBES);

    /** Topics of which the end alone matters: what was asked and moved is over. */
    private static final List<String> PASSING = List.of(TopicNames.INDEX_MOVES, TopicNames.PROBES);

    private static final String END = "end";
    private static final byte[] FILLER = "filler".getBytes(StandardCharsets.UTF_8);

    String ofIngest() {
        return dir.resolve("ingest").toUri().toString();
    }

    String ofQuery() {
        return dir.resolve("query").toUri().toString();
    }

    /** Stops both jobs, and keeps what they leave. */
    void write(EmbeddedNearstream nearstream) throws Exception {
        RunningJobs.Stopped stopped = RunningJobs.of(nearstream).stop();
        FileUtils.deleteDirectory(dir.toFile());
        Files.createDirectories(dir);
        copy(stopped.ofIngest(), dir.resolve("ingest"));
        copy(stopped.ofQuery(), dir.resolve("query"));
        try (BufferedWriter lines =
                new BufferedWriter(
                        new OutputStreamWriter(
                                new GZIPOutputStream(
                                        Files.newOutputStream(dir.resolve("topics.gz"))),
                                StandardCharsets.UTF_8))) {
            for (String topic : TOPICS) {
                for (ConsumerRecord<byte[], byte[]> record :
                        LogOf.topic(nearstream.bootstrap(), topic)) {
                    if (isKept(record)) {
                        lines.write(line(topic, record.partition(), record.offset(), record));
                    }
                }
                for (Map.Entry<TopicPartition, Long> end :
                        LogOf.ends(nearstream.bootstrap(), topic).entrySet()) {
                    lines.write(
                            "%s %d %d %s%n"
                                    .formatted(
                                            topic, end.getKey().partition(), end.getValue(), END));
                }
            }
        }
    }

    private static boolean isKept(ConsumerRecord<byte[], byte[]> record) throws Exception {
        boolean tells =
                switch (record.topic()) {
                    case TopicNames.VECTORS, TopicNames.KV_WRITES -> isTick(record.value());
                    case TopicNames.INDEX_CHANGES -> LogOf.isProgress(record);
                    default -> PASSING.contains(record.topic());
                };
        return !tells;
    }

    private static boolean isTick(byte[] value) {
        byte[] tick = AvroWire.encode(new Tick(0L));
        // Both begin with the fingerprint of their schema: ten bytes.
        return value != null && java.util.Arrays.equals(value, 0, 10, tick, 0, 10);
    }

    private static String line(
            String topic, int partition, long offset, ConsumerRecord<byte[], byte[]> record) {
        Base64.Encoder base64 = Base64.getEncoder();
        String value = record.value() == null ? "-" : base64.encodeToString(record.value());
        return "%s %d %d %s %s%n"
                .formatted(topic, partition, offset, base64.encodeToString(record.key()), value);
    }

    private static void copy(String savepoint, Path target) throws IOException {
        Path from = Path.of(URI.create(savepoint));
        Files.createDirectories(target);
        try (var files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, target.resolve(file.getFileName().toString()));
            }
        }
    }

    /** Makes the topics of a fresh broker what they were, offset by offset. */
    void fillTopics(String bootstrap) throws Exception {
        Map<TopicPartition, Long> ends =
                new TreeMap<>(java.util.Comparator.comparing(TopicPartition::toString));
        try (KafkaProducer<byte[], byte[]> producer = LogOf.orderly(bootstrap);
                BufferedReader lines =
                        new BufferedReader(
                                new InputStreamReader(
                                        new GZIPInputStream(
                                                Files.newInputStream(dir.resolve("topics.gz"))),
                                        StandardCharsets.UTF_8))) {
            Map<TopicPartition, Long> next = new java.util.HashMap<>();
            lines.lines().forEach(line -> append(producer, line.split(" "), next, ends));
            producer.flush();
        }
        for (String topic : TOPICS) {
            LogOf.ends(bootstrap, topic)
                    .forEach(
                            (partition, end) -> {
                                if (!end.equals(ends.get(partition))) {
                                    throw new IllegalStateException(
                                            "%s ends at %d, not at %s as in %s."
                                                    .formatted(
                                                            partition,
                                                            end,
                                                            ends.get(partition),
                                                            dir));
                                }
                            });
        }
    }

    private static void append(
            KafkaProducer<byte[], byte[]> producer,
            String[] line,
            Map<TopicPartition, Long> next,
            Map<TopicPartition, Long> ends) {
        TopicPartition partition = new TopicPartition(line[0], Integer.parseInt(line[1]));
        long offset = Long.parseLong(line[2]);
        for (long at = next.getOrDefault(partition, 0L); at < offset; at++) {
            boolean ticks =
                    List.of(TopicNames.VECTORS, TopicNames.KV_WRITES).contains(partition.topic());
            byte[] value = ticks ? AvroWire.encode(new Tick(0L)) : null;
            send(producer, partition, FILLER, value);
        }
        if (line[3].equals(END)) {
            ends.put(partition, offset);
            next.put(partition, offset);
        } else {
            Base64.Decoder base64 = Base64.getDecoder();
            byte[] value = line[4].equals("-") ? null : base64.decode(line[4]);
            send(producer, partition, base64.decode(line[3]), value);
            next.put(partition, offset + 1);
        }
    }

    private static void send(
            KafkaProducer<byte[], byte[]> producer,
            TopicPartition partition,
            byte[] key,
            byte[] value) {
        producer.send(new ProducerRecord<>(partition.topic(), partition.partition(), key, value));
    }

    /** Those that were committed, oldest first. */
    static List<ReleasedSavepoint> all() {
        List<ReleasedSavepoint> all = new ArrayList<>();
        try (var versions = Files.list(Path.of("released"))) {
            versions.filter(Files::isDirectory)
                    .sorted()
                    .forEach(each -> all.add(new ReleasedSavepoint(each.toAbsolutePath())));
            return all;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @Override
    public String toString() {
        return dir.getFileName().toString();
    }
}

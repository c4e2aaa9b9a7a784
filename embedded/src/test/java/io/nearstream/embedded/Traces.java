package io.nearstream.embedded;

import io.nearstream.embedded.testing.Await;
import io.nearstream.jobs.common.topics.TopicNames;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.runtime.testutils.InMemoryReporter;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Looks for what the jobs keep of collections: in their metrics, their state and their topic. */
final class Traces {
    private static final Duration POLL = Duration.ofMillis(100);

    private final EmbeddedNearstream nearstream;
    private final InMemoryReporter metrics;
    private final String mark;
    private final List<String> uids;

    /**
     * Looks for these collections.
     *
     * @param mark what ids, payloads and vectors of their records begin with, and nothing else does
     */
    Traces(EmbeddedNearstream nearstream, InMemoryReporter metrics, String mark, List<Long> uids) {
        this.nearstream = nearstream;
        this.metrics = metrics;
        this.mark = mark;
        this.uids = uids.stream().map("%016x"::formatted).toList();
    }

    /** Metrics whose scope names one of the collections. */
    long inMetrics() {
        return metrics.getMetricsByGroup().entrySet().stream()
                .filter(
                        group ->
                                Stream.of(group.getKey().getScopeComponents())
                                        .anyMatch(uids::contains))
                .mapToLong(group -> group.getValue().size())
                .sum();
    }

    /** How often the mark occurs in a savepoint, which holds what is live and nothing else. */
    long inState(JobID job) throws IOException {
        Path savepoint = Path.of(URI.create(nearstream.flink().savepoint(job, false)));
        long found = 0;
        try (Stream<Path> files = Files.walk(savepoint)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
                for (int at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + 1)) {
                    found++;
                }
            }
        }
        return found;
    }

    /** Returns once the topic between the jobs has a null for each of so many records. */
    void awaitRecordsAreGone(int records, Duration patience) throws Exception {
        Set<String> seen = new HashSet<>();
        Set<String> live = new HashSet<>();
        Map<String, Object> settings =
                Map.of(
                        "bootstrap.servers",
                        nearstream.bootstrap(),
                        "isolation.level",
                        "read_committed");
        try (var consumer =
                new KafkaConsumer<>(
                        settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(TopicNames.INDEX_CHANGES).stream()
                            .map(info -> new TopicPartition(info.topic(), info.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Await.until(
                    "all records have a null",
                    patience,
                    () -> {
                        for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                            follow(record, seen, live);
                        }
                        return seen.size() >= records && live.isEmpty();
                    });
        }
    }

    private void follow(ConsumerRecord<String, byte[]> record, Set<String> seen, Set<String> live) {
        if (uids.stream().noneMatch(uid -> record.key().startsWith(uid))) {
            return;
        }
        seen.add(record.key());
        if (record.value() == null) {
            live.remove(record.key());
        } else {
            live.add(record.key());
        }
    }
}

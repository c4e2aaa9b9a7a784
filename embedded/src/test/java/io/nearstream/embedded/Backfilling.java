package io.nearstream.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.client.NearstreamClient;
import io.nearstream.client.VectorUpsert;
import io.nearstream.client.WriteReceipt;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Version;
import io.nearstream.embedded.testing.Await;
import io.nearstream.embedded.testing.LogOf;
import io.nearstream.embedded.testing.TopicReading;
import io.nearstream.jobs.common.config.BackfillOptions;
import io.nearstream.jobs.common.config.NearstreamOptions;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.schemas.IndexChange;
import io.nearstream.schemas.Progress;
import io.nearstream.schemas.wire.AvroWire;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A cluster that reads a file of rows; what goes in beside it, and what comes out. */
final class Backfilling {
    static final int DIMENSIONS = 16;
    static final int ROWS = 30_000;

    /** So many records at a time are written beside the file. */
    static final int TOUCHED = 1_000;

    static final int FILE = -1;
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private Backfilling() {}

    /** Another one for each row and round. */
    static byte[] vector(int row, int round) {
        byte[] vector = new byte[DIMENSIONS];
        new SplittableRandom(31L * row + round).nextBytes(vector);
        ByteBuffer.wrap(vector).putInt(row).put((byte) round);
        return vector;
    }

    static Path file(Path dir) throws Exception {
        return file(dir.resolve("rows.bvecs"), ROWS, 0);
    }

    static Path file(Path file, int rows, int round) throws Exception {
        ByteBuffer bytes =
                ByteBuffer.allocate(rows * (4 + DIMENSIONS)).order(ByteOrder.LITTLE_ENDIAN);
        for (int row = 0; row < rows; row++) {
            bytes.putInt(DIMENSIONS).put(vector(row, round));
        }
        return Files.write(file, bytes.array());
    }

    static EmbeddedNearstream start(Path dir) throws Exception {
        // One slot each: whichever TaskManager dies, the ingest job loses subtasks.
        return EmbeddedNearstream.start(
                EmbeddedOptions.in(Files.createTempDirectory(dir, "cluster")).withCluster(2, 1, 2),
                List.of());
    }

    static void submit(EmbeddedNearstream nearstream, NamedJob job, Map<String, String> options)
            throws Exception {
        submit(nearstream, job, options, Optional.empty());
    }

    /** As a cluster does it that knows where its jobs go on from. */
    static void submit(
            EmbeddedNearstream nearstream,
            NamedJob job,
            Map<String, String> options,
            Optional<String> savepoint)
            throws Exception {
        Configuration configuration = settings(nearstream, options);
        EarlierRuns earlier = nearstream.flink().earlierRuns();
        JobGraph graph = job.graph(earlier.told(configuration, job.id(), savepoint));
        earlier.goOn(graph, savepoint);
        nearstream.flink().submit(graph);
        nearstream.flink().awaitRunning(job.id(), PATIENCE);
    }

    static Configuration settings(EmbeddedNearstream nearstream, Map<String, String> options) {
        Configuration configuration = new Configuration(nearstream.flink().configuration());
        configuration.set(NearstreamOptions.BOOTSTRAP, nearstream.bootstrap());
        configuration.set(NearstreamOptions.PARALLELISM, 2);
        options.forEach(configuration::setString);
        return configuration;
    }

    /** Records of different collections have different ids. */
    static String prefix(CollectionSettings settings) {
        return settings.name().substring(0, 1);
    }

    static long write(
            NearstreamClient client, CollectionSettings settings, int from, int to, int round)
            throws Exception {
        List<CompletableFuture<WriteReceipt>> receipts = new ArrayList<>();
        for (int row = from; row < to; row++) {
            receipts.add(
                    client.writer()
                            .upsert(
                                    VectorUpsert.of(
                                            settings, prefix(settings) + row, vector(row, round))));
        }
        return newest(receipts);
    }

    static long delete(NearstreamClient client, CollectionSettings settings, int from, int to)
            throws Exception {
        List<CompletableFuture<WriteReceipt>> receipts = new ArrayList<>();
        for (int row = from; row < to; row++) {
            receipts.add(client.writer().delete(settings.name(), prefix(settings) + row));
        }
        return newest(receipts);
    }

    static long newest(List<CompletableFuture<WriteReceipt>> receipts) throws Exception {
        long newest = 0;
        for (CompletableFuture<WriteReceipt> receipt : receipts) {
            newest = Math.max(newest, receipt.get(60, TimeUnit.SECONDS).appendTime());
        }
        return newest;
    }

    /** Changes in the log, Progress and what an aborted transaction left included. */
    static long logged(EmbeddedNearstream nearstream) {
        return LogOf.ends(nearstream.bootstrap(), TopicNames.INDEX_CHANGES).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    /** The committed versions by id. */
    static Map<String, List<Version>> changes(EmbeddedNearstream nearstream) throws Exception {
        Map<String, List<Version>> byId = new TreeMap<>();
        LogOf.indexChanges(nearstream.bootstrap())
                .forEach(
                        (key, versions) -> byId.put(key.substring(key.indexOf('/') + 1), versions));
        return byId;
    }

    /** Waits until each subtask has said that its time has come so far. */
    static void awaitTime(EmbeddedNearstream nearstream, long time) throws Exception {
        AvroWire wire = AvroWire.of(IndexChange.getClassSchema(), Progress.getClassSchema());
        Map<Integer, Long> said = new TreeMap<>();
        try (TopicReading reading =
                new TopicReading(nearstream.bootstrap(), TopicNames.INDEX_CHANGES)) {
            Await.until(
                    "time goes on",
                    PATIENCE,
                    () -> {
                        for (ConsumerRecord<byte[], byte[]> record : reading.poll()) {
                            if (LogOf.isProgress(record)) {
                                Progress progress = (Progress) wire.decode(record.value());
                                said.merge(
                                        progress.getSubtask(), progress.getWatermark(), Math::max);
                            }
                        }
                        return said.size() == 2
                                && said.values().stream().allMatch(each -> each >= time);
                    });
        } catch (AssertionError late) {
            throw new AssertionError(
                    "Time has come to %s, not to %d; Kafka: %d"
                            .formatted(said, time, ofKafka(nearstream)),
                    late);
        }
    }

    static long ofKafka(EmbeddedNearstream nearstream) throws Exception {
        return changes(nearstream).values().stream()
                .flatMap(List::stream)
                .filter(version -> version.partition() != FILE)
                .count();
    }

    static Map<String, String> options(Path file, CollectionSettings settings) {
        return Map.of(
                BackfillOptions.FILES.key(),
                file.toString(),
                BackfillOptions.COLLECTION.key(),
                settings.name(),
                BackfillOptions.ID_PREFIX.key(),
                prefix(settings));
    }

    /**
     * Every row once, or not where Kafka was faster; what Kafka has, once.
     *
     * @param beyond so many records are in Kafka alone
     */
    static void assertLog(
            CollectionSettings settings, Map<String, List<Version>> changes, int beyond) {
        String prefix = prefix(settings);
        assertThat(changes.keySet().stream().filter(id -> id.startsWith(prefix)))
                .hasSize(ROWS + beyond);
        for (int row = 0; row < ROWS + beyond; row++) {
            List<Version> versions = changes.get(prefix + row);
            assertThat(versions).as("%d", row).isNotNull().isSorted().doesNotHaveDuplicates();
            List<Version> ofFile =
                    versions.stream().filter(version -> version.partition() == FILE).toList();
            boolean inKafka = row < 3 * TOUCHED || row >= ROWS;
            if (inKafka) {
                assertThat(ofFile).as("%d", row).hasSizeLessThanOrEqualTo(row < ROWS ? 1 : 0);
            } else {
                assertThat(ofFile).as("%d", row).hasSize(1);
            }
            assertThat(versions).as("%d", row).hasSize(ofFile.size() + (inKafka ? 1 : 0));
            for (Version version : ofFile) {
                assertThat(version.offset()).as("%d", row).isEqualTo(row);
            }
        }
    }

    static Map<String, String> asOf(long time, Map<String, String> options) {
        Map<String, String> all = new TreeMap<>(options);
        all.put(BackfillOptions.AS_OF.key(), Instant.ofEpochMilli(time).toString());
        return all;
    }

    /** What the newest checkpoint knows to be read to its end. */
    static List<String> ended(EmbeddedNearstream nearstream, NamedJob job) throws Exception {
        Optional<Path> newest = nearstream.flink().latestCheckpoint(job.id());
        return newest.isEmpty()
                ? List.of()
                : StateContent.read(newest.get().toString()).orElseThrow().endedBackfills();
    }
}

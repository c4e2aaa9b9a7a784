package io.nearstream.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.client.NearstreamClient;
import io.nearstream.client.ProbeRequest;
import io.nearstream.client.VectorUpsert;
import io.nearstream.client.WriteReceipt;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Version;
import io.nearstream.embedded.testing.Await;
import io.nearstream.embedded.testing.LogOf;
import io.nearstream.embedded.testing.RandomWrites;
import io.nearstream.embedded.testing.TopicReading;
import io.nearstream.jobs.common.config.BackfillOptions;
import io.nearstream.jobs.common.config.NearstreamOptions;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.schemas.Hit;
import io.nearstream.schemas.IndexChange;
import io.nearstream.schemas.ProbeResult;
import io.nearstream.schemas.ProbeStatus;
import io.nearstream.schemas.Progress;
import io.nearstream.schemas.wire.AvroWire;
import io.nearstream.testing.Property;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A collection comes from a file and from Kafka; TaskManagers die meanwhile, and after. */
@Timeout(400)
class BackfillITCase {
    private static final String NAME = "filled";
    private static final int DIMENSIONS = 16;
    private static final int ROWS = 30_000;
    private static final int TOUCHED = 1_000;
    private static final int FILE = -1;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir private Path dir;

    /** Another one for each row and round. */
    private static byte[] vector(int row, int round) {
        byte[] vector = new byte[DIMENSIONS];
        new SplittableRandom(31L * row + round).nextBytes(vector);
        ByteBuffer.wrap(vector).putInt(row).put((byte) round);
        return vector;
    }

    private Path file() throws Exception {
        ByteBuffer bytes =
                ByteBuffer.allocate(ROWS * (4 + DIMENSIONS)).order(ByteOrder.LITTLE_ENDIAN);
        for (int row = 0; row < ROWS; row++) {
            bytes.putInt(DIMENSIONS).put(vector(row, 0));
        }
        return Files.write(dir.resolve("rows.bvecs"), bytes.array());
    }

    private EmbeddedNearstream start() throws Exception {
        // One slot each: whichever TaskManager dies, the ingest job loses subtasks.
        return EmbeddedNearstream.start(
                EmbeddedOptions.in(Files.createTempDirectory(dir, "cluster")).withCluster(2, 1, 2),
                List.of());
    }

    private static void submit(
            EmbeddedNearstream nearstream, NamedJob job, Map<String, String> options)
            throws Exception {
        Configuration configuration = new Configuration(nearstream.flink().configuration());
        configuration.set(NearstreamOptions.BOOTSTRAP, nearstream.bootstrap());
        configuration.set(NearstreamOptions.PARALLELISM, 2);
        options.forEach(configuration::setString);
        nearstream.flink().submit(job.graph(configuration));
        nearstream.flink().awaitRunning(job.id(), PATIENCE);
    }

    private static long write(
            NearstreamClient client, CollectionSettings settings, int from, int to, int round)
            throws Exception {
        List<CompletableFuture<WriteReceipt>> receipts = new ArrayList<>();
        for (int row = from; row < to; row++) {
            receipts.add(
                    client.writer()
                            .upsert(VectorUpsert.of(settings, "r" + row, vector(row, round))));
        }
        return newest(receipts);
    }

    private static long delete(NearstreamClient client, int from, int to) throws Exception {
        List<CompletableFuture<WriteReceipt>> receipts = new ArrayList<>();
        for (int row = from; row < to; row++) {
            receipts.add(client.writer().delete(NAME, "r" + row));
        }
        return newest(receipts);
    }

    private static long newest(List<CompletableFuture<WriteReceipt>> receipts) throws Exception {
        long newest = 0;
        for (CompletableFuture<WriteReceipt> receipt : receipts) {
            newest = Math.max(newest, receipt.get(60, TimeUnit.SECONDS).appendTime());
        }
        return newest;
    }

    /** Changes in the log, Progress and what an aborted transaction left included. */
    private static long logged(EmbeddedNearstream nearstream) {
        return LogOf.ends(nearstream.bootstrap(), TopicNames.INDEX_CHANGES).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    /** The committed versions by id. */
    private static Map<String, List<Version>> changes(EmbeddedNearstream nearstream)
            throws Exception {
        Map<String, List<Version>> byId = new TreeMap<>();
        LogOf.indexChanges(nearstream.bootstrap())
                .forEach(
                        (key, versions) -> byId.put(key.substring(key.indexOf('/') + 1), versions));
        return byId;
    }

    /** Waits until each subtask has said that its time has come so far. */
    private static void awaitTime(EmbeddedNearstream nearstream, long time) throws Exception {
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

    private static List<String> nearest(NearstreamClient client, byte[] query, long asOf) {
        ProbeResult result =
                client.prober()
                        .ask(
                                ProbeRequest.nearest(NAME, 1, List.of(query))
                                        .exhaustive()
                                        .atLeast(asOf)
                                        .deadline(PATIENCE));
        assertThat(result.getStatus()).as("%s", result).isEqualTo(ProbeStatus.COMPLETE);
        return result.getAnswers().get(0).getHits().stream()
                .filter(hit -> hit.getDistance() == 0)
                .map(Hit::getId)
                .toList();
    }

    @Test
    void nothingIsMissedOrRepeatedWhenTaskManagersDie() {
        Property.holds(1, this::fillUnderKills);
    }

    private void fillUnderKills(SplittableRandom random) throws Exception {
        Path file = file();
        try (EmbeddedNearstream nearstream = start();
                NearstreamClient client = NearstreamClient.connect(nearstream.bootstrap())) {
            CollectionSettings settings =
                    client.collections().create(RandomWrites.settings(NAME, DIMENSIONS, 2_000));
            // Before the job is there: in Kafka alone, in both, and gone.
            write(client, settings, 0, TOUCHED, 1);
            delete(client, TOUCHED, 2 * TOUCHED);
            write(client, settings, ROWS, ROWS + TOUCHED, 1);
            submit(
                    nearstream,
                    NamedJob.INGEST,
                    Map.of(
                            BackfillOptions.FILES.key(),
                            file.toString(),
                            BackfillOptions.COLLECTION.key(),
                            NAME,
                            BackfillOptions.ID_PREFIX.key(),
                            "r"));

            long somewhere = 1 + random.nextInt(ROWS - 1);
            Await.until("rows are in", () -> logged(nearstream) > somewhere);
            Kills.killAndReplace(nearstream, 0);
            // About when the last row is in.
            long about = ROWS + somewhere / 2 - TOUCHED + random.nextInt(3 * TOUCHED);
            Await.until("the file is about to end", () -> logged(nearstream) > about);
            Kills.killAndReplace(nearstream, 1);
            long asOf = write(client, settings, 2 * TOUCHED, 3 * TOUCHED, 2);
            awaitTime(nearstream, asOf - 1);
            for (int i = 0; i < 2; i++) {
                nearstream.flink().startTaskManager();
            }
            submit(nearstream, NamedJob.QUERY, Map.of());

            assertThat(nearest(client, vector(5, 1), asOf)).containsExactly("r5");
            assertThat(nearest(client, vector(5, 0), asOf)).as("replaced").isEmpty();
            assertThat(nearest(client, vector(TOUCHED, 0), asOf)).as("deleted").isEmpty();
            assertThat(nearest(client, vector(2 * TOUCHED, 2), asOf))
                    .containsExactly("r" + 2 * TOUCHED);
            assertThat(nearest(client, vector(ROWS - 1, 0), asOf))
                    .containsExactly("r" + (ROWS - 1));
            assertThat(nearest(client, vector(ROWS, 1), asOf)).containsExactly("r" + ROWS);
            assertLog(changes(nearstream));
        }
    }

    private static long ofKafka(EmbeddedNearstream nearstream) throws Exception {
        return changes(nearstream).values().stream()
                .flatMap(List::stream)
                .filter(version -> version.partition() != FILE)
                .count();
    }

    /** Every row once, or not where Kafka was faster; what Kafka has, once. */
    private static void assertLog(Map<String, List<Version>> changes) {
        assertThat(changes).hasSize(ROWS + TOUCHED);
        for (int row = 0; row < ROWS + TOUCHED; row++) {
            List<Version> versions = changes.get("r" + row);
            assertThat(versions).as("r%d", row).isNotNull().isSorted().doesNotHaveDuplicates();
            List<Version> ofFile =
                    versions.stream().filter(version -> version.partition() == FILE).toList();
            boolean inKafka = row < 3 * TOUCHED || row >= ROWS;
            if (inKafka) {
                assertThat(ofFile).as("r%d", row).hasSizeLessThanOrEqualTo(row < ROWS ? 1 : 0);
            } else {
                assertThat(ofFile).as("r%d", row).hasSize(1);
            }
            assertThat(versions).as("r%d", row).hasSize(ofFile.size() + (inKafka ? 1 : 0));
            for (Version version : ofFile) {
                assertThat(version.offset()).as("r%d", row).isEqualTo(row);
            }
        }
    }

    @Test
    void rowsWinOverWritesBeforeTheFilesWereTrueAndLoseToLaterOnes() throws Exception {
        Path file = file();
        try (EmbeddedNearstream nearstream = start();
                NearstreamClient client = NearstreamClient.connect(nearstream.bootstrap())) {
            CollectionSettings settings =
                    client.collections().create(RandomWrites.settings(NAME, DIMENSIONS, 2_000));
            write(client, settings, 0, TOUCHED, 1);
            long before = write(client, settings, ROWS, ROWS + TOUCHED, 1);
            // Whole milliseconds: what comes now is later than the files, if only just.
            Await.until("time goes on", () -> System.currentTimeMillis() > before + 1);
            submit(
                    nearstream,
                    NamedJob.INGEST,
                    Map.of(
                            BackfillOptions.FILES.key(),
                            file.toString(),
                            BackfillOptions.COLLECTION.key(),
                            NAME,
                            BackfillOptions.AS_OF.key(),
                            Instant.ofEpochMilli(before + 1).toString(),
                            BackfillOptions.ID_PREFIX.key(),
                            "r"));
            long asOf = write(client, settings, TOUCHED, 2 * TOUCHED, 2);
            awaitTime(nearstream, asOf - 1);
            Map<String, List<Version>> changes = changes(nearstream);
            for (int row = 0; row < ROWS + TOUCHED; row++) {
                List<Version> versions = changes.get("r" + row);
                Version last = versions.get(versions.size() - 1);
                boolean later = row >= TOUCHED && row < 2 * TOUCHED;
                assertThat(versions).as("r%d", row).isSorted().doesNotHaveDuplicates();
                assertThat(last.partition() == FILE)
                        .as("r%d is a row", row)
                        .isEqualTo(row < ROWS && !later);
                assertThat(versions).as("r%d", row).hasSizeLessThanOrEqualTo(row < ROWS ? 2 : 1);
            }
        }
    }
}

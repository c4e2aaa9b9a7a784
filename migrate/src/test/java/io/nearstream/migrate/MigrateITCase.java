package io.nearstream.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.client.NearstreamClient;
import io.nearstream.core.model.BucketScheme;
import io.nearstream.core.model.CodeKind;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.embedded.EmbeddedNearstream;
import io.nearstream.embedded.EmbeddedOptions;
import io.nearstream.schemas.ExportedRecord;
import io.nearstream.testing.Property;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A collection and the keys of one cluster, out of savepoints of its running jobs, into another
 * cluster with another parallelism, codebook and code; then everything is compared.
 */
@Timeout(300)
class MigrateITCase {
    private static final StepListener NOBODY = (done, total) -> {};

    /** By then all has expired that ever does. */
    private static final Duration AHEAD = Duration.ofDays(4);

    private static final InstantSource CLOCK_AHEAD =
            InstantSource.offset(InstantSource.system(), AHEAD);

    @TempDir private Path dir;

    @Test
    void everythingArrivesOnceAndIsTheSame() {
        Property.holds(1, this::migrate);
    }

    private static CollectionSettings settings(String name, int trainAfter) {
        return new CollectionSettings(
                name,
                0,
                MigratedContent.DIMENSIONS,
                Metric.COSINE,
                Encoding.FLOAT32,
                BucketScheme.LEARNED,
                0,
                0,
                0,
                0.95,
                trainAfter,
                8);
    }

    private void migrate(SplittableRandom random) throws Exception {
        MigratedContent content = new MigratedContent(random);
        JobID query;
        CollectionSettings settings;
        Path records = dir.resolve("source.avro");
        Path keys = dir.resolve("keys.avro");
        try (EmbeddedNearstream source =
                        EmbeddedNearstream.start(
                                EmbeddedOptions.in(dir.resolve("source")).withCluster(1, 4, 2));
                NearstreamClient client = NearstreamClient.connect(source.bootstrap())) {
            content.write(client, client.collections().create(settings("source", 300)));
            client.collections().awaitSettled("source", 1, Duration.ofSeconds(60));
            Savepoint ofQuery =
                    Savepoint.open(source.flink().savepoint(source.queryJobId(), false));
            Savepoint ofIngest =
                    Savepoint.open(source.flink().savepoint(source.ingestJobId(), false));
            content.writeLater(client);

            settings = client.collections().describe("source").settings();
            query = source.queryJobId();
            Exporter.Exported exported =
                    exporter(ofQuery, records)
                            .collection(settings, uid -> Optional.empty(), NOBODY);
            assertThat(ids(records)).isEqualTo(content.ids());
            Exporter.Exported exportedKeys = exporter(ofIngest, keys).keys(NOBODY);
            assertThat(exportedKeys.records()).isEqualTo(content.keys());

            Exporter.Exported lasting =
                    exporter(ofQuery, dir.resolve("lasting.avro"), AHEAD)
                            .collection(settings, uid -> Optional.empty(), NOBODY);
            assertThat(content.expiring()).isPositive();
            assertThat(lasting.records()).isEqualTo(content.records() - content.expiring());
            assertThat(lasting.expired()).isEqualTo(exported.expired() + content.expiring());
            Exporter.Exported lastingKeys =
                    exporter(ofIngest, dir.resolve("lasting-keys.avro"), AHEAD).keys(NOBODY);
            assertThat(content.expiringKeys()).isPositive();
            assertThat(lastingKeys.records()).isEqualTo(content.keys() - content.expiringKeys());
            assertThat(lastingKeys.expired())
                    .isEqualTo(exportedKeys.expired() + content.expiringKeys());
        }
        Path checkpoint = newestCheckpoint(dir.resolve("source"), query);
        Path later = dir.resolve("c.avro");
        exporter(Savepoint.open(checkpoint.toString()), later)
                .collection(settings, uid -> Optional.empty(), NOBODY);
        assertThat(ids(later)).isEqualTo(content.idsLater());
        try (EmbeddedNearstream target =
                        EmbeddedNearstream.start(
                                EmbeddedOptions.in(dir.resolve("target")).withCluster(1, 6, 3));
                NearstreamClient client = NearstreamClient.connect(target.bootstrap())) {
            importRecords(client, content, records);
            importKeys(client, content, keys);
        }
    }

    /** Incremental, in RocksDB's own files; it stays when the cluster ends. */
    private static Path newestCheckpoint(Path dir, JobID job) throws IOException {
        try (Stream<Path> files = Files.walk(dir)) {
            return files.filter(file -> file.endsWith("_metadata"))
                    .map(Path::getParent)
                    .filter(file -> file.getParent().endsWith(job.toString()))
                    .max(Comparator.comparing(file -> number(file.getFileName().toString())))
                    .orElseThrow();
        }
    }

    private static long number(String checkpoint) {
        return Long.parseLong(checkpoint.substring("chk-".length()));
    }

    private static Set<String> ids(Path file) throws IOException {
        Set<String> ids = new TreeSet<>();
        for (ExportedRecord record :
                ExportedFiles.<ExportedRecord>read(file, ExportedRecord.getClassSchema())) {
            assertThat(ids.add(record.getId())).as(record.getId()).isTrue();
        }
        return ids;
    }

    private Exporter exporter(Savepoint savepoint, Path file) {
        return exporter(savepoint, file, Duration.ZERO);
    }

    private Exporter exporter(Savepoint savepoint, Path file, Duration ahead) {
        return new Exporter(
                savepoint,
                file,
                dir,
                System.currentTimeMillis() + ahead.toMillis(),
                2,
                Exporter.Space.ofFileSystem(),
                false);
    }

    private static void importRecords(NearstreamClient client, MigratedContent content, Path file)
            throws Exception {
        CollectionSettings target =
                client.collections().create(settings("target", 200).coded(CodeKind.INT8, 0));
        // As an import that was killed leaves it: some are there, others not.
        long there = content.writeSome(client, target);
        RecordImport importing = new RecordImport(client, target, false, InstantSource.system());
        assertThat(importing.run(file, NOBODY))
                .isEqualTo(new Imported(content.records(), content.records() - there, there, 0, 0));
        content.assertRecords(client, target);
        assertThat(importing.run(file, NOBODY))
                .isEqualTo(new Imported(content.records(), 0, content.records(), 0, 0));

        content.spoil(client, target);
        assertThat(importing.run(file, NOBODY))
                .isEqualTo(new Imported(content.records(), 0, content.records() - 1, 1, 0));
        assertThat(new RecordImport(client, target, true, InstantSource.system()).run(file, NOBODY))
                .isEqualTo(new Imported(content.records(), 1, content.records() - 1, 0, 0));
        content.assertRecords(client, target);

        // Once they have expired, it does not matter what is there of them.
        content.spoilExpiring(client, target);
        assertThat(new RecordImport(client, target, false, CLOCK_AHEAD).run(file, NOBODY))
                .isEqualTo(new Imported(content.records(), 1, content.records() - 2, 0, 1));
        assertThat(new RecordImport(client, target, true, InstantSource.system()).run(file, NOBODY))
                .isEqualTo(new Imported(content.records(), 1, content.records() - 1, 0, 0));
        content.assertRecords(client, target);

        CollectionSettings other =
                client.collections()
                        .create(
                                CollectionSettings.learned(
                                        "other", 0, 5, Metric.L2, Encoding.UINT8));
        assertThatThrownBy(
                        () ->
                                new RecordImport(client, other, false, InstantSource.system())
                                        .run(file, NOBODY))
                .hasMessageContaining(
                        "has vectors of 8 dimensions of FLOAT32, but collection 'other' has 5 of UINT8");
    }

    private static void importKeys(NearstreamClient client, MigratedContent content, Path file)
            throws Exception {
        KeyImport importing = new KeyImport(client, false, InstantSource.system());
        long there = content.writeSomeKeys(client);
        assertThat(importing.run(file, NOBODY))
                .isEqualTo(new Imported(content.keys(), content.keys() - there - 1, there, 1, 0));
        assertThat(new KeyImport(client, true, InstantSource.system()).run(file, NOBODY))
                .isEqualTo(new Imported(content.keys(), 1, content.keys() - 1, 0, 0));
        content.assertKeys(client);
        assertThat(importing.run(file, NOBODY))
                .isEqualTo(new Imported(content.keys(), 0, content.keys(), 0, 0));

        content.spoilKeys(client);
        long lasting = content.keys() - content.expiringKeys();
        assertThat(new KeyImport(client, false, CLOCK_AHEAD).run(file, NOBODY))
                .isEqualTo(new Imported(content.keys(), 1, lasting - 1, 0, content.expiringKeys()));
    }
}

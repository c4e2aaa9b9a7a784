package io.nearstream.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.embedded.testing.Kinds;
import io.nearstream.jobs.common.control.ControlRecords;
import io.nearstream.schemas.CollectionDescriptor;
import io.nearstream.schemas.ExportedKey;
import io.nearstream.schemas.ExportedRecord;
import io.nearstream.schemas.wire.AvroWire;
import io.nearstream.schemas.wire.UndecodableException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Exports from savepoints that were released: of what is known of their content, see {@code
 * SavepointContent} of the embedded module. Nothing else runs.
 */
@Timeout(240)
class ExporterTest {
    private static final Path RELEASED =
            Path.of(System.getProperty("nearstream.root", "..")).resolve("embedded/released/v1");

    private static final long SEED = 20_261_122;
    private static final int RECORDS = 120;
    private static final int WRITES = 140;
    private static final int DELETED_TO = 10;

    @TempDir private Path dir;

    private Exporter exporter(String savepoint, String file, Exporter.Space space)
            throws IOException {
        return new Exporter(
                Savepoint.open(RELEASED.resolve(savepoint).toString()),
                dir.resolve(file),
                dir,
                System.currentTimeMillis(),
                Exporter.PARALLELISM_MAX,
                space,
                false);
    }

    private Exporter exporter(String savepoint, String file) throws IOException {
        return exporter(savepoint, file, Exporter.Space.ofFileSystem());
    }

    /** The collections of the savepoint, by name, from the topic that was released with it. */
    private static Map<String, CollectionSettings> collections() throws IOException {
        AvroWire wire = AvroWire.of(CollectionDescriptor.getClassSchema());
        Map<String, CollectionSettings> found = new HashMap<>();
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(
                                new GZIPInputStream(
                                        Files.newInputStream(RELEASED.resolve("topics.gz"))),
                                StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] fields = line.split(" ");
                if (fields[0].equals("nearstream.collections.v1") && fields.length == 5) {
                    try {
                        CollectionSettings settings =
                                ControlRecords.settings(
                                        (CollectionDescriptor)
                                                wire.decode(Base64.getDecoder().decode(fields[4])));
                        found.put(settings.name(), settings);
                    } catch (UndecodableException another) {
                        assertThat(another).hasMessageContaining("fingerprint"); // a codebook
                    }
                }
            }
        }
        return found;
    }

    /** As the content was made: all records, then some again, then some deleted. */
    private static Map<String, ExportedRecord> expected(CollectionSettings settings) {
        SplittableRandom random = new SplittableRandom(SEED);
        Map<String, ExportedRecord> expected = new HashMap<>();
        for (int i = 0; i < WRITES; i++) {
            String id = "v" + i % RECORDS;
            expected.put(
                    id,
                    new ExportedRecord(
                            id,
                            null,
                            ByteBuffer.wrap(Kinds.vector(settings, random)),
                            List.of("label-" + i % 2),
                            ByteBuffer.wrap(("payload of " + id).getBytes(StandardCharsets.UTF_8)),
                            null));
        }
        for (int i = 0; i < DELETED_TO; i++) {
            expected.remove("v" + i);
        }
        return expected;
    }

    @Test
    void everyLiveRecordOfEveryCollectionComesOutAsItWasWritten() throws IOException {
        Map<String, CollectionSettings> collections = collections();
        assertThat(collections).containsOnlyKeys("cells", "coded", "flat");
        for (CollectionSettings settings : collections.values()) {
            Heard heard = new Heard();
            Exporter.Exported exported =
                    exporter("query", settings.name() + ".avro")
                            .collection(settings, uid -> Optional.empty(), heard);
            assertThat(exported.records()).isEqualTo(RECORDS - DELETED_TO);
            assertThat(exported.expired()).isZero();
            assertThat(heard.steps()).containsExactly("count", "gather", "write", "check");
            String all = exported.records() + " of " + exported.records();
            assertThat(heard.of("write")).hasSize(RECORDS - DELETED_TO).endsWith(all);
            assertThat(heard.of("check")).hasSize(RECORDS - DELETED_TO).endsWith(all);
            Map<String, ExportedRecord> found = new HashMap<>();
            for (ExportedRecord record :
                    ExportedFiles.<ExportedRecord>read(
                            exported.file(), ExportedRecord.getClassSchema())) {
                assertThat(record.getVersion()).isNotNull();
                record.setVersion(null);
                assertThat(found.put(record.getId(), record)).isNull();
            }
            assertThat(found).as(settings.name()).isEqualTo(expected(settings));
            assertThat(ExportReader.header(exported.file()).collection()).contains(settings);
        }
        assertThat(dir.resolve("flat.avro.work")).doesNotExist();
    }

    @Test
    void everyKeyThatHasAValueComesOut() throws IOException {
        Heard heard = new Heard();
        Exporter.Exported exported = exporter("ingest", "k.avro").keys(heard);
        assertThat(heard.steps()).containsExactly("count", "write", "check");
        Map<String, String> found = new HashMap<>();
        for (ExportedKey key :
                ExportedFiles.<ExportedKey>read(exported.file(), ExportedKey.getClassSchema())) {
            found.put(key.getKey(), StandardCharsets.UTF_8.decode(key.getValue()).toString());
        }
        Map<String, String> expected = new HashMap<>();
        for (int i = 0; i < 30; i++) {
            if (i < 10 || i >= 20) {
                expected.put("k" + i, i < 10 ? "second" : "first");
            }
        }
        assertThat(found).isEqualTo(expected);
        assertThat(exported.records()).isEqualTo(20);
    }

    @Test
    void aCollectionThatIsNotThereIsRefusedWithThoseThatAre() throws IOException {
        Map<String, CollectionSettings> collections = collections();
        long cells = collections.get("cells").uid();
        Exporter exporter = exporter("query", "none.avro");
        assertThatThrownBy(
                        () ->
                                exporter.collection(
                                        collections.get("cells").identified("later", 99, 1),
                                        uid ->
                                                uid == cells
                                                        ? Optional.of("cells")
                                                        : Optional.empty(),
                                        (done, total) -> {}))
                .hasMessageContaining("has no record of collection 'later' (uid 0000000000000063)")
                .hasMessageContaining("cells (110)")
                .hasMessageContaining("uid %016x (110)".formatted(collections.get("flat").uid()));
        assertThat(dir).isEmptyDirectory();
    }

    @Test
    void savepointsOfAnotherJobAndOtherDirectoriesAreRefused() throws IOException {
        CollectionSettings flat = collections().get("flat");
        Exporter ofIngest = exporter("ingest", "x.avro");
        assertThatThrownBy(() -> ofIngest.collection(flat, uid -> Optional.empty(), (d, t) -> {}))
                .hasMessageContaining("a collection comes out of a savepoint of the query job");
        Exporter ofQuery = exporter("query", "x.avro");
        assertThatThrownBy(() -> ofQuery.keys((done, total) -> {}))
                .hasMessageContaining("keys come out of a savepoint of the ingest job");
        assertThatThrownBy(() -> Savepoint.open(RELEASED.toString()))
                .hasMessageEndingWith("Savepoints in it: ingest, query.");
        assertThatThrownBy(() -> Savepoint.open(dir.resolve("nowhere").toString()))
                .hasMessage("There is no savepoint %s: no such directory.", dir.resolve("nowhere"));
        Path broken = Files.createDirectories(dir.resolve("broken"));
        Files.writeString(broken.resolve("_metadata"), "nonsense");
        assertThatThrownBy(() -> Savepoint.open(broken.toString()))
                .hasMessageStartingWith("The savepoint %s cannot be read".formatted(broken));
    }

    @Test
    void tooLittleRoomIsRefusedBeforeAnythingIsRead() throws IOException {
        Exporter exporter = exporter("ingest", "x.avro", place -> 1);
        assertThatThrownBy(() -> exporter.keys((done, total) -> {}))
                .hasMessageMatching(
                        "The export needs about [\\d,]+ bytes in .*, but 1 are free: .* --work \\(scratch files\\) and --out\\.");
        assertThat(dir).isEmptyDirectory();
    }

    /** Scratch files and the file take from one disk, also in different directories. */
    @Test
    void roomOfOneDiskIsNotCountedTwice() throws IOException {
        Path other = Files.createDirectories(dir.resolve("other"));
        Savepoint ingest = Savepoint.open(RELEASED.resolve("ingest").toString());
        long state = ingest.bytes(StateJobs.KEY_UIDS);
        assertThat(state).isPositive();
        Exporter exporter =
                new Exporter(ingest, dir.resolve("x.avro"), other, 0, 2, d -> 4 * state - 1, false);
        assertThatThrownBy(() -> exporter.keys((done, total) -> {}))
                .hasMessageStartingWith("The export needs about %,d bytes in %s", 4 * state, other);
    }

    /** What the directory is removed with must not hide why. */
    @Test
    void anInterruptedExportLeavesNothing() throws IOException {
        Exporter exporter = exporter("query", "x.avro");
        CollectionSettings flat = collections().get("flat");
        assertThatThrownBy(
                        () ->
                                exporter.collection(
                                        flat,
                                        uid -> Optional.empty(),
                                        (done, total) -> Thread.currentThread().interrupt()))
                .hasMessage("The export was interrupted.");
        assertThat(Thread.interrupted()).isTrue();
        assertThat(dir).isEmptyDirectory();
    }

    @Test
    void countsThatDoNotAgreeLeaveNoFileAndSayWhatIsMissing() throws Exception {
        Exporter exporter = exporter("query", "x.avro");
        Datums datums = new Datums(ExportedRecord.getClassSchema());
        List<byte[]> records = new ArrayList<>();
        for (ExportedRecord record : ExportedFiles.records(7)) {
            records.add(datums.bytes(record));
        }
        assertThatThrownBy(
                        () ->
                                exporter.write(
                                        records.iterator(),
                                        () -> new StateRun.Counters(2, 1, 0, "'a' lives, but"),
                                        ExportedFiles.collectionHeader(),
                                        10,
                                        (done, total) -> {}))
                .hasMessageContaining(
                        "The counts of collection 'words' do not agree: the savepoint has 10 that live, but 7 came out and 2 have expired. 1 have no vector, 0 lack their payload. The first: 'a' lives, but.");
        assertThat(dir).isEmptyDirectory();
        Files.createFile(dir.resolve("x.avro"));
        assertThatThrownBy(
                        () ->
                                exporter.write(
                                        records.iterator(),
                                        () -> new StateRun.Counters(3, 0, 0, ""),
                                        ExportedFiles.collectionHeader(),
                                        10,
                                        (done, total) -> {}))
                .hasMessage(
                        "%s exists: name another with --out, or give --overwrite.",
                        dir.resolve("x.avro"));
        assertThat(dir.resolve("x.avro")).isEmptyFile();
        assertThat(dir).isDirectoryNotContaining("glob:**.part");
        Files.delete(dir.resolve("x.avro"));
        assertThat(
                        exporter.write(
                                        records.iterator(),
                                        () -> new StateRun.Counters(3, 0, 0, ""),
                                        ExportedFiles.collectionHeader(),
                                        10,
                                        (done, total) -> {})
                                .records())
                .isEqualTo(7);
    }
}

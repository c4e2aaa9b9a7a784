package io.nearstream.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.client.NearstreamException;
import io.nearstream.schemas.ExportedKey;
import io.nearstream.schemas.ExportedRecord;
import io.nearstream.testing.Property;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file itself; {@code -Dnearstream.release=vN} writes golden files of a new format. */
class ExportFileTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");
    private static final int GOLDEN_RECORDS = 30;
    private static final Schema RECORD = ExportedRecord.getClassSchema();
    private static final Schema KEY = ExportedKey.getClassSchema();

    @TempDir private Path dir;

    @Test
    void goldenFilesAreReadForEver() throws IOException {
        String release = System.getProperty("nearstream.release", "");
        if (!release.isEmpty()) {
            Path made = Files.createDirectories(GOLDEN.resolve(release));
            ExportedFiles.write(
                    made.resolve("collection.avro"),
                    ExportedFiles.collectionHeader(),
                    ExportedFiles.records(GOLDEN_RECORDS));
            ExportedFiles.write(
                    made.resolve("key-values.avro"),
                    ExportedFiles.keysHeader(),
                    ExportedFiles.keys(GOLDEN_RECORDS));
        }
        try (var versions = Files.list(GOLDEN)) {
            List<Path> all = versions.sorted().toList();
            assertThat(all).isNotEmpty();
            for (Path version : all) {
                Path records = version.resolve("collection.avro");
                assertThat(ExportedFiles.<ExportedRecord>read(records, RECORD))
                        .isEqualTo(ExportedFiles.records(GOLDEN_RECORDS));
                assertThat(ExportReader.header(records))
                        .isEqualTo(
                                new ExportHeader(
                                        java.util.Optional.of(ExportedFiles.SETTINGS),
                                        ExportedFiles.AS_OF,
                                        GOLDEN_RECORDS));
                assertThat(ExportedFiles.<ExportedKey>read(version.resolve("key-values.avro"), KEY))
                        .isEqualTo(ExportedFiles.keys(GOLDEN_RECORDS));
            }
        }
    }

    @Test
    void whatIsWrittenIsRead() throws IOException {
        for (int count : new int[] {0, 1, 5_000}) {
            Path file = dir.resolve(count + ".avro");
            List<ExportedRecord> records = ExportedFiles.records(count);
            ExportedFiles.write(file, ExportedFiles.collectionHeader(), records);
            assertThat(ExportedFiles.<ExportedRecord>read(file, RECORD)).isEqualTo(records);
            assertThat(ExportReader.header(file).records()).isEqualTo(count);
        }
    }

    @Test
    void aFileThatWasNotPublishedLeavesNothing() throws IOException {
        Path file = dir.resolve("f.avro");
        try (ExportWriter writer = ExportWriter.create(file, ExportedFiles.keysHeader())) {
            writer.append(new Datums(KEY).bytes(ExportedFiles.keys(1).get(0)));
            writer.finish();
        }
        assertThat(dir).isEmptyDirectory();
    }

    @Test
    void aDiskThatIsFullFromTheStartLeavesNothing() throws IOException {
        Path file = dir.resolve("f.avro");
        Files.createSymbolicLink(dir.resolve("f.avro.part"), Path.of("/dev/full"));
        assertThatThrownBy(() -> ExportWriter.create(file, ExportedFiles.keysHeader()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("No space left on device");
        assertThat(dir).isEmptyDirectory();
    }

    @Test
    void everyCutIsRefused() throws IOException {
        Path whole = written(3_000);
        byte[] bytes = Files.readAllBytes(whole);
        Path cut = dir.resolve("cut.avro");
        Property.holds(
                100,
                random -> {
                    Files.write(cut, Arrays.copyOf(bytes, random.nextInt(bytes.length)));
                    assertThatThrownBy(() -> ExportedFiles.read(cut, RECORD))
                            .isInstanceOf(NearstreamException.class)
                            .hasMessageContaining(cut.toString());
                });
    }

    /** Also between two blocks, where Avro sees a shorter file. */
    @Test
    void aCutBetweenBlocksIsToldByTheCount() throws IOException {
        byte[] bytes = Files.readAllBytes(written(3_000));
        byte[] sync = Arrays.copyOfRange(bytes, bytes.length - 16, bytes.length);
        int firstEnd = indexOf(bytes, sync, 0) + sync.length;
        Path cut = Files.write(dir.resolve("cut.avro"), Arrays.copyOf(bytes, firstEnd));
        assertThatThrownBy(() -> ExportedFiles.read(cut, RECORD))
                .hasMessage(
                        cut
                                + " ends after 0 records, but must have 3,000: it was cut, export or copy it again.");
    }

    private static int indexOf(byte[] bytes, byte[] part, int from) {
        int at = from;
        while (!Arrays.equals(bytes, at, at + part.length, part, 0, part.length)) {
            at++;
        }
        return at;
    }

    @Test
    void aFlippedBitOfARecordIsFoundWithItsPlace() throws IOException {
        byte[] bytes = Files.readAllBytes(written(3_000));
        byte[] sync = Arrays.copyOfRange(bytes, bytes.length - 16, bytes.length);
        int data = indexOf(bytes, sync, 0) + sync.length;
        Path broken = dir.resolve("broken.avro");
        Property.holds(
                200,
                random -> {
                    byte[] flipped = bytes.clone();
                    flipped[data + random.nextInt(bytes.length - data)] ^=
                            (byte) (1 << random.nextInt(8));
                    Files.write(broken, flipped);
                    assertThatThrownBy(() -> ExportedFiles.read(broken, RECORD))
                            .isInstanceOf(NearstreamException.class)
                            .hasMessageContaining(broken.toString())
                            .hasMessageMatching(
                                    "(?s).*(is damaged in the block at byte [\\d,]+, behind record [\\d,]+ of 3,000|ends after [\\d,]+ records).*");
                });
    }

    @Test
    void otherFilesAreRefusedWithWhatTheyAre() throws IOException {
        Path text = Files.writeString(dir.resolve("text.avro"), "no Avro at all");
        assertThatThrownBy(() -> ExportedFiles.read(text, RECORD))
                .hasMessageStartingWith(text + " is no file that 'export' wrote");
        assertThatThrownBy(() -> RecordImport.settings(text))
                .isInstanceOf(NearstreamException.class)
                .hasMessageStartingWith(text + " is no file that 'export' wrote");
        Path keys =
                ExportedFiles.write(
                        dir.resolve("k.avro"), ExportedFiles.keysHeader(), ExportedFiles.keys(2));
        assertThatThrownBy(() -> ExportedFiles.read(keys, RECORD))
                .hasMessage(keys + " has keys: import it with --key-values.");
        assertThatThrownBy(() -> ExportedFiles.read(written(2), KEY))
                .hasMessageEndingWith(" has a collection: import it with --collection NAME.");
    }

    @Test
    void anUnfinishedHeaderIsRefused() throws IOException {
        byte[] bytes = Files.readAllBytes(written(2));
        int at = indexOf(bytes, ExportFormat.digits(2), 0);
        System.arraycopy(ExportFormat.UNKNOWN, 0, bytes, at, ExportFormat.COUNT_DIGITS);
        Path unfinished = Files.write(dir.resolve("unfinished.avro"), bytes);
        assertThatThrownBy(() -> ExportedFiles.read(unfinished, RECORD))
                .hasMessageStartingWith(
                        "The header of "
                                + unfinished
                                + " is damaged, or the file was never finished");
    }

    private Path written(int records) throws IOException {
        return ExportedFiles.write(
                dir.resolve("whole.avro"),
                ExportedFiles.collectionHeader(),
                ExportedFiles.records(records));
    }
}

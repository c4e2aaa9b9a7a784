package io.nearstream.jobs.ingest.backfill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.core.model.BucketScheme;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.Sets;
import io.nearstream.jobs.common.config.BackfillOptions;
import io.nearstream.jobs.common.config.NearstreamOptions;
import io.nearstream.jobs.common.testing.TestingDirectory;
import io.nearstream.jobs.common.wire.RawRecord;
import io.nearstream.jobs.ingest.Samples;
import io.nearstream.schemas.VectorWrite;
import io.nearstream.schemas.wire.AvroWire;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.file.src.FileSourceSplit;
import org.apache.flink.connector.file.src.enumerate.NonSplittingRecursiveEnumerator;
import org.apache.flink.connector.file.src.reader.BulkFormat;
import org.apache.flink.connector.file.src.util.CheckpointedPosition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackfillTest {
    private static final long CREATED = 1_000_000;
    private static final long NOW = 9_000_000;
    private static final int ROWS = 100;
    private static final RetainedWrites ALL = OptionalLong::empty;

    private static final CollectionSettings DOCUMENTS =
            new CollectionSettings(
                    "documents",
                    7,
                    5,
                    Metric.JACCARD,
                    Encoding.SET64,
                    BucketScheme.MIN_HASH,
                    8,
                    4,
                    1,
                    .9,
                    100,
                    2,
                    2,
                    0);
    private static final Schema SET =
            new Schema.Parser()
                    .parse(
                            """
                            {"type": "record", "name": "Row", "fields": [
                              {"name": "set", "type": {"type": "array", "items": "long"}}]}
                            """);

    @TempDir private Path dir;

    private final Configuration config = new Configuration();

    private Path rows(String name) throws IOException {
        byte[] content = new byte[ROWS * (4 + Samples.VECTOR.length)];
        for (int at = 0; at < content.length; at += 4 + Samples.VECTOR.length) {
            content[at] = (byte) Samples.VECTOR.length;
            System.arraycopy(Samples.VECTOR, 0, content, at + 4, Samples.VECTOR.length);
        }
        return Files.write(dir.resolve(name), content);
    }

    private Backfill read(Path file, RetainedWrites retained, Backfill.From from) throws Exception {
        return read(file, Samples.COLORS, retained, from);
    }

    private Backfill read(
            Path file, CollectionSettings to, RetainedWrites retained, Backfill.From from)
            throws Exception {
        config.set(BackfillOptions.FILES, List.of(file.toString()));
        config.set(BackfillOptions.COLLECTION, to.name());
        TestingDirectory directory = new TestingDirectory().create(to, CREATED);
        return Backfill.read(config, directory.provider(), retained, from, NOW).orElseThrow();
    }

    /** As Flink finds the file. */
    private static FileSourceSplit split(Backfill backfill) throws IOException {
        org.apache.flink.core.fs.Path[] paths =
                backfill.files().stream()
                        .map(file -> new org.apache.flink.core.fs.Path(file.toUri()))
                        .toArray(org.apache.flink.core.fs.Path[]::new);
        Collection<FileSourceSplit> splits =
                new NonSplittingRecursiveEnumerator(path -> true).enumerateSplits(paths, 1);
        assertThat(splits).hasSize(1);
        return splits.iterator().next();
    }

    private static RawRecord first(BulkFormat.Reader<RawRecord> opened) throws IOException {
        try (BulkFormat.Reader<RawRecord> reader = opened) {
            return reader.readBatch().next().getRecord();
        }
    }

    @Test
    void aFileMayBeNamedByAWayRoundAbout() throws Exception {
        Path plain = rows("rows of 1%.bvecs");
        Path here = Path.of("").toAbsolutePath();
        Files.createDirectory(dir.resolve("x"));
        for (Path named :
                List.of(
                        dir.resolve("x/../" + plain.getFileName()),
                        dir.resolve("./" + plain.getFileName()),
                        here.relativize(plain.toAbsolutePath()))) {
            Backfill backfill = read(named, ALL, Backfill.From.NOTHING);
            RawRecord row = first(backfill.writes().createReader(config, split(backfill)));
            assertThat(row.partition()).isEqualTo(RowWrites.PARTITION);
            assertThat(row.offset()).isZero();
            assertThat(row.timestamp()).isEqualTo(CREATED);
        }
    }

    @Test
    void aReaderThatIsRestoredGoesOnBehindWhatItEmitted() throws Exception {
        Backfill backfill = read(rows("rows.bvecs"), ALL, Backfill.From.NOTHING);
        FileSourceSplit from = split(backfill);
        FileSourceSplit at =
                from.updateWithCheckpointedPosition(
                        new CheckpointedPosition(CheckpointedPosition.NO_OFFSET, 70));
        assertThat(first(backfill.writes().restoreReader(config, at)).offset()).isEqualTo(70);
        FileSourceSplit behind =
                from.updateWithCheckpointedPosition(
                        new CheckpointedPosition(CheckpointedPosition.NO_OFFSET, ROWS + 1));
        assertThatThrownBy(() -> backfill.writes().restoreReader(config, behind))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("101 records were read of it, but now it holds 100");
    }

    @Test
    void whatRetentionTookMustBeOlderThanTheFiles() throws Exception {
        Path file = rows("rows.bvecs");
        RetainedWrites some = () -> OptionalLong.of(CREATED + 5_000);
        assertThatThrownBy(() -> read(file, some, Backfill.From.NOTHING))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(BackfillOptions.AS_OF.key())
                .hasMessageContaining(Instant.ofEpochMilli(CREATED).toString())
                .hasMessageContaining("those before " + Instant.ofEpochMilli(CREATED + 5_000))
                .hasMessageContaining(BackfillOptions.GOES_ON.key());
        assertThatThrownBy(
                        () ->
                                read(
                                        file,
                                        () -> OptionalLong.of(Long.MAX_VALUE),
                                        Backfill.From.NOTHING))
                .hasMessageContaining("all of a partition");
        // A job that goes on has these writes.
        assertThat(read(file, some, Backfill.From.STATE).files()).hasSize(1);
        assertThat(read(file, () -> OptionalLong.of(CREATED), Backfill.From.NOTHING).files())
                .hasSize(1);
        config.set(BackfillOptions.AS_OF, Instant.ofEpochMilli(CREATED + 5_000).toString());
        Backfill later = read(file, some, Backfill.From.NOTHING);
        RawRecord row = first(later.writes().createReader(config, split(later)));
        assertThat(row.timestamp()).isEqualTo(CREATED + 5_000);
    }

    @Test
    void aJobThatGoesOnNeedsNoFileThatItHasRead() throws Exception {
        Path gone = dir.resolve("gone.bvecs");
        assertThatThrownBy(() -> read(gone, ALL, Backfill.From.NOTHING))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining(BackfillOptions.GOES_ON.key());
        assertThat(read(gone, ALL, Backfill.From.STATE).files()).containsExactly(gone);
    }

    private static Backfill.From knowing(String... uids) {
        return new Backfill.From(true, Optional.of(List.of(uids)));
    }

    @Test
    void filesThatAreAddedToStateMustBeThereAndYoungerThanWhatItForgot() throws Exception {
        Path gone = dir.resolve("gone.bvecs");
        String uid = read(gone, ALL, Backfill.From.STATE).uid();
        assertThat(read(gone, ALL, knowing(uid)).uid()).isEqualTo(uid);
        assertThatThrownBy(() -> read(gone, ALL, knowing()))
                .isInstanceOf(NoSuchFileException.class);

        Path file = rows("rows.bvecs");
        RetainedWrites some = () -> OptionalLong.of(CREATED + 5_000);
        assertThat(read(file, some, knowing(uid)).uid()).isNotEqualTo(uid);
        config.set(NearstreamOptions.TOMBSTONE_HORIZON, Duration.ofMillis(NOW - CREATED - 1));
        assertThatThrownBy(() -> read(file, some, knowing(uid)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(
                        "forgotten deletes before " + Instant.ofEpochMilli(CREATED + 1))
                .hasMessageContaining(NearstreamOptions.TOMBSTONE_HORIZON.key());
        // It has them in its state already, or starts without any.
        String own = read(file, ALL, Backfill.From.NOTHING).uid();
        assertThat(read(file, some, knowing(own)).uid()).isEqualTo(own);
        config.set(BackfillOptions.AS_OF, Instant.ofEpochMilli(CREATED + 1).toString());
        assertThat(read(file, some, knowing(uid)).uid()).isNotIn(uid, own);
    }

    @Test
    void otherRowsAreOfAnotherSource() throws Exception {
        Path file = rows("rows.bvecs");
        String uid = read(file, ALL, Backfill.From.NOTHING).uid();
        assertThat(uid).startsWith(Backfill.SOURCE_UID + ".");
        assertThat(read(file, ALL, Backfill.From.NOTHING).uid()).isEqualTo(uid);
        assertThat(read(rows("others.bvecs"), ALL, Backfill.From.NOTHING).uid()).isNotEqualTo(uid);
        config.set(BackfillOptions.ID_PREFIX, "r");
        assertThat(read(file, ALL, Backfill.From.NOTHING).uid()).isNotEqualTo(uid);
    }

    @Test
    void noFilesAreNone() throws Exception {
        config.set(BackfillOptions.FILES, List.of(BackfillOptions.NO_FILES));
        assertThat(
                        Backfill.read(
                                config,
                                new TestingDirectory().provider(),
                                ALL,
                                Backfill.From.STATE,
                                NOW))
                .isEmpty();
    }

    @Test
    void aCollectionThatIsGoneIsRefusedWithWhatToDo() {
        config.set(BackfillOptions.FILES, List.of("rows.bvecs"));
        config.set(BackfillOptions.COLLECTION, "none");
        assertThatThrownBy(
                        () ->
                                Backfill.read(
                                        config,
                                        new TestingDirectory().provider(),
                                        ALL,
                                        Backfill.From.STATE,
                                        NOW))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'none'")
                .hasMessageContaining("'--backfill none'");
    }

    /** Else each would be a dead letter. */
    @Test
    void setsTakeThePlacesOfTheCollection() throws Exception {
        Path file = dir.resolve("sets.avro");
        try (DataFileWriter<GenericRecord> writer =
                new DataFileWriter<>(new GenericDatumWriter<>(SET))) {
            writer.create(SET, file.toFile());
            for (List<Long> set : List.of(List.of(7L), List.of(3L, 1L))) {
                GenericRecord record = new GenericData.Record(SET);
                record.put("set", set);
                writer.append(record);
            }
        }
        Backfill backfill = read(file, DOCUMENTS, ALL, Backfill.From.NOTHING);
        RawRecord row = first(backfill.writes().createReader(new Configuration(), split(backfill)));
        VectorWrite write =
                (VectorWrite) AvroWire.of(VectorWrite.getClassSchema()).decode(row.value());
        assertThat(write.getVector())
                .isEqualTo(ByteBuffer.wrap(Sets.encode(new long[] {7}, DOCUMENTS.dimensions())));
    }

    @Test
    void aRowIsFoundByItsNumberInItsOwnFile() {
        long ofTheThirdFile = 2L << 40 | 7;
        assertThat(Backfill.place(raw(RowWrites.PARTITION, ofTheThirdFile))).isEqualTo(7);
        assertThat(Backfill.place(raw(0, ofTheThirdFile))).isEqualTo(ofTheThirdFile);
    }

    private static RawRecord raw(int partition, long offset) {
        return Samples.raw(Samples.upsert("a"), partition, offset, CREATED);
    }
}

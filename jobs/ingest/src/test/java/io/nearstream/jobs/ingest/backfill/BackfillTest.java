package io.nearstream.jobs.ingest.backfill;

import static io.nearstream.jobs.ingest.backfill.BackfillReading.ALL;
import static io.nearstream.jobs.ingest.backfill.BackfillReading.CREATED;
import static io.nearstream.jobs.ingest.backfill.BackfillReading.NOW;
import static io.nearstream.jobs.ingest.backfill.BackfillReading.ROWS;
import static io.nearstream.jobs.ingest.backfill.BackfillReading.first;
import static io.nearstream.jobs.ingest.backfill.BackfillReading.split;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.core.model.BucketScheme;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.Sets;
import io.nearstream.jobs.common.config.BackfillOptions;
import io.nearstream.jobs.common.testing.TestingDirectory;
import io.nearstream.jobs.common.wire.RawRecord;
import io.nearstream.jobs.ingest.Samples;
import io.nearstream.schemas.VectorWrite;
import io.nearstream.schemas.wire.AvroWire;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.file.src.FileSourceSplit;
import org.apache.flink.connector.file.src.util.CheckpointedPosition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackfillTest {
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

    private BackfillReading files;

    @BeforeEach
    void inTheDirectory() {
        files = new BackfillReading(dir);
    }

    @Test
    void aFileMayBeNamedByAWayRoundAbout() throws Exception {
        Path plain = files.rows("rows of 1%.bvecs");
        Path here = Path.of("").toAbsolutePath();
        Files.createDirectory(dir.resolve("x"));
        for (Path named :
                List.of(
                        dir.resolve("x/../" + plain.getFileName()),
                        dir.resolve("./" + plain.getFileName()),
                        here.relativize(plain.toAbsolutePath()))) {
            Backfill backfill = files.read(named, EarlierState.NOTHING);
            RawRecord row = first(backfill.writes().createReader(files.config, split(backfill)));
            assertThat(row.partition()).isEqualTo(RowWrites.PARTITION);
            assertThat(row.offset()).isZero();
            assertThat(row.timestamp()).isEqualTo(CREATED);
        }
    }

    @Test
    void aReaderThatIsRestoredGoesOnBehindWhatItEmitted() throws Exception {
        Backfill backfill = files.read(files.rows("rows.bvecs"), EarlierState.NOTHING);
        FileSourceSplit from = split(backfill);
        FileSourceSplit at =
                from.updateWithCheckpointedPosition(
                        new CheckpointedPosition(CheckpointedPosition.NO_OFFSET, 70));
        assertThat(first(backfill.writes().restoreReader(files.config, at)).offset()).isEqualTo(70);
        FileSourceSplit behind =
                from.updateWithCheckpointedPosition(
                        new CheckpointedPosition(CheckpointedPosition.NO_OFFSET, ROWS + 1));
        assertThatThrownBy(() -> backfill.writes().restoreReader(files.config, behind))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("101 records were read of it, but now it holds 100");
    }

    @Test
    void noFilesAreNoneWhateverElseIsSaidOfThem() throws Exception {
        files.read(files.rows("rows.bvecs"), EarlierState.NOTHING);
        files.asOf(CREATED + 1);
        files.config.set(BackfillOptions.FILES, List.of(BackfillOptions.NO_FILES));
        assertThat(files.config.get(BackfillOptions.COLLECTION)).isNotEmpty();
        assertThat(
                        Backfill.read(
                                files.config,
                                new TestingDirectory().provider(),
                                ALL,
                                EarlierState.UNSEEN,
                                NOW))
                .isEmpty();
    }

    @Test
    void aCollectionThatIsGoneIsRefusedWithWhatToDo() {
        files.config.set(BackfillOptions.FILES, List.of("rows.bvecs"));
        files.config.set(BackfillOptions.COLLECTION, "none");
        assertThatThrownBy(
                        () ->
                                Backfill.read(
                                        files.config,
                                        new TestingDirectory().provider(),
                                        ALL,
                                        EarlierState.UNSEEN,
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
        Backfill backfill = files.read(file, DOCUMENTS, ALL, EarlierState.NOTHING);
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

package io.nearstream.jobs.batch.out;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.formats.VectorFile;
import io.nearstream.jobs.batch.BatchFailure;
import io.nearstream.jobs.batch.HeapLeft;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RowNamesTest {
    private static final Schema ROW =
            new Schema.Parser()
                    .parse(
                            """
                            {"type": "record", "name": "Row", "fields": [
                              {"name": "id", "type": "string"},
                              {"name": "vector", "type": {"type": "array", "items": "float"}}]}
                            """);

    @TempDir private Path dir;

    private VectorFile named(String... ids) throws IOException {
        Path file = dir.resolve("rows.avro");
        try (DataFileWriter<GenericRecord> writer =
                new DataFileWriter<>(new GenericDatumWriter<>(ROW))) {
            writer.create(ROW, file.toFile());
            for (String id : ids) {
                GenericRecord record = new GenericData.Record(ROW);
                record.put("id", id);
                record.put("vector", List.of(1f));
                writer.append(record);
            }
        }
        return VectorFile.open(file);
    }

    @Test
    void idsAreKeptAndCounted() throws IOException {
        HeapLeft heap = new HeapLeft(1_000);
        RowNames names = RowNames.read(named("a", "bc"), heap);
        assertThat(names.of(0)).isEqualTo("a");
        assertThat(names.of(1)).isEqualTo("bc");
        assertThat(heap.left()).isEqualTo(1_000 - 2 * RowNames.NAME_BYTES - 6);
    }

    @Test
    void idsThatDoNotFitAreRefused() throws IOException {
        VectorFile file = named("a", "bc");
        // One byte must be left of all: the base's.
        assertThatThrownBy(() -> RowNames.read(file, new HeapLeft(2 * RowNames.NAME_BYTES + 6)))
                .isInstanceOf(BatchFailure.class)
                .hasMessageContaining("rows.avro")
                .hasMessageContaining("--memory");
        assertThat(RowNames.read(file, new HeapLeft(2 * RowNames.NAME_BYTES + 7)).of(1))
                .isEqualTo("bc");
    }

    @Test
    void rowsWithoutIdsAreNumbersAndTakeNothing() throws IOException {
        Path file = Files.write(dir.resolve("rows.bvecs"), new byte[] {1, 0, 0, 0, 7});
        HeapLeft heap = new HeapLeft(1);
        assertThat(RowNames.read(VectorFile.open(file), heap).of(12)).isEqualTo("12");
        assertThat(heap.left()).isEqualTo(1);
    }
}

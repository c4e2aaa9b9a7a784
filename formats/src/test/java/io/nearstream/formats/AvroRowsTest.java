package io.nearstream.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.core.model.Encoding;
import io.nearstream.core.similarity.Sets;
import io.nearstream.core.similarity.Vectors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AvroRowsTest {
    private static final String FLOATS =
            """
            {"type": "record", "name": "Row", "fields": [
              {"name": "id", "type": ["null", "string", "long"]},
              {"name": "other", "type": "int", "default": 0},
              {"name": "vector", "type": {"type": "array", "items": "float"}}]}
            """;
    private static final String BYTES =
            """
            {"type": "record", "name": "Row", "fields": [
              {"name": "encoding", "type": "string"},
              {"name": "vector", "type": "bytes"}]}
            """;

    private static final String SETS =
            """
            {"type": "record", "name": "Row", "fields": [
              {"name": "id", "type": "string"},
              {"name": "set", "type": {"type": "array", "items": ["long", "string"]}}]}
            """;

    @TempDir private Path dir;

    /** What the header says of how many rows there are; empty: nothing. */
    private String said = "";

    private interface Filling {
        void fill(GenericRecord record, int row);
    }

    private Path write(String json, int rows, Filling filling) throws IOException {
        Schema schema = new Schema.Parser().parse(json);
        Path file = dir.resolve("v.avro");
        try (DataFileWriter<GenericRecord> writer =
                new DataFileWriter<>(new GenericDatumWriter<>(schema))) {
            if (!said.isEmpty()) {
                writer.setMeta("nearstream.records", said);
            }
            writer.setCodec(CodecFactory.deflateCodec(5)).create(schema, file.toFile());
            for (int row = 0; row < rows; row++) {
                GenericRecord record = new GenericData.Record(schema);
                if (schema.getField("other") != null) {
                    record.put("other", row);
                }
                filling.fill(record, row);
                writer.append(record);
            }
        }
        return file;
    }

    private static List<String> ids(VectorFile file) throws IOException {
        List<String> ids = new ArrayList<>();
        try (VectorRows rows = file.read()) {
            while (rows.advance()) {
                ids.add(rows.id());
            }
        }
        return ids;
    }

    @Test
    void arraysOfFloatsAreFloat32AndKeepTheirIds() throws IOException {
        Path path =
                write(
                        FLOATS,
                        3,
                        (record, row) -> {
                            record.put("id", row == 2 ? (Object) 7L : "n" + row);
                            record.put("vector", List.of(row + .5f, -1f));
                        });

        VectorFile file = VectorFile.open(path);

        assertThat(file.encoding()).isEqualTo(Encoding.FLOAT32);
        assertThat(file.dimensions()).isEqualTo(2);
        assertThat(file.rows()).isEmpty();
        assertThat(file.named()).isTrue();
        assertThat(file.row(2)).isEqualTo(Vectors.fromFloats(2.5f, -1f));
        assertThat(ids(file)).containsExactly("n0", "n1", "7");
    }

    @Test
    void aHeaderSaysHowManyRowsThereAre() throws IOException {
        Filling filling =
                (record, row) -> {
                    record.put("id", "n" + row);
                    record.put("vector", List.of(1f));
                };
        said = "0000000000000000003"; // as an export writes it
        assertThat(VectorFile.open(write(FLOATS, 3, filling)).rows()).hasValue(3);
        said = "???????????????????";
        assertThat(VectorFile.open(write(FLOATS, 3, filling)).rows()).isEmpty();
    }

    @Test
    void bytesHaveTheEncodingThatStandsBeside() throws IOException {
        Path path =
                write(
                        BYTES,
                        2,
                        (record, row) -> {
                            record.put("encoding", "uint8");
                            record.put("vector", ByteBuffer.wrap(new byte[] {1, (byte) row, 3}));
                        });

        VectorFile file = VectorFile.open(path);

        assertThat(file.encoding()).isEqualTo(Encoding.UINT8);
        assertThat(file.dimensions()).isEqualTo(3);
        assertThat(file.named()).isFalse();
        assertThat(file.head(5)).containsExactly(new byte[] {1, 0, 3}, new byte[] {1, 1, 3});
        assertThat(ids(file)).containsExactly("0", "1");
    }

    private Path sets(List<?>... sets) throws IOException {
        return write(
                SETS,
                sets.length,
                (record, row) -> {
                    record.put("id", "n" + row);
                    record.put("set", sets[row]);
                });
    }

    @Test
    void setsTakeThePlacesOfTheLargest() throws IOException {
        VectorFile file = VectorFile.open(sets(List.of(7L), List.of(3L, -5L, 3L, 9L), List.of(1L)));

        assertThat(file.encoding()).isEqualTo(Encoding.SET64);
        assertThat(file.dimensions()).isEqualTo(3);
        assertThat(file.rows()).hasValue(3);
        assertThat(ids(file)).containsExactly("n0", "n1", "n2");
        assertThat(file.head(9))
                .containsExactly(
                        Sets.encode(new long[] {7}, 3),
                        Sets.encode(new long[] {-5, 3, 9}, 3),
                        Sets.encode(new long[] {1}, 3));
        assertThat(file.in(Encoding.SET64, 5).row(1))
                .isEqualTo(Sets.encode(new long[] {9, 3, -5}, 5));
        assertThat(file.in(Encoding.SET64, 2).dimensions()).as("they do not fit").isEqualTo(3);
        assertThatThrownBy(() -> file.widened(2)).hasMessageContaining("cannot be sets of 2");
    }

    @Test
    void whatIsNoSetIsNamedWithItsRow() throws IOException {
        Path empty = sets(List.of(1L), List.of());
        assertThatThrownBy(() -> VectorFile.open(empty))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("v.avro, row 1: a set must have 1 to 4096 different numbers");
        Path words = sets(List.of("one"));
        assertThatThrownBy(() -> VectorFile.open(words))
                .hasMessageContaining("row 0: the set holds one where an int or a long belongs");
    }

    @Test
    void whatDoesNotFitIsNamedWithItsRow() throws IOException {
        VectorFile longer =
                VectorFile.open(
                        write(
                                BYTES,
                                3,
                                (record, row) -> {
                                    record.put("encoding", "UINT8");
                                    record.put("vector", ByteBuffer.allocate(row == 2 ? 4 : 3));
                                }));
        assertThatThrownBy(() -> longer.head(9))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("v.avro, row 2: the row has 4 values of UINT8, but row 0");

        Path unknown =
                write(
                        BYTES,
                        1,
                        (record, row) -> {
                            record.put("encoding", "uint7");
                            record.put("vector", ByteBuffer.allocate(3));
                        });
        assertThatThrownBy(() -> VectorFile.open(unknown))
                .hasMessageContaining("row 0")
                .hasMessageContaining("but is 'UINT7'");

        Path nameless =
                write(
                        FLOATS,
                        1,
                        (record, row) -> {
                            record.put("id", null);
                            record.put("vector", List.of(1f));
                        });
        assertThatThrownBy(() -> VectorFile.open(nameless))
                .hasMessageContaining("the id must be a string or a whole number, but is null");
    }

    @Test
    void otherFilesAreRefused() throws IOException {
        Path noVector =
                write(
                        FLOATS.replace("\"vector\"", "\"vektor\""),
                        1,
                        (record, row) -> {
                            record.put("id", "a");
                            record.put("vektor", List.of(1f));
                        });
        assertThatThrownBy(() -> VectorFile.open(noVector))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("must have a field 'vector'");

        Path noise = Files.write(dir.resolve("noise.avro"), new byte[] {1, 2, 3, 4, 5, 6, 7});
        assertThatThrownBy(() -> VectorFile.open(noise))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("noise.avro: not readable as Avro");
    }

    @Test
    void aFileThatWasCutIsRefused() throws IOException {
        Path path =
                write(
                        BYTES,
                        2_000,
                        (record, row) -> {
                            record.put("encoding", "uint8");
                            record.put(
                                    "vector",
                                    ByteBuffer.allocate(64)
                                            .putLong(row * 0x9E3779B97F4A7C15L)
                                            .rewind());
                        });
        byte[] whole = Files.readAllBytes(path);
        for (int missing : new int[] {1, 9, 16, 17, 1_000}) {
            Files.write(path, Arrays.copyOf(whole, whole.length - missing));
            assertThatThrownBy(() -> VectorFile.open(path))
                    .as("%d bytes are missing", missing)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("v.avro: the file is cut");
        }
    }

    @Test
    void aFileThatWasDamagedIsNamedWithItsRow() throws IOException {
        Path path =
                write(
                        BYTES,
                        2_000,
                        (record, row) -> {
                            record.put("encoding", "uint8");
                            record.put("vector", ByteBuffer.allocate(64).putInt(0, row));
                        });
        byte[] whole = Files.readAllBytes(path);
        Arrays.fill(whole, whole.length / 2, whole.length / 2 + 200, (byte) 0x5a);
        Files.write(path, whole);

        assertThatThrownBy(() -> VectorFile.open(path).head(3_000))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("v.avro, row ")
                .hasMessageContaining("the file is damaged");
    }
}

package io.nearstream.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.core.model.Encoding;
import io.nearstream.testing.Property;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VectorFileTest {
    @TempDir Path dir;

    @Test
    void fvecsAreFloat32() throws IOException {
        VectorFile file =
                VectorFile.open(new Bytes().floats(1, -2).floats(3, 4).to(dir.resolve("a.fvecs")));

        assertThat(file.encoding()).isEqualTo(Encoding.FLOAT32);
        assertThat(file.dimensions()).isEqualTo(2);
        assertThat(file.rows()).hasValue(2);
        byte[] second = new Bytes().floats(3, 4).toArray();
        assertThat(file.row(1)).isEqualTo(Arrays.copyOfRange(second, 4, second.length));
    }

    @Test
    void bvecsAreUint8() throws IOException {
        VectorFile file = VectorFile.open(new Bytes().bytes(0, 255, 7).to(dir.resolve("a.bvecs")));

        assertThat(file.encoding()).isEqualTo(Encoding.UINT8);
        assertThat(file.row(0)).containsExactly(0, 255, 7);
    }

    @Test
    void bytesAreReadAsBitsWhereWanted() throws IOException {
        Path bytes = new Bytes().bytes(0, 255, 7).to(dir.resolve("b.bvecs"));
        VectorFile file = VectorFile.open(bytes).in(Encoding.BINARY);

        assertThat(file.encoding()).isEqualTo(Encoding.BINARY);
        assertThat(file.dimensions()).isEqualTo(24);
        assertThat(file.row(0)).containsExactly(0, 255, 7);
        assertThat(VectorFile.open(bytes).in(Encoding.FLOAT32).encoding())
                .isEqualTo(Encoding.UINT8);
        VectorFile floats = VectorFile.open(new Bytes().floats(1, -2).to(dir.resolve("b.fvecs")));
        assertThatThrownBy(floats::asBits)
                .hasMessageEndingWith(
                        "holds FLOAT32, but binary vectors are read from bytes (.bvecs).");
    }

    @Test
    void idxImagesAreUint8RowsOfTheirPixels() throws IOException {
        Path path = dir.resolve("t-images-idx3-ubyte.gz");
        VectorFile file =
                VectorFile.open(
                        new Bytes()
                                .raw((byte) 0, (byte) 0, (byte) 8, (byte) 3)
                                .bigInt(2)
                                .bigInt(2)
                                .bigInt(1)
                                .raw((byte) 1, (byte) 2, (byte) 3, (byte) 4)
                                .to(path));

        assertThat(file.encoding()).isEqualTo(Encoding.UINT8);
        assertThat(file.dimensions()).isEqualTo(2);
        assertThat(file.rows()).hasValue(2);
        assertThat(file.head(10)).containsExactly(new byte[] {1, 2}, new byte[] {3, 4});
    }

    @Test
    void idxLabelsAreRowsOfOneByte() throws IOException {
        VectorFile file =
                VectorFile.open(
                        new Bytes()
                                .raw((byte) 0, (byte) 0, (byte) 8, (byte) 1)
                                .bigInt(2)
                                .raw((byte) 9, (byte) 5)
                                .to(dir.resolve("t-labels-idx1-ubyte")));

        assertThat(file.dimensions()).isEqualTo(1);
        assertThat(file.head(2)).containsExactly(new byte[] {9}, new byte[] {5});
    }

    @Test
    void everyRowComesBackInOrderPlainAndCompressed() {
        Property.holds(
                20,
                random -> {
                    int dimensions = random.nextInt(1, 40);
                    List<byte[]> rows = new ArrayList<>();
                    Bytes content = new Bytes();
                    for (int i = random.nextInt(1, 50); i > 0; i--) {
                        byte[] row = new byte[dimensions];
                        random.nextBytes(row);
                        rows.add(row);
                        content.littleInt(dimensions).raw(row);
                    }
                    for (String name : List.of("p.bvecs", "p.bvecs.gz")) {
                        List<byte[]> read = new ArrayList<>();
                        VectorFile.open(content.to(dir.resolve(name)))
                                .forEach(
                                        (row, vector) -> {
                                            assertThat(row).isEqualTo(read.size());
                                            read.add(vector);
                                        });
                        assertThat(read).containsExactlyElementsOf(rows);
                    }
                });
    }

    @Test
    void truncatedRowIsNamedWithFileRowAndOffset() throws IOException {
        Path path = new Bytes().bytes(1, 2).littleInt(2).raw((byte) 5).to(dir.resolve("cut.bvecs"));

        assertThatThrownBy(() -> VectorFile.open(path).head(9))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cut.bvecs, row 1, offset 11")
                .hasMessageContaining("1 bytes are missing");
    }

    @Test
    void truncatedGzipIsNamed() throws IOException {
        byte[] noise = new byte[5_000];
        new java.util.SplittableRandom(1).nextBytes(noise);
        Path whole = new Bytes().littleInt(1_000).raw(noise).to(dir.resolve("whole.bvecs.gz"));
        Path cut = dir.resolve("cut.bvecs.gz");
        Files.write(cut, Arrays.copyOf(Files.readAllBytes(whole), 500));

        assertThatThrownBy(() -> VectorFile.open(cut).head(9))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cut.bvecs.gz, row 0")
                .hasMessageContaining("gzip");
    }

    @Test
    void plainFileWithAGzipNameIsNamed() throws IOException {
        Path path = dir.resolve("not.fvecs.gz");
        Files.write(path, new byte[100]);

        assertThatThrownBy(() -> VectorFile.open(path))
                .hasMessageContaining("not.fvecs.gz")
                .hasMessageContaining("gzip");
    }

    @Test
    void rowsOfDifferentDimensionsAreRefused() throws IOException {
        Path path = new Bytes().floats(1, 2).floats(1, 2, 3).to(dir.resolve("mix.fvecs"));

        assertThatThrownBy(() -> VectorFile.open(path).head(9))
                .hasMessageContaining("row 1")
                .hasMessageContaining("3 values, but row 0 has 2");
    }

    @Test
    void hugeDimensionIsRefusedBeforeItIsAllocated() throws IOException {
        Path vecs = new Bytes().littleInt(Integer.MAX_VALUE).to(dir.resolve("huge.fvecs"));
        Path idx =
                new Bytes()
                        .raw((byte) 0, (byte) 0, (byte) 8, (byte) 3)
                        .bigInt(-1)
                        .bigInt(-1)
                        .bigInt(-1)
                        .to(dir.resolve("huge-idx3-ubyte"));

        for (Path path : List.of(vecs, idx)) {
            assertThatThrownBy(() -> VectorFile.open(path))
                    .hasMessageContaining("between 1 and 4096");
        }
    }

    @Test
    void negativeDimensionIsRefused() throws IOException {
        Path path = new Bytes().littleInt(-5).to(dir.resolve("negative.fvecs"));

        assertThatThrownBy(() -> VectorFile.open(path)).hasMessageContaining("but are -5");
    }

    @Test
    void idxWithBytesBehindItsRowsIsRefused() throws IOException {
        Path path =
                new Bytes()
                        .raw((byte) 0, (byte) 0, (byte) 8, (byte) 1)
                        .bigInt(1)
                        .raw((byte) 9, (byte) 5)
                        .to(dir.resolve("long-idx1-ubyte"));

        assertThatThrownBy(() -> VectorFile.open(path).head(9))
                .hasMessageContaining("bytes follow the 1 rows");
    }

    @Test
    void unknownNameMissingFileAndGroundTruthAreRefused() throws IOException {
        Path truth = new Bytes().ints(1).to(dir.resolve("t.ivecs"));

        assertThatThrownBy(() -> VectorFile.open(dir.resolve("a.csv")))
                .hasMessageContaining(".fvecs");
        assertThatThrownBy(() -> VectorFile.open(dir.resolve("missing.fvecs")))
                .hasMessageContaining("no such file");
        assertThatThrownBy(() -> VectorFile.open(truth)).hasMessageContaining("ground truth");
    }

    @Test
    void rowOutsideTheFileIsRefused() throws IOException {
        VectorFile file = VectorFile.open(new Bytes().bytes(1).to(dir.resolve("one.bvecs")));

        assertThatThrownBy(() -> file.row(1)).hasMessageContaining("between 0 and 0, but was 1");
        assertThatThrownBy(() -> file.row(-1)).hasMessageContaining("but was -1");
    }

    @Test
    void damagedFilesNeverEndInAnythingButIoExceptions() {
        Property.holds(
                2_000,
                random -> {
                    byte[] noise = new byte[random.nextInt(0, 64)];
                    random.nextBytes(noise);
                    if (noise.length > 4 && random.nextBoolean()) {
                        noise[1] = 0;
                        noise[2] = 0;
                        noise[3] = 0;
                    }
                    String[] names = {"n.fvecs", "n.bvecs", "n-idx3-ubyte", "n.fvecs.gz"};
                    Path path = dir.resolve(names[random.nextInt(names.length)]);
                    Files.write(path, noise);
                    try {
                        VectorFile.open(path).head(100);
                    } catch (IOException refused) {
                        assertThat(refused.getMessage()).contains(path.toString());
                    }
                });
    }
}

package io.nearstream.jobs.batch.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.core.model.Encoding;
import io.nearstream.core.similarity.Vectors;
import io.nearstream.formats.VectorFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConversionsTest {
    @TempDir private Path dir;

    private VectorFile bytes(String name, int... row) throws IOException {
        byte[] content = new byte[4 + row.length];
        content[0] = (byte) row.length;
        for (int i = 0; i < row.length; i++) {
            content[4 + i] = (byte) row[i];
        }
        return VectorFile.open(Files.write(dir.resolve(name), content));
    }

    @Test
    void numbersBecomeFloatsAndNothingElseBecomesAnything() {
        for (Encoding from : Encoding.values()) {
            for (Encoding to : Encoding.values()) {
                boolean wider =
                        to == Encoding.FLOAT32
                                && (from == Encoding.UINT8
                                        || from == Encoding.INT8
                                        || from == Encoding.FLOAT16);
                assertThat(Conversions.fits(from, to))
                        .as("%s to %s", from, to)
                        .isEqualTo(from == to || wider);
            }
        }
        byte[] vector = {1, -1};
        assertThat(Conversions.convert(vector, Encoding.UINT8, Encoding.UINT8)).isSameAs(vector);
        assertThat(Conversions.convert(vector, Encoding.UINT8, Encoding.FLOAT32))
                .isEqualTo(Vectors.fromFloats(1, 255));
        assertThat(Conversions.convert(vector, Encoding.INT8, Encoding.FLOAT32))
                .isEqualTo(Vectors.fromFloats(1, -1));
    }

    @Test
    void filesOfOtherDimensionsAreNamed() throws IOException {
        VectorFile two = bytes("two.bvecs", 1, 2);
        Conversions.requireComparable(two, bytes("too.bvecs", 3, 4));
        assertThatThrownBy(() -> Conversions.requireComparable(two, bytes("three.bvecs", 1, 2, 3)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("three.bvecs has 3 dimensions, but")
                .hasMessageContaining("two.bvecs has 2");
    }
}

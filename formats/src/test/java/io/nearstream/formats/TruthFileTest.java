package io.nearstream.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TruthFileTest {
    @TempDir Path dir;

    @Test
    void rowsAreReadUpToTheLimit() throws IOException {
        Path path = new Bytes().ints(4, 70_000).ints(1, 2).ints(3, 5).to(dir.resolve("t.ivecs.gz"));

        TruthFile truth = TruthFile.read(path, 2);

        assertThat(truth.neighbours()).containsExactly(new int[] {4, 70_000}, new int[] {1, 2});
        assertThat(truth.depth()).isEqualTo(2);
    }

    @Test
    void otherFormatsAndEmptyFilesAreRefused() throws IOException {
        Path vectors = new Bytes().floats(1).to(dir.resolve("v.fvecs"));
        Path empty = new Bytes().to(dir.resolve("e.ivecs"));

        assertThatThrownBy(() -> TruthFile.read(vectors, 1)).hasMessageContaining(".ivecs");
        assertThatThrownBy(() -> TruthFile.read(empty, 1)).hasMessageContaining("no rows");
    }
}

package io.nearstream.bench.join;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DocumentsTest {
    @TempDir private Path dir;

    @Test
    void shinglesAreOfThreeWordsWithoutCase() {
        assertThat(Documents.shingles("And it Came-to pass")).hasSize(3);
        assertThat(Documents.shingles("And it Came-to pass"))
                .containsExactlyInAnyOrder(Documents.shingles("and, it came to PASS!"));
        assertThat(Documents.shingles("a b c a b c")).as("each once").hasSize(3);
    }

    @Test
    void shortTextsAreOneShingle() {
        assertThat(Documents.shingles("jesus wept")).hasSize(1);
        assertThat(Documents.shingles("selah")).hasSize(1);
        assertThat(Documents.shingles(" ... ")).isEmpty();
    }

    @Test
    void lettersBeyondAsciiPartWords() {
        assertThat(Documents.shingles("na\u00efve")).isEqualTo(Documents.shingles("na ve"));
        // The Kelvin sign becomes a k where letters of all languages are made small.
        assertThat(Documents.shingles("\u212aelvin")).isEqualTo(Documents.shingles("elvin"));
    }

    @Test
    void documentsAndTheirPairsComeFromFiles() throws Exception {
        Path file = dir.resolve("documents.tsv");
        Files.writeString(file, "A\t1\tone two three four\nB\t1\tone two three\nC\t1\tx\n");
        List<long[]> documents = Documents.read(file, 10);
        assertThat(documents).extracting(each -> each.length).containsExactly(2, 1, 1);
        assertThat(Documents.vectors(documents)).allMatch(vector -> vector.length == 16);
        assertThat(Documents.read(file, 2)).hasSize(2);
        Path pairs = dir.resolve("pairs.tsv");
        Files.writeString(pairs, "0\t1\t1\t2\n0\t2\t4\t5\n1\t9\t5\t5\n");
        assertThat(Documents.truth(pairs, 0.2, 3).pairs()).containsExactly(TruePairs.pair(0, 2));
        assertThat(Documents.truth(pairs, 0.5, 10).size()).isEqualTo(3);
    }

    @Test
    void whatIsNoDocumentIsNamed() throws Exception {
        Path file = dir.resolve("documents.tsv");
        Files.writeString(file, "A\tone\nB\t...\n");
        assertThatThrownBy(() -> Documents.read(file, 10))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("line 2 has no word");
        Files.writeString(file, "");
        assertThatThrownBy(() -> Documents.read(file, 10)).hasMessageContaining("no documents");
        Files.writeString(file, "1\t2\t3\n");
        assertThatThrownBy(() -> Documents.truth(file, 0.2, 10))
                .hasMessageContaining("must have 4 columns");
    }
}

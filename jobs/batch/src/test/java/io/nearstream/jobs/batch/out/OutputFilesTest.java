package io.nearstream.jobs.batch.out;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFilesTest {
    @TempDir private Path dir;

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(dir)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void filesGetTheirNamesTogether() throws IOException {
        List<Path> files = List.of(dir.resolve("a.ivecs"), dir.resolve("a.fvecs"));
        try (OutputFiles out = OutputFiles.claim(files, false, List.of())) {
            Files.writeString(OutputFiles.incomplete(files.get(0)), "one");
            Files.writeString(OutputFiles.incomplete(files.get(1)), "two");
            assertThat(names()).containsExactly("a.fvecs.incomplete", "a.ivecs.incomplete");
            out.commit();
        }
        assertThat(names()).containsExactly("a.fvecs", "a.ivecs");
        assertThat(files.get(0)).hasContent("one");
        assertThat(files.get(1)).hasContent("two");
    }

    @Test
    void whatIsNotCommittedLeavesNothing() throws IOException {
        Path file = dir.resolve("a.csv");
        try (OutputFiles out = OutputFiles.claim(List.of(file), false, List.of())) {
            Files.writeString(OutputFiles.incomplete(file), "half");
        }
        assertThat(names()).isEmpty();
    }

    @Test
    void whatIsThereIsNotReplacedUnlessAskedFor() throws IOException {
        Path file = Files.writeString(dir.resolve("a.csv"), "old");
        assertThatThrownBy(() -> OutputFiles.claim(List.of(file), false, List.of()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("exists already");
        try (OutputFiles out = OutputFiles.claim(List.of(file), true, List.of())) {
            Files.writeString(OutputFiles.incomplete(file), "new");
            assertThat(file).hasContent("old");
            out.commit();
        }
        assertThat(file).hasContent("new");
    }

    @Test
    void whatCameIntoBeingMeanwhileIsKept() throws IOException {
        Path file = dir.resolve("a.csv");
        try (OutputFiles out = OutputFiles.claim(List.of(file), false, List.of())) {
            Files.writeString(OutputFiles.incomplete(file), "new");
            Files.writeString(file, "somebody else's");
            assertThatThrownBy(out::commit).isInstanceOf(FileAlreadyExistsException.class);
        }
        assertThat(names()).containsExactly("a.csv");
        assertThat(file).hasContent("somebody else's");
    }

    @Test
    void whatTheRunReadsIsNeverReplaced() throws IOException {
        Path base = Files.writeString(dir.resolve("sift.fvecs"), "vectors");
        Path link = Files.createLink(dir.resolve("link.fvecs"), base);
        Path roundabout = dir.resolve("x/../sift.fvecs");
        Files.createDirectory(dir.resolve("x"));
        for (Path out : List.of(base, link, roundabout)) {
            List<Path> files = List.of(dir.resolve("sift.ivecs"), out);
            for (boolean overwrite : new boolean[] {true, false}) {
                assertThatThrownBy(() -> OutputFiles.claim(files, overwrite, List.of(base)))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("which this run reads");
            }
        }
        assertThat(base).hasContent("vectors");
    }

    @Test
    void aDirectoryIsNoFile() {
        assertThatThrownBy(() -> OutputFiles.claim(List.of(dir), true, List.of()))
                .hasMessageContaining("is a directory");
        assertThatThrownBy(
                        () ->
                                OutputFiles.claim(
                                        List.of(dir.resolve("none/a.csv")), true, List.of()))
                .hasMessageContaining("there is no directory");
    }

    @Test
    void namesTellFormats() throws IOException {
        assertThat(AnswerWriter.files(Path.of("x/A.IVECS")))
                .containsExactly(Path.of("x/A.IVECS"), Path.of("x/A.fvecs"));
        assertThat(AnswerWriter.files(Path.of("a.csv"))).containsExactly(Path.of("a.csv"));
        assertThatThrownBy(() -> AnswerWriter.files(Path.of("a.fvecs")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("--out must end in .ivecs");
    }
}

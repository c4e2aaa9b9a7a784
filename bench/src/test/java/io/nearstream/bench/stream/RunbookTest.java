package io.nearstream.bench.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.bench.stream.Runbook.Operation;
import io.nearstream.bench.stream.Runbook.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunbookTest {
    @TempDir private Path dir;

    private Path write(String yaml) throws IOException {
        return Files.writeString(dir.resolve("book.yaml"), yaml);
    }

    @Test
    void stepsAreReadInTheOrderOfTheirNumbers() throws IOException {
        Path file =
                write(
                        """
                        some-set:
                          max_pts: 100
                          gt_url: none
                          10: {operation: search}
                          2: {operation: delete, start: 0, end: 10}
                          1:
                            operation: insert
                            start: 0
                            end: 50
                          3: {operation: replace, tags_start: 20, tags_end: 25, ids_start: 60, ids_end: 65}
                        """);

        Runbook runbook = Runbook.read(file, 100);

        assertThat(runbook.name()).isEqualTo("some-set");
        assertThat(runbook.steps())
                .containsExactly(
                        new Step(1, Operation.INSERT, 0, 50, 0),
                        new Step(2, Operation.DELETE, 0, 10, 0),
                        new Step(3, Operation.REPLACE, 20, 5, 60),
                        new Step(10, Operation.SEARCH, 0, 0, 0));
        assertThat(runbook.searches()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{operation: upsert} | operation must be insert, delete, replace or search, but was 'upsert'.",
                "{operation: insert, start: 0} | end must be a row between 1 and 100, but was missing.",
                "{operation: insert, start: 0, end: 101} | end must be a row between 1 and 100, but was 101.",
                "{operation: insert, start: 5, end: 5} | end must be a row between 6 and 100, but was 5.",
                "{operation: delete, start: -1, end: 5} | start must be a row between 0 and 99, but was -1.",
                "{operation: replace, tags_start: 0, tags_end: 2, ids_start: 0, ids_end: 3} | ids_start to ids_end must be as many rows as tags_start to tags_end, 2, but was 3."
            })
    void mistakesNameTheStepAndTheField(String step, String message) throws IOException {
        Path file = write("set:\n  7: " + step + "\n");

        assertThatThrownBy(() -> Runbook.read(file, 100))
                .isInstanceOf(IOException.class)
                .hasMessage(file + ": step 7: " + message);
    }

    @Test
    void otherDocumentsAreNoRunbooks() throws IOException {
        for (String yaml : List.of("", "[1, 2]", "a: {}\nb: {}\n")) {
            Path file = write(yaml);
            assertThatThrownBy(() -> Runbook.read(file, 100))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("one key, the data set's name");
        }
        Path empty = write("set: {max_pts: 5}\n");
        assertThatThrownBy(() -> Runbook.read(empty, 100))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no numbered steps");
    }

    @Test
    void whatIsNoYamlSaysWhereAndWhy() throws IOException {
        Path cut = write("set:\n  1: {operation: insert, start: [\n");
        assertThatThrownBy(() -> Runbook.read(cut, 100))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(cut + " is no YAML, line ");
        Path twice = write("set:\n  1: {operation: search}\n  1: {operation: search}\n");
        assertThatThrownBy(() -> Runbook.read(twice, 100))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is no YAML, line 3")
                .hasMessageContaining("Duplicate field '1'");
    }

    @Test
    void aRunbookThatAsksNothingIsRefused() throws IOException {
        Path file = write("set:\n  1: {operation: insert, start: 0, end: 5}\n");
        assertThatThrownBy(() -> Runbook.read(file, 100))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("'set' has no search step");
    }

    @Test
    void ourRunbooksFitTheirSets() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("runbooks"))) {
            List<Path> all = files.toList();
            assertThat(all).hasSize(5);
            for (Path file : all) {
                Runbook runbook = Runbook.read(file, 60_000);
                assertThat(runbook.byLabel()).isEqualTo(runbook.name().equals("clustered-drift"));
                assertThat(file.getFileName()).hasToString(runbook.name() + ".yaml");
                assertThat(runbook.searches()).isGreaterThan(3);
                assertThat(runbook.steps().get(runbook.steps().size() - 1).operation())
                        .isEqualTo(Operation.SEARCH);
            }
        }
    }
}

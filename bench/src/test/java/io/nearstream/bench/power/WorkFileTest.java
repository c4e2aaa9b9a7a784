package io.nearstream.bench.power;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkFileTest {
    @TempDir private Path dir;

    private List<WorkInterval> read(String text) throws IOException {
        return WorkFile.read(Files.writeString(dir.resolve("w.json"), text), Optional.empty());
    }

    private static WorkInterval interval(String from, String to, long operations) {
        return new WorkInterval(new Span(Instant.parse(from), Instant.parse(to)), operations);
    }

    @Test
    void intervalsComeInTheOrderOfTime() throws IOException {
        List<WorkInterval> work =
                read(
                        """
                        {"from": 1795341601500, "to": 1795341602000, "operations": 7, "errors": 1}

                        {"from": "2026-11-22T10:00:00Z", "to": "2026-11-22T11:00:01+01:00", "operations": 0}
                        {"from": 1795341601, "to": 1795341601.5, "operations": 3}
                        """);
        assertThat(work)
                .containsExactly(
                        interval("2026-11-22T10:00:00Z", "2026-11-22T10:00:01Z", 0),
                        interval("2026-11-22T10:00:01Z", "2026-11-22T10:00:01.5Z", 3),
                        interval("2026-11-22T10:00:01.5Z", "2026-11-22T10:00:02Z", 7));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            value = {
                "{\"from\": 1!line 1: is no JSON",
                "[1]!line 1: from must be a time, but was missing.",
                "{\"to\": 2, \"operations\": 1}!line 1: from must be a time, but was missing.",
                "{\"from\": 1, \"to\": true, \"operations\": 1}!line 1: to must be a time, but was true.",
                "{\"from\": 1, \"to\": \"noon\", \"operations\": 1}!line 1: to: a time must be seconds",
                "{\"from\": 2, \"to\": 2, \"operations\": 1}!line 1: to must be later than from, 1970-01-01T00:00:02Z, but was",
                "{\"from\": 1, \"to\": 2}!line 1: operations must be a whole number from 0 on, but was missing.",
                "{\"from\": 1, \"to\": 2, \"operations\": 1.5}!line 1: operations must be a whole number from 0 on, but was 1.5.",
                "{\"from\": 1, \"to\": 2, \"operations\": -1}!line 1: operations must be a whole number from 0 on, but was -1.",
                "{\"from\": 1, \"from\": 1, \"to\": 2, \"operations\": 1}!line 1: is no JSON",
                "{\"from\": 3, \"to\": 5, \"operations\": 1}|{\"from\": 1, \"to\": 4, \"operations\": 1}!line 1: intervals must not overlap, but from, 1970-01-01T00:00:03Z, lies within line 2",
                "''!has no intervals.",
            })
    void badInputNamesLineAndField(String text, String complaint) {
        assertThatThrownBy(() -> read(text.replace('|', '\n')))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("w.json")
                .hasMessageContaining(complaint);
    }
}

package io.nearstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchPowerCommandTest {
    @TempDir static Path dir;

    @BeforeAll
    static void writeFiles() throws IOException {
        write("meter.csv", "Zeit;Leistung\n1000;10,0\n1005;10,0\n1010;10,0\n1020;10,0\n");
        write("idle.csv", "1,4\n2,4\n");
        write(
                "work.json",
                """
                {"from": 1000, "to": 1010, "operations": 5000}
                {"from": 1010, "to": 1020, "operations": 700}
                """);
    }

    private static void write(String name, String text) throws IOException {
        Files.writeString(dir.resolve(name), text);
    }

    private static Run run(String arguments) {
        return Run.of(("bench power " + arguments).replace("DIR", dir.toString()).split(" "));
    }

    @Test
    void operationsPerJouleAreShownAndWritten() throws IOException {
        Run run =
                run(
                        "--meter DIR/meter.csv --time-column Zeit --watts-column Leistung --throughput DIR/work.json --json DIR/out.json");

        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        assertThat(run.out())
                .containsPattern("operations per joule +50\\.00  100\\.0 J")
                .contains("Gaps in the readings: 1")
                .contains("readings are missing: 1 intervals with 700 operations");
        JsonNode report = new ObjectMapper().readTree(dir.resolve("out.json").toFile());
        assertThat(report.at("/work/operations_per_joule").doubleValue()).isEqualTo(50);
        assertThat(report.at("/left_out/0/operations").longValue()).isEqualTo(700);
    }

    /** The idle file has no heading and no such columns, but may be read with numbers. */
    @Test
    void idlePowerIsSubtracted() {
        Run run =
                run(
                        "--meter DIR/meter.csv --time-column 1 --watts-column 2 --idle DIR/idle.csv --throughput DIR/work.json --json DIR/out.json");

        assertThat(run.code()).isZero();
        assertThat(run.out())
                .containsPattern("idle power +4\\.00 W")
                .containsPattern("\\.\\.\\. beyond idle +83\\.33  60\\.0 J");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--json DIR/o|--meter",
                "--meter DIR/meter.csv|--json",
                "--meter DIR/meter.csv --serial /dev/null --json DIR/o|mutually exclusive",
                "--meter DIR/meter.csv --json DIR/o --gap-s 0|--gap-s must be between 0.01 and 3600 seconds, but was 0.",
                "--meter DIR/meter.csv --json DIR/o --gap-s NaN|--gap-s must be between 0.01 and 3600 seconds, but was 0.",
                "--serial /dev/null --json DIR/o --seconds 86401|--seconds must be between 1 and 86400 seconds, but was 86401.",
                "--meter DIR/meter.csv --json DIR/o --zone Mars|--zone must be a zone as UTC or Europe/Berlin, but was 'Mars'.",
                "--meter DIR/meter.csv --json DIR/o --save DIR/s|--save is for --serial",
                "--meter DIR/none.csv --json DIR/o|none.csv: no such file or directory.",
                "--meter DIR/meter.csv --json DIR/o|--time-column must be one of [Zeit, Leistung], but was not given.",
                "--serial /dev/null --json DIR/o|/dev/null: Energy needs at least 2 readings, but there are 0.",
                "--serial DIR/meter.csv --json DIR/o|its lines have no times",
            })
    void whatCannotBeMeasuredIsOneLine(String arguments, String complaint) {
        Run run = run(arguments);

        assertThat(run.code()).isIn(1, 2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("nearstream: ").contains(complaint);
        assertThat(run.err()).hasLineCount(run.code());
    }
}

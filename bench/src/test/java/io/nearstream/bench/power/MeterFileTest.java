package io.nearstream.bench.power;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MeterFileTest {
    private static final List<Reading> TWO =
            List.of(
                    new Reading(Instant.parse("2026-11-22T10:00:00Z"), 12.5),
                    new Reading(Instant.parse("2026-11-22T10:00:01.500Z"), 3));

    @TempDir private Path dir;

    private List<Reading> read(MeterFormat format, String text) throws IOException {
        return MeterFile.read(Files.writeString(dir.resolve("m.csv"), text), format);
    }

    private static MeterFormat columns(String time, String watts) {
        return new MeterFormat(
                Optional.ofNullable(time), Optional.ofNullable(watts), Optional.empty());
    }

    /** In these, | stands for the end of a line and ~ for a tab. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "time,watts|2026-11-22T10:00:00Z,12.5|2026-11-22T10:00:01.5Z,3",
                "time,watts|2026-11-22 10:00:00Z,12.5|2026-11-22 11:00:01.5+01:00,3|",
                "2026-11-22T10:00:00Z,12.5|2026-11-22T11:00:01.5+0100,3",
                "1795341600,12.5|1795341601.5,3",
                "1795341600000,12.5|1795341601500,3",
                "1795341600;12,5|1795341601,5;3,0",
                "1795341600~12,5|1795341601.5~3.0",
                "# a plug||Time;Volts;Power (W);Amps|1795341600;230;12,5;1|# more|1795341601,5;230;3;2",
                "\"Timestamp\",\"Power\"|\"2026-11-22T10:00:00Z\", \"12.5\"|\"2026-11-22T10:00:01.5Z\" ,3",
                "\uFEFFdatetime;W|2026-11-22T10:00:00Z;12,5|2026-11-22T10:00:01,5Z;3",
            })
    void everyUsualFormIsRead(String text) throws IOException {
        String lines = text.replace('|', '\n').replace('~', '\t');
        assertThat(read(MeterFormat.GUESSED, lines)).isEqualTo(TWO);
        assertThat(read(MeterFormat.GUESSED, lines.replace("\n", "\r\n"))).isEqualTo(TWO);
    }

    @Test
    void columnsAreNamedOrCounted() throws IOException {
        String file = "n,at,in,out\n1,1795341600,99,12.5\n2,1795341601.5,99,3\n";
        assertThat(read(columns("at", "OUT"), file)).isEqualTo(TWO);
        assertThat(read(columns("2", "4"), file)).isEqualTo(TWO);
        assertThat(read(columns("2", "4"), file.substring(file.indexOf('\n') + 1))).isEqualTo(TWO);
    }

    @Test
    void timesWithoutAZoneAreOfTheOneThatIsGiven() throws IOException {
        MeterFormat berlin =
                new MeterFormat(
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(ZoneId.of("Europe/Berlin")));
        assertThat(read(berlin, "2026-11-22 11:00:00,12.5\n2026-11-22 11:00:01.5,3"))
                .isEqualTo(TWO);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            value = {
                "time,watts|1795341600,12.5|1795341601,n/a!line 3: column 2: watts must be a number between 0 and 100000, but was 'n/a'.",
                "time,watts|1795341600,-1!line 2: column 2: watts must be a number between 0 and 100000, but was '-1'.",
                "time,watts|1795341600,NaN!line 2: column 2: watts must be a number",
                "time,watts|1795341600,1e3!line 2: column 2: watts must be a number",
                "time,watts|1795341600,!line 2: column 2: watts must be a number between 0 and 100000, but was ''.",
                "time,watts|1795341600,120000!line 2: column 2: watts must be a number between 0 and 100000, but was '120000'.",
                "time,watts|noon,1!line 2: column 1: a time must be seconds or milliseconds since 1970 or as",
                "time,watts|2026-11-22T10:00:00,1!line 2: column 1: the time '2026-11-22T10:00:00' names no zone: say which with --zone",
                "time,watts|2026-02-30T10:00:00Z,1!line 2: column 1: a time must be",
                "time,watts|-5,1!line 2: column 1: a time must be seconds or milliseconds since 1970, but was '-5'",
                "time,watts|1795341600,1|1795341600,1!line 3: column 1: times must rise, but 2026-11-22T10:00:00Z comes behind 2026-11-22T10:00:00Z.",
                "time,watts|1795341601,1||1795341600,1!line 4: column 1: times must rise",
                "time,watts|1795341600,12,5!line 2: there must be 2 columns, as in the first line, but there are 3; decimal commas need semicolons",
                "time,watts|1795341600!line 2: there must be 2 columns, as in the first line, but there are 1",
                "1795341600,12,5!line 1: --time-column must be a number from 1 to 3, since there is no heading, but was not given.",
                "time,volts|1795341600,1!line 1: --watts-column must be one of [time, volts], but was not given.",
                "time,watts|\"1795341600,1!line 2: a quote is not closed.",
                "time,watts|\"1795341600\"x,1!line 2: something stands behind a closing quote.",
                "''!has no readings.",
                "time,watts!has no readings.",
            })
    void badInputNamesLineAndField(String text, String complaint) {
        assertThatThrownBy(() -> read(MeterFormat.GUESSED, text.replace('|', '\n')))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("m.csv")
                .hasMessageContaining(complaint);
    }

    @Test
    void columnsThatAreNotThereAreNamed() {
        String file = "time,watts\n1795341600,1\n";
        assertThatThrownBy(() -> read(columns(null, "power"), file))
                .hasMessageContaining(
                        "--watts-column must be one of [time, watts], but was power.");
        assertThatThrownBy(() -> read(columns(null, "3"), file))
                .hasMessageContaining("--watts-column must be between 1 and 2, but was 3.");
        assertThatThrownBy(() -> read(columns("time", "watts"), "1795341600,1\n"))
                .hasMessageContaining(
                        "--time-column must be a number from 1 to 2, since there is no heading, but was time.");
    }

    @Test
    void binaryFilesAreRefused() throws IOException {
        Path file =
                Files.write(
                        dir.resolve("b"), "time,w\u00e4tts".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> MeterFile.read(file, MeterFormat.GUESSED))
                .hasMessageContaining("is no text in UTF-8");
    }

    @Test
    void savedReadingsAreReadBack() throws IOException {
        Path file = dir.resolve("saved.csv");
        PowerBench.save(file, TWO);
        assertThat(MeterFile.read(file, MeterFormat.GUESSED)).isEqualTo(TWO);
    }
}

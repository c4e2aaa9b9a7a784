package io.nearstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** A run that would prove nothing is refused before anything is started. */
class ChaosCommandTest {
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        CommandLine commandLine = Main.commandLine();
        commandLine.setErr(new PrintWriter(err, true));
        return commandLine.execute(arguments);
    }

    @ParameterizedTest
    @CsvSource({"net-slow", "no-such-fault"})
    void aFaultThatThereIsNotIsNamed(String fault) {
        assertThat(run("chaos", "--faults", "poison," + fault)).isEqualTo(2);
        assertThat(err.toString()).contains("--faults", fault);
    }

    @Test
    void theLengthHasBounds() {
        assertThat(run("chaos", "--minutes", "0.1")).isEqualTo(2);
        assertThat(err.toString()).contains("--minutes").contains("0.5");
    }

    @Test
    void theQuickRunHasItsLength() {
        assertThat(run("chaos", "--quick", "--minutes", "1")).isEqualTo(2);
        assertThat(err.toString()).contains("--quick", "--minutes");
    }

    @ParameterizedTest
    @CsvSource({"true, 0", "false, 1"})
    void aSeedThatWasRunIsNotRunAgainAndEndsAsItDid(boolean passed, int code, @TempDir Path dir)
            throws IOException {
        Path results = dir.resolve("results");
        Files.writeString(
                results,
                """
                {"passed":%b,"seed":7,"commit":"abc"}
                {"passed":%b,"seed":7,"commit":"another"}
                {"passed":tr"""
                        .formatted(passed, !passed));
        assertThat(run("chaos", "--seed", "7", "--commit", "abc", "--results", results.toString()))
                .isEqualTo(code);
    }

    @Test
    void aDamagedLineIsNamed(@TempDir Path dir) throws IOException {
        Path results = Files.writeString(dir.resolve("results"), "{}\n{\"passed\":tr\n{}\n");
        assertThat(run("chaos", "--seed", "7", "--commit", "abc", "--results", results.toString()))
                .isEqualTo(1);
        assertThat(err.toString()).contains(results.toString(), "line 2");
    }

    @Test
    void onlyACommitStandsForOneBuild(@TempDir Path dir) throws IOException {
        assertThat(Build.in(dir)).isEqualTo(new Build("unknown"));
        assertThat(Build.in(dir).isCommitted()).isFalse();
        Files.writeString(dir.resolve("commit"), "0123456789ab-dirty");
        assertThat(Build.in(dir).isCommitted()).isFalse();
        Files.writeString(dir.resolve("commit"), "0123456789ab\n");
        assertThat(Build.in(dir)).isEqualTo(new Build("0123456789ab"));
        assertThat(Build.in(dir).isCommitted()).isTrue();
    }
}

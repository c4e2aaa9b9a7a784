package io.nearstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
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
}

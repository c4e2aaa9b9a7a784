package io.nearstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.cluster.ClusterSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What is asked for, by what is given and what was there before. */
class ClusterUpCommandTest {
    private static ClusterSpec wanted(ClusterSpec before, String arguments) {
        ClusterUpCommand command = new ClusterUpCommand();
        new CommandLine(command)
                .parseArgs(arguments.isEmpty() ? new String[0] : arguments.split(" "));
        return command.wanted(before);
    }

    @ParameterizedTest
    @CsvSource({
        "'', 2, 2",
        "--taskmanagers 3, 2, 3",
        "--profile cluster, 2, 2",
        "--profile pi-1g, 2, 2",
        "--profile pi-4g, 4, 4",
        "--profile pi-8g, 8, 8",
        "--profile pi-8g --slots 2, 2, 2",
        "--profile pi-8g --taskmanagers 1 --parallelism 3, 8, 3"
    })
    void slotsAreTheProfilesAndTheJobsShareThem(String arguments, int slots, int parallelism) {
        ClusterSpec wanted = wanted(ClusterUpCommand.USUAL, arguments);
        assertThat(wanted.slots()).isEqualTo(slots);
        assertThat(wanted.parallelism()).isEqualTo(parallelism);
    }

    @Test
    void whatIsNotGivenStaysAsItWas() {
        ClusterSpec before =
                wanted(ClusterUpCommand.USUAL, "--profile pi-4g --slots 3 --ha --brokers 3");
        assertThat(before.isHighlyAvailable()).isTrue();
        assertThat(wanted(before, "")).isEqualTo(before);
        assertThat(wanted(before, "--profile pi-4g")).isEqualTo(before);
        assertThat(wanted(before, "--no-ha").jobManagers()).isEqualTo(1);
    }
}

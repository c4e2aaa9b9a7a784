package io.nearstream.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.cluster.ClusterSpec;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What is asked for, by what is given and what was there before. */
class ClusterUpCommandTest {
    private static ClusterSpec wanted(ClusterSpec before, String arguments) {
        ClusterUpCommand command = new ClusterUpCommand();
        CommandLine line = new CommandLine(command);
        EnumNames.registerConverters(line);
        line.parseArgs(arguments.isEmpty() ? new String[0] : arguments.split(" "));
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

    @Test
    void filesStayUntilOthersOrNoneAreGiven() {
        String here = Path.of("").toAbsolutePath().toString();
        ClusterSpec filled =
                wanted(
                        ClusterUpCommand.USUAL.withOverrides(
                                Map.of("nearstream.parallelism.x", "1")),
                        "--backfill c=a.avro;b/../b.avro --backfill-ids r --backfill-metric l2");
        assertThat(filled.overrides())
                .containsOnly(
                        Map.entry("nearstream.parallelism.x", "1"),
                        Map.entry("nearstream.backfill.collection", "c"),
                        Map.entry("nearstream.backfill.id-prefix", "r"),
                        Map.entry(
                                "nearstream.backfill.files", here + "/a.avro;" + here + "/b.avro"));
        assertThat(wanted(filled, "")).isEqualTo(filled);
        assertThat(wanted(filled, "--backfill d=/d.fvecs").overrides())
                .containsOnly(
                        Map.entry("nearstream.parallelism.x", "1"),
                        Map.entry("nearstream.backfill.collection", "d"),
                        Map.entry("nearstream.backfill.files", "/d.fvecs"));
        assertThat(wanted(filled, "--backfill none --backfill-ids r").overrides())
                .containsOnly(
                        Map.entry("nearstream.parallelism.x", "1"),
                        Map.entry("nearstream.backfill.files", "none"));
    }

    /** Else the same command would ask for another cluster than the one that runs. */
    @Test
    void theTimeOfFilesStaysUntilTheyAreOthers() {
        ClusterSpec timed =
                wanted(
                        ClusterUpCommand.USUAL,
                        "--backfill c=/c.avro --backfill-ids r --backfill-as-of creation");
        assertThat(timed.overrides()).containsEntry("nearstream.backfill.as-of", "creation");
        assertThat(wanted(timed, "--backfill c=/c.avro --backfill-ids r")).isEqualTo(timed);
        assertThat(wanted(timed, "--set a.b=1 --backfill c=/c.avro --backfill-ids r").overrides())
                .as("other options are given anew, which does not make these others")
                .containsEntry("a.b", "1")
                .containsEntry("nearstream.backfill.as-of", "creation");
        for (String others :
                new String[] {
                    "--backfill c=/d.avro --backfill-ids r", "--backfill c=/c.avro",
                    "--backfill d=/c.avro --backfill-ids r", "--backfill none"
                }) {
            assertThat(wanted(timed, others).overrides())
                    .doesNotContainKey("nearstream.backfill.as-of");
        }
    }

    @Test
    void theSameIsNotGivenTwice() {
        assertThatThrownBy(
                        () ->
                                wanted(
                                        ClusterUpCommand.USUAL,
                                        "--backfill c=a.avro --set nearstream.backfill.id-prefix=r"))
                .hasMessageContaining(
                        "'--set nearstream.backfill.id-prefix' cannot be given beside");
    }
}

package io.nearstream.chaos.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.chaos.fault.FaultKind;
import io.nearstream.chaos.fault.Machine;
import io.nearstream.chaos.fault.NodeInjector;
import io.nearstream.chaos.load.LoadOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the harness counts of this build, one fresh system in this JVM for each seed: {@code
 * chaos/planted/run} compares it between builds with and without a bug. Decides nothing: it adds a
 * line to a file, and writes the whole report beside it. Run by hand it is given {@code
 * -Dnearstream.planted.seeds=1,2 -Dnearstream.planted.results=FILE}, and {@code
 * -Dnearstream.planted.bug=NAME} for the first column.
 */
class PlantedTrial {
    private static final Logger LOG = LoggerFactory.getLogger(PlantedTrial.class);
    private static final Duration LENGTH = Duration.ofSeconds(45);
    private static final Duration LIVE_LAG = Duration.ofSeconds(60);

    /** What the bugs need: jobs that go back to a checkpoint, versions that follow quickly. */
    private static final Set<FaultKind> FAULTS =
            EnumSet.of(FaultKind.KILL_TASKMANAGER, FaultKind.HOT_KEYS, FaultKind.DUPLICATES);

    @TempDir private Path dir;

    static LongStream seeds() {
        return Arrays.stream(property("nearstream.planted.seeds").split(","))
                .mapToLong(Long::parseLong);
    }

    private static String property(String name) {
        String value = System.getProperty(name, "");
        assertThat(value).as("-D%s=..., see chaos/planted/run", name).isNotEmpty();
        return value;
    }

    @ParameterizedTest
    @MethodSource("seeds")
    @Timeout(420)
    void countsAreWrittenDown(long seed) throws Exception {
        Path results = Path.of(property("nearstream.planted.results"));
        String bug = System.getProperty("nearstream.planted.bug", "none");
        Report report;
        try (EmbeddedTarget target =
                EmbeddedTarget.start(dir.resolve("system"), new SplittableRandom(seed))) {
            report = run(seed, target);
        }
        Files.writeString(
                results.resolveSibling("%s-%d.txt".formatted(bug, seed)), report.toTable() + "\n");
        Files.writeString(
                results, line(bug, report), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static String line(String bug, Report report) {
        return "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\n"
                .formatted(
                        bug,
                        report.seed(),
                        report.lost(),
                        report.duplicates(),
                        report.phantoms(),
                        report.corrupt(),
                        report.resurrected(),
                        report.wrongAnswers());
    }

    private Report run(long seed, EmbeddedTarget target) throws IOException, InterruptedException {
        Path journals = Files.createDirectories(Path.of("target", "chaos"));
        Path journal = journals.resolve("planted-%d.jsonl".formatted(seed));
        Files.deleteIfExists(journal);
        Harness.Options options =
                new Harness.Options(
                        seed, LENGTH, FAULTS, journal, LoadOptions.DEFAULT, "planted", LIVE_LAG);
        return new Harness(
                        options,
                        target,
                        new Machine(Set.of()),
                        List.of(new NodeInjector(target)),
                        LOG::info)
                .run();
    }
}

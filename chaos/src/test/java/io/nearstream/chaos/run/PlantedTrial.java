package io.nearstream.chaos.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.chaos.fault.Fault;
import io.nearstream.chaos.fault.FaultKind;
import io.nearstream.chaos.fault.Injector;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the harness counts of this build, on the whole product in this JVM, a collection of its own
 * for each seed: {@code chaos/planted/run} compares it between builds with and without a bug.
 * Decides nothing: it adds a line to a file, and writes the whole report beside it. Run by hand it
 * is given {@code -Dnearstream.planted.seeds=1,2 -Dnearstream.planted.results=FILE}, and {@code
 * -Dnearstream.planted.bug=NAME} for the first column.
 */
class PlantedTrial {
    private static final Logger LOG = LoggerFactory.getLogger(PlantedTrial.class);
    private static final Duration LENGTH = Duration.ofSeconds(45);
    private static final Duration LIVE_LAG = Duration.ofSeconds(60);

    /**
     * What the bugs need: both jobs that go back to a checkpoint, the ingest job that does so
     * alone, versions that follow quickly.
     */
    private static final Set<FaultKind> FAULTS =
            EnumSet.of(FaultKind.KILL_TASKMANAGER, GoingBack.KIND, FaultKind.HOT_KEYS);

    /**
     * As many writes and keys as one JVM keeps up with beside everything else, and more probes: one
     * must fall into each of the short times in which a bug shows.
     */
    private static final LoadOptions LOAD =
            new LoadOptions(
                    2, 400, 40, 120, 1_000, 100, 10, Duration.ofSeconds(8), Duration.ofSeconds(12));

    @TempDir private Path dir;

    private static String property(String name) {
        String value = System.getProperty(name, "");
        assertThat(value).as("-D%s=..., see chaos/planted/run", name).isNotEmpty();
        return value;
    }

    @Test
    void countsAreWrittenDown() throws Exception {
        Path results = Path.of(property("nearstream.planted.results"));
        String bug = System.getProperty("nearstream.planted.bug", "none");
        long[] seeds =
                Arrays.stream(property("nearstream.planted.seeds").split(","))
                        .mapToLong(Long::parseLong)
                        .toArray();
        try (PlantedTarget target = PlantedTarget.start(dir)) {
            for (long seed : seeds) {
                Path journal = results.resolveSibling("%s-%d.jsonl".formatted(bug, seed));
                Files.deleteIfExists(journal);
                Report report = run(seed, target, journal);
                Files.writeString(
                        results.resolveSibling("%s-%d.txt".formatted(bug, seed)),
                        report.toTable() + "\n");
                Files.writeString(
                        results,
                        line(bug, report),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND);
            }
        }
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

    static Report run(long seed, PlantedTarget target, Path journal) throws InterruptedException {
        Harness.Options options =
                new Harness.Options(seed, LENGTH, FAULTS, journal, LOAD, "planted", LIVE_LAG);
        return new Harness(
                        options,
                        target,
                        new Machine(Set.of()),
                        List.of(new NodeInjector(target), new GoingBack(target)),
                        LOG::info)
                .run();
    }

    /** Instead of a bad network: the ingest job goes back to its checkpoint, and it alone. */
    private record GoingBack(PlantedTarget target) implements Injector {
        private static final FaultKind KIND = FaultKind.NET_RESET;

        @Override
        public Set<FaultKind> kinds() {
            return Set.of(KIND);
        }

        @Override
        public void begin(Fault fault) throws IOException, InterruptedException {
            target.ingestGoesBack();
        }

        @Override
        public void end(Fault fault) {
            // It runs on by itself.
        }
    }
}

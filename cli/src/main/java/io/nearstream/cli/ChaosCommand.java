package io.nearstream.cli;

import io.nearstream.chaos.fault.FaultKind;
import io.nearstream.chaos.fault.Machine;
import io.nearstream.chaos.load.LoadOptions;
import io.nearstream.chaos.run.Harness;
import io.nearstream.chaos.run.Report;
import io.nearstream.chaos.run.ResultsFile;
import io.nearstream.cluster.ClusterLayout;
import io.nearstream.cluster.Distribution;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import javax.annotation.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "chaos",
        description = {
            "Start a cluster of processes, put load on it, do faults to it by a seeded schedule, and judge what became of every acknowledged write and every answer.",
            "Exits with 1 when anything is lost, doubled, wrong or resurrected, or too little was served."
        })
final class ChaosCommand implements Callable<Integer> {
    private static final long QUICK_SEED = 1;
    private static final double QUICK_MINUTES = 3;
    private static final double USUAL_MINUTES = 5;
    private static final double MINUTES_LEAST = 0.5;
    private static final double MINUTES_MOST = 240;
    private static final double SECONDS_PER_MINUTE = 60;
    private static final Duration LIVE_LAG = Duration.ofSeconds(60);

    @Spec private CommandSpec spec;

    @Nullable
    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "Seed of load, content and schedule; drawn and printed where absent.")
    private Long seed;

    @Nullable
    @Option(
            names = "--minutes",
            paramLabel = "M",
            description =
                    "Length of load and faults, 0.5 to 240; start and judgement come on top, 8 minutes at most. Default: 5.")
    private Double minutes;

    @Nullable
    @Option(
            names = "--faults",
            paramLabel = "LIST",
            description =
                    "Kinds of faults, separated by commas. Default: all that this machine allows; the report names those that were left out.")
    private String faults;

    @Option(
            names = "--quick",
            description =
                    "The check that belongs to the tests: seed 1, 3 minutes, faults that need no root.")
    private boolean quick;

    @Option(names = "--ha", description = "Two JobManagers, and ZooKeeper.")
    private boolean highlyAvailable;

    @Nullable
    @Option(
            names = "--dir",
            paramLabel = "D",
            description =
                    "Directory of the cluster and the journal, which stays. Default: one that is deleted unless something is wrong.")
    private Path dir;

    @Nullable
    @Option(names = "--json", paramLabel = "OUT", description = "Write the report as JSON.")
    private Path json;

    @Nullable
    @Option(
            names = "--results",
            paramLabel = "F",
            description =
                    "Add a line of JSON with commit, seed and counts; a seed that this commit was run with already is skipped, with the exit code of that run. Where the build is of no commit, nothing is skipped.")
    private Path results;

    @Nullable
    @Option(
            names = "--commit",
            paramLabel = "ID",
            description =
                    "Which build this is, for the report. Default: what it was built from, with -dirty behind it after changes that were not committed, or unknown.")
    private String commit;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Logs.quiet();
        long chosen = chosenSeed();
        double length = length();
        Set<FaultKind> kinds = kinds();
        PrintWriter out = spec.commandLine().getOut();
        Build build = commit == null ? Build.ofThisProcess() : new Build(commit);
        if (results != null && build.isCommitted()) {
            Optional<Boolean> passed = new ResultsFile(results).passed(build.id(), chosen);
            if (passed.isPresent()) {
                out.printf(
                        "Seed %d was run with %s already, and %s: %s%n",
                        chosen, build.id(), passed.get() ? "nothing was wrong" : "failed", results);
                return passed.get() ? 0 : 1;
            }
        }
        Distribution distribution = Distribution.ofThisProcess();
        Path home = dir == null ? Files.createTempDirectory("nearstream-chaos") : dir;
        Files.createDirectories(home);
        Report report = run(distribution, home, chosen, length, kinds, build, out);
        if (report.exitCode() == 0 && dir == null) {
            DirectoryTree.delete(home);
        } else {
            out.printf("Logs, data and journal: %s%n", home);
        }
        out.flush();
        return report.exitCode();
    }

    private double length() {
        if (quick && minutes != null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--quick takes %s minutes; leave one of --quick and --minutes out."
                            .formatted(QUICK_MINUTES));
        }
        double usual = quick ? QUICK_MINUTES : USUAL_MINUTES;
        double length = minutes == null ? usual : minutes;
        if (!(length >= MINUTES_LEAST && length <= MINUTES_MOST)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--minutes must be between %s and %s, but was %s."
                            .formatted(MINUTES_LEAST, MINUTES_MOST, length));
        }
        return length;
    }

    private long chosenSeed() {
        if (seed != null) {
            return seed;
        }
        return quick ? QUICK_SEED : ThreadLocalRandom.current().nextLong(1, Integer.MAX_VALUE);
    }

    private Set<FaultKind> kinds() {
        if (faults == null) {
            return EnumSet.allOf(FaultKind.class);
        }
        try {
            return FaultKind.parse(faults);
        } catch (IllegalArgumentException unknown) {
            throw new ParameterException(spec.commandLine(), unknown.getMessage(), unknown);
        }
    }

    private Report run(
            Distribution distribution,
            Path home,
            long chosen,
            double length,
            Set<FaultKind> kinds,
            Build build,
            PrintWriter out)
            throws IOException, InterruptedException {
        Machine machine = quick ? new Machine(Set.of()) : Machine.here();
        Harness.Options options =
                new Harness.Options(
                        chosen,
                        Duration.ofMillis((long) (length * SECONDS_PER_MINUTE * 1_000)),
                        kinds,
                        home.resolve("journal-%d".formatted(chosen)),
                        LoadOptions.DEFAULT,
                        build.id(),
                        LIVE_LAG);
        long start = System.nanoTime();
        java.util.function.Consumer<String> progress =
                line -> {
                    out.printf("%6.1f s  %s%n", (System.nanoTime() - start) / 1e9, line);
                    out.flush();
                };
        try (ChaosCluster target =
                ChaosCluster.start(
                        distribution,
                        new ClusterLayout(home.resolve("cluster")),
                        highlyAvailable,
                        kinds,
                        machine,
                        chosen,
                        progress)) {
            Report report =
                    new Harness(options, target, machine, target.injectors(), progress).run();
            // Before the cluster is ended: what was found must not depend on that.
            out.println(report.toTable());
            if (results != null) {
                new ResultsFile(results).add(report);
            }
            if (json != null) {
                Files.writeString(json, report.toJson());
            }
            return report;
        }
    }
}

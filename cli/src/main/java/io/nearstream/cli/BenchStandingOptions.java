package io.nearstream.cli;

import io.nearstream.bench.standing.StandingPlan;
import io.nearstream.core.model.CollectionSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.annotation.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How the standing queries of a benchmark are set up, and where it works. */
final class BenchStandingOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--queries",
            paramLabel = "N",
            defaultValue = "100000",
            description =
                    "Standing queries, each near a vector of its own, 1 to 1000000. Default: ${DEFAULT-VALUE}.")
    private int queries;

    @Option(
            names = "--k",
            paramLabel = "K",
            defaultValue = "10",
            description = "Hits of each, 1 to 1000. Default: ${DEFAULT-VALUE}.")
    private int k;

    @Option(
            names = "--probes",
            paramLabel = "T",
            defaultValue = "64",
            description = "Cells that each visits, 1 to 65536. Default: ${DEFAULT-VALUE}.")
    private int probes;

    @Option(
            names = "--writes-per-s",
            paramLabel = "N",
            defaultValue = "2000",
            description =
                    "Updates at this pace, whatever becomes of them, 1 to 1000000. Default: ${DEFAULT-VALUE}.")
    private int writesPerSecond;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "30",
            description = "How long is written, 1 to 3600. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(
            names = "--warm-up",
            paramLabel = "S",
            defaultValue = "30",
            description = "The same before, not counted, 0 to 3600. Default: ${DEFAULT-VALUE}.")
    private int warmUpSeconds;

    @Option(
            names = "--checked",
            paramLabel = "N",
            defaultValue = "200",
            description =
                    "Answers that are judged by brute force in the end, 1 to 10000. Default: ${DEFAULT-VALUE}.")
    private int checked;

    @Option(
            names = "--parallelism",
            paramLabel = "P",
            defaultValue = "2",
            description =
                    "Subtasks of every operator, and shards of the queries, 1 to 64. Default: ${DEFAULT-VALUE}.")
    private int parallelism;

    @Option(
            names = "--seed",
            paramLabel = "SEED",
            defaultValue = "1",
            description = "Of queries and writes. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Nullable
    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description =
                    "Keep broker, state, checkpoints and log in this empty directory. Default: a temporary one, removed in the end.")
    private Path dir;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "An option of Flink or of the jobs; may be repeated.")
    private Map<String, String> overrides = Map.of();

    StandingPlan plan(CollectionSettings collection, List<byte[]> vectors) {
        return new StandingPlan(
                collection,
                vectors,
                queries,
                k,
                probes,
                new StandingPlan.Load(writesPerSecond, seconds, warmUpSeconds),
                checked,
                parallelism,
                seed,
                overrides);
    }

    /** Runs a benchmark so that Ctrl-C ends it in order. */
    <T> T run(BenchRuns.Run<T> benchmark) throws IOException, InterruptedException {
        return BenchRuns.run(spec, dir, benchmark);
    }
}

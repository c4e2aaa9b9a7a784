package io.nearstream.cli;

import io.nearstream.bench.join.JoinPlan;
import io.nearstream.bench.join.TruePairs;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Metric;
import io.nearstream.formats.VectorFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.annotation.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How the join of a benchmark is set up, and where it works. */
final class BenchJoinOptions {
    private static final double VISITING_DEFAULT = 0.5;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--visiting",
            paramLabel = "A",
            split = ",",
            description =
                    "Of vectors: how far a record looks into other cells, of the way that finds every pair, above 0, at most 1; several are measured one after the other. Default: .5.")
    private List<Double> visiting = List.of(VISITING_DEFAULT);

    @Option(
            names = "--tables",
            paramLabel = "L",
            defaultValue = "20",
            description = "Of documents: bands, 1 to 32. Default: ${DEFAULT-VALUE}.")
    private int tables;

    @Option(
            names = "--hashes",
            paramLabel = "R",
            defaultValue = "5",
            description =
                    "Of documents: minimum hashes of a band, 1 to 32. Default: ${DEFAULT-VALUE}.")
    private int hashes;

    @Option(
            names = "--cells",
            paramLabel = "C",
            defaultValue = "" + CollectionSettings.CELLS_DEFAULT,
            description = "Of vectors: cells, 2 to 65536. Default: ${DEFAULT-VALUE}.")
    private int cells;

    @Option(
            names = "--train-after",
            paramLabel = "N",
            defaultValue = "" + CollectionSettings.TRAIN_AFTER_DEFAULT,
            description =
                    "Of vectors: how many the cells are learned from, 2 to 1000000. Default: ${DEFAULT-VALUE}.")
    private int trainAfter;

    @Option(
            names = "--warm-ups",
            paramLabel = "N",
            defaultValue = "2",
            description =
                    "Write, join and delete all of it so many times before, beside the first time from which the cells are learned; 0 to 10. Default: ${DEFAULT-VALUE}.")
    private int warmUps;

    @Option(
            names = "--parallelism",
            paramLabel = "P",
            defaultValue = "1",
            description = "Subtasks of every operator, 1 to 64. Default: ${DEFAULT-VALUE}.")
    private int parallelism;

    @Nullable
    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description =
                    "Keep broker, state, checkpoints and log in this empty directory; for one measurement. Default: temporary ones, removed in the end.")
    private Path dir;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "An option of Flink or of the jobs; may be repeated.")
    private Map<String, String> overrides = Map.of();

    List<Double> visiting() {
        for (double a : visiting) {
            require(
                    a > 0 && a <= 1,
                    "--visiting must be above 0 and at most 1, but was %s.".formatted(a));
        }
        require(
                dir == null || visiting.size() == 1,
                "--dir is for one measurement, but --visiting has %d.".formatted(visiting.size()));
        return visiting;
    }

    int cells() {
        return cells;
    }

    int trainAfter() {
        return trainAfter;
    }

    /** A file as the metric takes it: bytes as eight bits each under Hamming distance. */
    VectorFile fitting(Metric metric, VectorFile file) {
        try {
            return metric == Metric.HAMMING ? file.asBits() : file;
        } catch (IllegalArgumentException unfit) {
            throw new ParameterException(spec.commandLine(), unfit.getMessage(), unfit);
        }
    }

    JoinPlan plan(
            CollectionSettings collection, List<byte[]> vectors, TruePairs pairs, double share) {
        return new JoinPlan(
                collection, vectors, pairs, share, tables, hashes, warmUps, parallelism, overrides);
    }

    /** Runs a benchmark so that Ctrl-C ends it in order. */
    <T> T run(BenchRuns.Run<T> benchmark) throws IOException, InterruptedException {
        return BenchRuns.run(spec, dir, benchmark);
    }

    private void require(boolean holds, String message) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }
}

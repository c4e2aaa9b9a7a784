package io.nearstream.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import javax.annotation.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What the benchmarks of two files have in common: the files, and where they work. */
final class BenchOptions {
    /** Name of the collection that is measured. */
    static final String COLLECTION = "bench";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--base",
            paramLabel = "FILE",
            required = true,
            description = "Vectors to load.")
    private Path base;

    @Option(
            names = "--query",
            paramLabel = "FILE",
            required = true,
            description = "Vectors to ask for.")
    private Path query;

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

    Path base() {
        return base;
    }

    Path query() {
        return query;
    }

    Map<String, String> overrides() {
        return overrides;
    }

    /** Runs a benchmark so that Ctrl-C ends it in order. */
    <T> T run(BenchRuns.Run<T> benchmark) throws IOException, InterruptedException {
        return BenchRuns.run(spec, dir, benchmark);
    }
}

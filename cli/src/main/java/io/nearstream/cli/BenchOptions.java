package io.nearstream.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.annotation.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What the benchmarks of vectors have in common: files, where they work, what they leave. */
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

    @Option(
            names = "--json",
            paramLabel = "OUT",
            required = true,
            description = "Write the report here, as JSON.")
    private Path json;

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

    /** Says now, and not after minutes of work, that the report cannot be written. */
    void requireDirectory() {
        BenchRuns.requireDirectory(spec, json);
    }

    /** Runs a benchmark so that Ctrl-C ends it in order. */
    <T> T run(BenchRuns.Run<T> benchmark) throws IOException, InterruptedException {
        return BenchRuns.run(spec, dir, benchmark);
    }

    /** Where results are shown to people. */
    PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /** Writes the report, and says where it is. */
    void report(Map<String, Object> document) throws IOException {
        Files.writeString(json, Json.text(document) + "\n", StandardCharsets.UTF_8);
        out().printf("%nreport: %s%n", json);
        out().flush();
    }
}

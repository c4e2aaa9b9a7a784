package io.nearstream.cli;

import io.nearstream.core.model.Metric;
import io.nearstream.jobs.batch.BatchSearchPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import javax.annotation.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What the commands of a batch have in common. */
final class BatchOptions {
    private static final long MIB = 1L << 20;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--base",
            paramLabel = "FILE",
            required = true,
            description =
                    "The vectors, told by their name: .fvecs, .bvecs or IDX, each plain or .gz, or .avro, which may hold sets, too.")
    private Path base;

    @Option(
            names = "--metric",
            paramLabel = "METRIC",
            required = true,
            description =
                    "How distance is measured: l2, cosine or hamming; inner-product in a search, jaccard (of sets) in a join or dedupe.")
    private Metric metric;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            required = true,
            description = "Where results go; there when they are complete.")
    private Path out;

    @Option(names = "--overwrite", description = "Replace files that exist.")
    private boolean overwrite;

    @Option(
            names = "--parallelism",
            paramLabel = "P",
            description = "Subtasks of every operator, 1 to 64. Default: the processors.")
    private int parallelism = Math.min(64, Runtime.getRuntime().availableProcessors());

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Seed of all that is drawn at random. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Nullable
    @Option(
            names = "--memory",
            paramLabel = "MIB",
            description = "Heap that vectors and ids may take. Default: 60 %% of the JVM's.")
    private Long memoryMib;

    @Option(names = "--json", description = "Print a summary as JSON.")
    private boolean json;

    Path base() {
        return base;
    }

    Metric metric() {
        return metric;
    }

    Path out() {
        return out;
    }

    long heapBytes() {
        return memoryMib == null
                ? BatchSearchPlan.heapDefault()
                : Math.min(memoryMib, Long.MAX_VALUE / MIB) * MIB;
    }

    boolean overwrite() {
        return overwrite;
    }

    int parallelism() {
        return parallelism;
    }

    long seed() {
        return seed;
    }

    /** A run that Ctrl-C ends in order. */
    @FunctionalInterface
    interface Run<T> {
        T run() throws IOException, InterruptedException;
    }

    <T> T inOrder(Run<T> run) throws IOException, InterruptedException {
        Logs.quiet();
        OrderlyEnd end = new OrderlyEnd();
        try {
            return run.run();
        } finally {
            end.reached();
        }
    }

    /** Shows the summary to programs, or a line to people. */
    void report(Map<String, Object> document, String line) {
        if (json) {
            Json.print(spec.commandLine().getOut(), document);
        } else {
            spec.commandLine().getOut().println(line);
            spec.commandLine().getOut().flush();
        }
    }

    ParameterException usage(IllegalArgumentException outOfRange) {
        return new ParameterException(spec.commandLine(), outOfRange.getMessage(), outOfRange);
    }

    /** Progress beside the results, wherever these go. */
    BatchConsole console() {
        return new BatchConsole(spec.commandLine().getErr());
    }
}

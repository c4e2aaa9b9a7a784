package io.nearstream.cli;

import io.nearstream.bench.StreamBench;
import io.nearstream.bench.StreamPlan;
import io.nearstream.bench.StreamReport;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.formats.VectorFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import javax.annotation.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "stream",
        description = {
            "Measure recall while a collection changes: run a runbook of the big-ann-benchmarks (insert, delete, replace, search) through Kafka, and judge every search by an exact scan of what is live at that step. In the end a new index of the same records is asked the same.",
            "A file is told by its name: fvecs, bvecs or IDX, each plain or .gz. Runbooks of ours are in bench/runbooks."
        })
final class BenchStreamCommand implements Callable<Integer> {
    private static final String COLLECTION = "bench";

    @Spec private CommandSpec spec;
    @Mixin private SettingsOptions settings;

    @Option(names = "--runbook", paramLabel = "FILE", required = true, description = "The steps.")
    private Path runbook;

    @Option(
            names = "--base",
            paramLabel = "FILE",
            required = true,
            description = "Vectors that the steps name by their rows.")
    private Path base;

    @Nullable
    @Option(
            names = "--labels",
            paramLabel = "FILE",
            description =
                    "One byte per row of the base file (IDX): its rows are taken in the order of these, so that ranges of rows are classes.")
    private Path labels;

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

    @Option(
            names = "--queries",
            paramLabel = "N",
            defaultValue = "500",
            description = "Use the first N queries only. Default: ${DEFAULT-VALUE}.")
    private int queries;

    @Option(
            names = "--k",
            paramLabel = "K",
            defaultValue = "10",
            description = "Neighbours to ask for, 1 to 100. Default: ${DEFAULT-VALUE}.")
    private int k;

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

    @Override
    public Integer call() throws IOException, InterruptedException {
        BenchRuns.requireDirectory(spec, json);
        VectorFile vectors = VectorFile.open(base);
        StreamPlan plan =
                plan(settings.settings(COLLECTION, vectors.dimensions(), vectors.encoding()));
        StreamReport measured =
                BenchRuns.run(spec, dir, in -> StreamBench.run(plan, in, BenchRuns::stage));
        Files.writeString(json, Json.text(measured.document()) + "\n", StandardCharsets.UTF_8);
        PrintWriter out = spec.commandLine().getOut();
        print(measured, out);
        out.printf("%nreport: %s%n", json);
        out.flush();
        return CommandLine.ExitCode.OK;
    }

    private StreamPlan plan(CollectionSettings collection) {
        try {
            return new StreamPlan(
                    runbook,
                    base,
                    Optional.ofNullable(labels),
                    query,
                    collection,
                    queries,
                    k,
                    overrides);
        } catch (IllegalArgumentException outOfRange) {
            throw new ParameterException(spec.commandLine(), outOfRange.getMessage(), outOfRange);
        }
    }

    /** One row for each search. */
    static void print(StreamReport report, PrintWriter out) {
        Table table =
                new Table(
                        ">step",
                        ">live",
                        ">recall",
                        ">buckets",
                        ">scored",
                        ">p50 ms",
                        ">p99 ms",
                        ">wrong hits",
                        ">unanswered");
        for (StreamReport.Search search : report.searches()) {
            table.row(
                    search.step(),
                    "%,d".formatted(search.live()),
                    "%.4f".formatted(search.recall()),
                    "%.1f".formatted(search.buckets()),
                    "%.2f %%".formatted(100 * search.scanned()),
                    "%.1f".formatted(search.latency().p50()),
                    "%.1f".formatted(search.latency().p99()),
                    search.wrong(),
                    search.unanswered());
        }
        table.print(out);
        out.printf(
                "%n%s: mean recall %.4f; %,d writes, searchable at %,.0f /s%n",
                report.runbook(),
                report.meanRecall(),
                report.writes(),
                report.writeSeconds() == 0 ? 0 : report.writes() / report.writeSeconds());
        out.printf(
                "in the end, %d buckets each: recall %.4f, of a new index %.4f%n",
                report.fresh().probes(), report.fresh().streamed(), report.fresh().recall());
    }
}

package io.nearstream.cli;

import io.nearstream.bench.StreamBench;
import io.nearstream.bench.StreamPlan;
import io.nearstream.bench.StreamReport;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.formats.VectorFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
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
    @Spec private CommandSpec spec;
    @Mixin private SettingsOptions settings;
    @Mixin private BenchOptions bench;

    @Option(names = "--runbook", paramLabel = "FILE", required = true, description = "The steps.")
    private Path runbook;

    @Nullable
    @Option(
            names = "--labels",
            paramLabel = "FILE",
            description =
                    "One byte per row of the base file (IDX): its rows are taken in the order of these, so that ranges of rows are classes.")
    private Path labels;

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

    @Override
    public Integer call() throws IOException, InterruptedException {
        bench.requireDirectory();
        VectorFile vectors = settings.fitting(VectorFile.open(bench.base()));
        StreamPlan plan =
                plan(
                        settings.settings(
                                BenchOptions.COLLECTION, vectors.dimensions(), vectors.encoding()));
        StreamReport measured = bench.run(in -> StreamBench.run(plan, in, BenchRuns::stage));
        print(measured, bench.out());
        bench.report(measured.document());
        return CommandLine.ExitCode.OK;
    }

    private StreamPlan plan(CollectionSettings collection) {
        try {
            return new StreamPlan(
                    runbook,
                    bench.base(),
                    Optional.ofNullable(labels),
                    bench.query(),
                    collection,
                    queries,
                    k,
                    bench.overrides());
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

package io.nearstream.cli;

import io.nearstream.bench.MixedBench;
import io.nearstream.bench.MixedPlan;
import io.nearstream.bench.MixedReport;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.formats.VectorFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "mixed",
        description = {
            "Measure probes while writes stream: load the base file through Kafka, find the most writes a second that become searchable, then send probes at a fixed pace beside 0, 25, 50, 75 and 100 %% of that.",
            "A file is told by its name: fvecs, bvecs or IDX, each plain or .gz."
        })
final class BenchMixedCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private SettingsOptions settings;
    @Mixin private BenchOptions bench;
    @Mixin private BenchReportOptions report;

    @Option(
            names = "--queries",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Use the first N queries only. Default: ${DEFAULT-VALUE}.")
    private int queries;

    @Option(
            names = "--probes-per-s",
            paramLabel = "N",
            defaultValue = "" + MixedPlan.PROBES_PER_SECOND_DEFAULT,
            description = "Probes a second, 1 to 10000. Default: ${DEFAULT-VALUE}.")
    private int probesPerSecond;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "30",
            description = "Measure each share for so long, 1 to 3600. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(
            names = "--warm-up-loads",
            paramLabel = "N",
            defaultValue = "4",
            description =
                    "Load and drop so many other collections first, 0 to 10, so that the JVM has compiled what is measured. Default: ${DEFAULT-VALUE}.")
    private int warmUpLoads;

    @Override
    public Integer call() throws IOException, InterruptedException {
        report.requireDirectory();
        VectorFile vectors = settings.fitting(VectorFile.open(bench.base()));
        MixedPlan plan =
                plan(
                        settings.settings(
                                BenchOptions.COLLECTION, vectors.dimensions(), vectors.encoding()));
        MixedReport measured = bench.run(in -> MixedBench.run(plan, in, BenchRuns.progress(spec)));
        print(measured, report.out());
        report.write(measured.document());
        return CommandLine.ExitCode.OK;
    }

    private MixedPlan plan(CollectionSettings collection) {
        try {
            return new MixedPlan(
                    bench.base(),
                    bench.query(),
                    collection,
                    queries,
                    probesPerSecond,
                    Duration.ofSeconds(seconds),
                    warmUpLoads,
                    bench.overrides());
        } catch (IllegalArgumentException outOfRange) {
            throw new ParameterException(spec.commandLine(), outOfRange.getMessage(), outOfRange);
        }
    }

    /** One row for each share of the limit. */
    static void print(MixedReport report, PrintWriter out) {
        out.printf(
                "%,d vectors; ingest limit %,.0f writes/s; %d probes/s%n%n",
                report.vectors(), report.ingestLimit(), report.plan().probesPerSecond());
        Table table =
                new Table(
                        ">share",
                        ">writes/s",
                        ">probes/s",
                        ">p50 ms",
                        ">p90 ms",
                        ">p99 ms",
                        ">GC max ms",
                        ">checkpoint max ms",
                        ">p99 ms without either",
                        ">lag s",
                        "incomplete");
        for (MixedReport.Step step : report.steps()) {
            table.row(
                    "%.0f %%".formatted(100 * step.share()),
                    "%,.0f".formatted(step.writesPerSecond()),
                    "%,.0f".formatted(step.probesPerSecond()),
                    "%.1f".formatted(step.latency().p50()),
                    "%.1f".formatted(step.latency().p90()),
                    "%.1f".formatted(step.latency().p99()),
                    step.seen().longestPauseMs(),
                    step.seen().longestCheckpointMs(),
                    "%.1f".formatted(step.seen().calm().p99()),
                    "%.2f".formatted(step.lagSeconds()),
                    incomplete(step));
        }
        table.print(out);
        report.p99AgainstIdle(0.75)
                .ifPresent(
                        ratio ->
                                out.printf(
                                        "%np99 at 75 %% of the limit: %.1f times that of an idle index%n",
                                        ratio));
    }

    private static String incomplete(MixedReport.Step step) {
        return "refused %d, partial %d, timed out %d"
                .formatted(
                        step.counts().refused(), step.counts().partial(), step.counts().timedOut());
    }
}

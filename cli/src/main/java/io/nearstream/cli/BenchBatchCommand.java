package io.nearstream.cli;

import io.nearstream.bench.BenchFiles;
import io.nearstream.bench.Phases;
import io.nearstream.bench.ProbeLoad;
import io.nearstream.bench.SearchPlan;
import io.nearstream.bench.batch.BatchBench;
import io.nearstream.bench.batch.BatchBenchReport;
import io.nearstream.bench.batch.BatchRounds;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.formats.VectorFile;
import io.nearstream.jobs.batch.BatchSearchReport;
import io.nearstream.jobs.common.config.NearstreamOptions.Routing;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "batch",
        description = {
            "Measure batch search beside the streaming one: 'bench search' with 256 probes in flight, and when its cluster is gone, 'batch search' of the same files, both at --target-recall.",
            "A file is told by its name: fvecs, bvecs, ivecs or IDX, each plain or .gz."
        })
final class BenchBatchCommand implements Callable<Integer> {
    /** Many enough that more would not be answered faster. */
    private static final ProbeLoad SATURATED = new ProbeLoad(256, 1);

    @Spec private CommandSpec spec;
    @Mixin private SettingsOptions settings;
    @Mixin private BenchOptions bench;
    @Mixin private BenchReportOptions report;

    @Option(
            names = "--truth",
            paramLabel = "FILE",
            required = true,
            description = "True neighbours of each query, ivecs. Read after the last answer.")
    private Path truth;

    @Option(
            names = "--k",
            paramLabel = "K",
            defaultValue = "" + SearchPlan.K_DEFAULT,
            description = "Neighbours to ask for, 1 to 1000. Default: ${DEFAULT-VALUE}.")
    private int k;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "20",
            description =
                    "Measure the streaming load for so long, 1 to 3600. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(
            names = "--warm-up-loads",
            paramLabel = "N",
            defaultValue = "8",
            description =
                    "Load, ask and drop so many other collections of the same vectors first, 0 to 10. Default: ${DEFAULT-VALUE}.")
    private int warmUpLoads;

    @Option(
            names = "--warm-up-rounds",
            paramLabel = "N",
            defaultValue = "5",
            description = "Batch runs that do not count, 0 to 100. Default: ${DEFAULT-VALUE}.")
    private int warmUpRounds;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "5",
            description = "Batch runs that count, 1 to 100. Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(
            names = "--batch-parallelism",
            paramLabel = "P",
            description = "Subtasks of batch runs, 1 to 64. Default: the processors.")
    private int parallelism = Math.min(64, Runtime.getRuntime().availableProcessors());

    @Override
    public Integer call() throws IOException, InterruptedException {
        report.requireDirectory();
        VectorFile vectors = settings.fitting(VectorFile.open(bench.base()));
        CollectionSettings collection =
                settings.settings(
                        BenchOptions.COLLECTION, vectors.dimensions(), vectors.encoding());
        SearchPlan plan;
        BatchRounds runs;
        try {
            plan =
                    SearchPlan.of(new BenchFiles(bench.base(), bench.query(), truth), collection)
                            .withQuestions(k, Integer.MAX_VALUE, SATURATED)
                            .withJobs(1, Routing.PROBE, bench.overrides())
                            .withPhases(Phases.of(warmUpLoads, Duration.ofSeconds(seconds), 1));
            runs = new BatchRounds(warmUpRounds, rounds, parallelism);
        } catch (IllegalArgumentException outOfRange) {
            throw new ParameterException(spec.commandLine(), outOfRange.getMessage(), outOfRange);
        }
        BatchBenchReport measured =
                bench.run(in -> BatchBench.run(plan, runs, in, BenchRuns.progress(spec)));
        show(measured);
        report.write(measured.document());
        return 0;
    }

    private void show(BatchBenchReport measured) {
        Table table = new Table("figure", ">value", "how");
        table.row(
                "streaming",
                "%,.0f /s".formatted(measured.streamingPerSecond()),
                "%d in flight, recall %.4f"
                        .formatted(SATURATED.inFlight(), measured.streaming().recall().recall()));
        table.row(
                "batch",
                "%,.0f /s".formatted(measured.median(BatchSearchReport::answersPerSecond)),
                "median of %d, %,.0f to %,.0f, recall %.4f; once the base was there"
                        .formatted(
                                measured.rounds().size(),
                                measured.least(BatchSearchReport::answersPerSecond),
                                measured.most(BatchSearchReport::answersPerSecond),
                                measured.recall().recall()));
        table.row(
                "batch, all",
                "%,.0f /s".formatted(measured.median(BatchSearchReport::overallPerSecond)),
                "reading, learning and placing the base included");
        table.row("ratio", "%.2f".formatted(measured.ratio()), "batch over streaming");
        table.print(report.out());
    }
}

package io.nearstream.cli;

import io.nearstream.bench.BenchProgress;
import io.nearstream.bench.standing.StandingBench;
import io.nearstream.bench.standing.StandingPlan;
import io.nearstream.bench.standing.StandingReport;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Metric;
import io.nearstream.formats.VectorFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "standing",
        description =
                "Measure standing queries: start broker, ingest job and standing-query job in this process, load a file through Kafka, register queries, update records at a pace, read every difference uncommitted from Kafka, judge kept answers by brute force.")
final class BenchStandingCommand implements Callable<Integer> {
    private static final String COLLECTION = "bench";

    @Spec private CommandSpec spec;
    @Mixin private BenchReportOptions report;
    @Mixin private BenchStandingOptions options;

    @Option(
            names = "--base",
            paramLabel = "FILE",
            required = true,
            description = "Vectors to load, of float32: .fvecs, plain or .gz.")
    private Path base;

    @Option(
            names = "--metric",
            paramLabel = "METRIC",
            defaultValue = "cosine",
            description = "l2 or cosine. Default: ${DEFAULT-VALUE}.")
    private Metric metric;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "" + Integer.MAX_VALUE,
            showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER,
            description = "Use the first N vectors only. Default: all.")
    private int limit;

    @Option(
            names = "--cells",
            paramLabel = "C",
            defaultValue = "" + CollectionSettings.CELLS_DEFAULT,
            description = "Cells, 2 to 65536. Default: ${DEFAULT-VALUE}.")
    private int cells;

    @Option(
            names = "--train-after",
            paramLabel = "N",
            defaultValue = "" + CollectionSettings.TRAIN_AFTER_DEFAULT,
            description =
                    "How many vectors the cells are learned from, 2 to 1000000. Default: ${DEFAULT-VALUE}.")
    private int trainAfter;

    @Override
    public Integer call() throws IOException, InterruptedException {
        report.requireDirectory();
        if (limit < 1) {
            throw usage("--limit must be at least 1, but was %d.".formatted(limit));
        }
        VectorFile file = VectorFile.open(base);
        StandingPlan plan = plan(file, file.head(limit));
        BenchProgress progress = BenchRuns.progress(spec);
        StandingReport measured = options.run(in -> StandingBench.run(plan, in, progress));
        new BenchStandingView(measured).print(report.out());
        report.write(measured.document());
        return 0;
    }

    private StandingPlan plan(VectorFile file, List<byte[]> vectors) {
        try {
            return options.plan(
                    StandingPlan.collection(
                            COLLECTION,
                            metric,
                            file.encoding(),
                            file.dimensions(),
                            cells,
                            trainAfter),
                    vectors);
        } catch (IllegalArgumentException outOfRange) {
            throw usage(outOfRange.getMessage());
        }
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}

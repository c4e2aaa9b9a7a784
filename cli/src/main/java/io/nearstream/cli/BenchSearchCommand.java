package io.nearstream.cli;

import io.nearstream.bench.BenchFiles;
import io.nearstream.bench.Phases;
import io.nearstream.bench.ProbeLoad;
import io.nearstream.bench.SearchBench;
import io.nearstream.bench.SearchPlan;
import io.nearstream.bench.SearchReport;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.formats.VectorFile;
import io.nearstream.jobs.common.config.NearstreamOptions.Routing;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import javax.annotation.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "search",
        description = {
            "Measure search on files of vectors: start broker and jobs in this process, load the base file through Kafka, ask the queries through Kafka, judge the answers by the true neighbours.",
            "A file is told by its name: fvecs, bvecs, ivecs or IDX, each plain or .gz."
        })
final class BenchSearchCommand implements Callable<Integer> {
    /** Of {@code --compare-routing} without a number. */
    private static final int AS_MANY = Integer.MIN_VALUE;

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
            names = "--queries",
            paramLabel = "N",
            defaultValue = "" + Integer.MAX_VALUE,
            showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER,
            description = "Use the first N queries only. Default: all.")
    private int queries;

    @Option(
            names = "--in-flight",
            paramLabel = "N",
            defaultValue = "16",
            description = "Probes in flight, 1 to 10000, for qps. Default: ${DEFAULT-VALUE}.")
    private int inFlight;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "1",
            description = "Query vectors per probe, 1 to 256, for qps. Default: ${DEFAULT-VALUE}.")
    private int batch;

    @Option(
            names = "--parallelism",
            paramLabel = "P",
            defaultValue = "1",
            description = "Subtasks of every operator, 1 to 64. Default: ${DEFAULT-VALUE}.")
    private int parallelism;

    @Option(
            names = "--routing",
            paramLabel = "HOW",
            defaultValue = "probe",
            description =
                    "probe: a probe goes to the subtasks that own its buckets; broadcast: to all. Default: ${DEFAULT-VALUE}.")
    private Routing routing;

    @Option(
            names = "--sweeps",
            description =
                    "Also measure qps with 16 and 256 in flight, and with 16 in flight in batches of 32.")
    private boolean sweeps;

    @Nullable
    @Option(
            names = "--compare-routing",
            paramLabel = "P",
            arity = "0..1",
            fallbackValue = "" + AS_MANY,
            description =
                    "In the end ask every query with both routings, with P subtasks, 1 to 64, and compare messages and hits. Default of P: --parallelism.")
    private Integer compareRouting;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "20",
            description = "Measure each load for so long, 1 to 3600. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(
            names = "--warm-up-loads",
            paramLabel = "N",
            defaultValue = "8",
            description =
                    "Load, ask and drop so many other collections of the same vectors first, 0 to 10, so that the JVM has compiled what is measured; 0 measures a cold start. Default: ${DEFAULT-VALUE}.")
    private int warmUpLoads;

    @Option(
            names = "--single-writes",
            paramLabel = "N",
            defaultValue = "300",
            description =
                    "Writes for freshness, and as many for AT_LEAST, 1 to 100000. Default: ${DEFAULT-VALUE}.")
    private int singleWrites;

    @Override
    public Integer call() throws IOException, InterruptedException {
        report.requireDirectory();
        VectorFile vectors = settings.fitting(VectorFile.open(bench.base()));
        SearchPlan plan =
                plan(
                        settings.settings(
                                BenchOptions.COLLECTION, vectors.dimensions(), vectors.encoding()));
        SearchReport measured =
                bench.run(in -> SearchBench.run(plan, in, BenchRuns.progress(spec)));
        new BenchSearchView(measured).print(report.out());
        report.write(measured.document());
        return 0;
    }

    private SearchPlan plan(CollectionSettings collection) {
        try {
            return SearchPlan.of(new BenchFiles(bench.base(), bench.query(), truth), collection)
                    .withQuestions(k, queries, new ProbeLoad(inFlight, batch))
                    .withJobs(parallelism, routing, bench.overrides())
                    .withMore(sweeps ? ProbeLoad.SWEEPS : List.of(), compared())
                    .withPhases(Phases.of(warmUpLoads, Duration.ofSeconds(seconds), singleWrites));
        } catch (IllegalArgumentException outOfRange) {
            throw usage(outOfRange.getMessage());
        }
    }

    private OptionalInt compared() {
        if (compareRouting == null) {
            return OptionalInt.empty();
        }
        return OptionalInt.of(compareRouting == AS_MANY ? parallelism : compareRouting);
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}

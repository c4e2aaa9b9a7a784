package io.nearstream.cli;

import io.nearstream.bench.stream.StreamBench;
import io.nearstream.bench.stream.StreamFiles;
import io.nearstream.bench.stream.StreamPlan;
import io.nearstream.bench.stream.StreamReport;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.formats.VectorFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
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
            "Measure recall while a collection changes: run a runbook of the big-ann-benchmarks (insert, delete, replace, search) through Kafka, and with Lucene and JVector in a process of their own, and judge every search by an exact scan of what is live at that step. In the end a new index of the same records is asked the same.",
            "Peers need a JDK of 21 or later, found or named in NEARSTREAM_PEERS_JDK; without one they are absent.",
            "A file is told by its name: fvecs, bvecs or IDX, each plain or .gz. Runbooks of ours are in bench/runbooks."
        })
final class BenchStreamCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private SettingsOptions settings;
    @Mixin private BenchOptions bench;
    @Mixin private BenchReportOptions report;
    @Mixin private PeerOptions peers;

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

    @Option(
            names = "--systems",
            paramLabel = "NAME",
            split = ",",
            description =
                    "Measure these only, one after the other: nearstream, lucene-hnsw, jvector, brute-force. Default: the first three.")
    private List<String> systems = StreamPlan.SYSTEMS_DEFAULT;

    @Option(
            names = "--candidates",
            paramLabel = "N",
            defaultValue = "40",
            description =
                    "Candidates that a search of Lucene and JVector keeps, the same throughout, 1 to 10000. Ours chooses its own effort by --target-recall. Default: ${DEFAULT-VALUE}.")
    private int candidates;

    @Override
    public Integer call() throws IOException, InterruptedException {
        report.requireDirectory();
        VectorFile vectors = settings.fitting(VectorFile.open(bench.base()));
        StreamPlan plan =
                plan(
                        settings.settings(
                                BenchOptions.COLLECTION, vectors.dimensions(), vectors.encoding()));
        StreamReport measured =
                bench.run(in -> StreamBench.run(plan, in, BenchRuns.progress(spec)));
        new BenchStreamView(measured).print(report.out());
        report.write(measured.document());
        return CommandLine.ExitCode.OK;
    }

    private StreamPlan plan(CollectionSettings collection) {
        try {
            return new StreamPlan(
                    new StreamFiles(
                            runbook, bench.base(), Optional.ofNullable(labels), bench.query()),
                    collection,
                    systems,
                    queries,
                    k,
                    candidates,
                    peers.memoryMb(),
                    peers.home(),
                    bench.overrides());
        } catch (IllegalArgumentException outOfRange) {
            throw new ParameterException(spec.commandLine(), outOfRange.getMessage(), outOfRange);
        }
    }
}

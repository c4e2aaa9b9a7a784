package io.nearstream.cli;

import io.nearstream.bench.compare.CompareBench;
import io.nearstream.bench.compare.ComparePlan;
import io.nearstream.bench.compare.ComparePlot;
import io.nearstream.bench.compare.CompareReport;
import io.nearstream.bench.compare.DataSet;
import io.nearstream.bench.compare.Systems;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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
        name = "compare",
        description = {
            "Measure the product beside Lucene's HNSW, JVector and a scan, in process and behind the same topics: same vectors, queries, truth, clients, processors and memory, in rounds whose order rotates.",
            "Peers need a JDK of 21 or later, found or named in NEARSTREAM_PEERS_JDK; without one they are absent."
        })
final class BenchCompareCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private BenchReportOptions report;
    @Mixin private PeerOptions peers;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            required = true,
            description =
                    "A folder with a known set (siftsmall, fashion-mnist, words100, photo-sift), or with a nearstream-set.json that names base, query, truth and metric.")
    private Path data;

    @Nullable
    @Option(
            names = "--plot",
            paramLabel = "OUT",
            description = "Draw it here: one HTML page that needs nothing else.")
    private Path plot;

    @Option(
            names = "--systems",
            paramLabel = "NAME",
            split = ",",
            description =
                    "Measure these only: nearstream, nearstream-core, lucene-hnsw, jvector, brute-force, lucene-kafka, jvector-kafka. Default: all.")
    private List<String> systems = Systems.ALL;

    @Option(
            names = "--k",
            paramLabel = "K",
            defaultValue = "10",
            description = "Neighbours to ask for, 1 to 100. Default: ${DEFAULT-VALUE}.")
    private int k;

    @Option(
            names = "--queries",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Use the first N queries only. Default: ${DEFAULT-VALUE}.")
    private int queries;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "How often each system is measured, 1 to 9. Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "2",
            description =
                    "Measure the rate of each step of a sweep for so long, 1 to 600; its latency for half of it. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(
            names = "--warm-up-loads",
            paramLabel = "N",
            defaultValue = "8",
            description =
                    "Load, ask and drop so many other collections before our first round, 0 to 10. Default: ${DEFAULT-VALUE}.")
    private int warmUpLoads;

    @Option(
            names = "--in-flight",
            paramLabel = "N",
            defaultValue = "64",
            description =
                    "Probes in flight, 1 to 10000, where rates are measured over Kafka. Default: ${DEFAULT-VALUE}.")
    private int inFlight;

    @Override
    public Integer call() throws IOException, InterruptedException {
        report.requireDirectory();
        BenchRuns.requireDirectory(spec, "--plot", plot);
        ComparePlan plan = plan(DataSet.in(data));
        CompareReport measured =
                BenchRuns.run(spec, null, in -> CompareBench.run(plan, BenchRuns.progress(spec)));
        new BenchCompareView(measured).print(report.out());
        if (plot != null) {
            Files.writeString(plot, ComparePlot.html(measured), StandardCharsets.UTF_8);
            report.out().printf("%nplot: %s", plot);
        }
        report.write(measured.document());
        return CommandLine.ExitCode.OK;
    }

    private ComparePlan plan(DataSet set) {
        try {
            return new ComparePlan(
                    set,
                    systems,
                    k,
                    queries,
                    rounds,
                    Duration.ofSeconds(seconds),
                    warmUpLoads,
                    inFlight,
                    peers.memoryMb(),
                    peers.home());
        } catch (IllegalArgumentException outOfRange) {
            throw new ParameterException(spec.commandLine(), outOfRange.getMessage(), outOfRange);
        }
    }
}

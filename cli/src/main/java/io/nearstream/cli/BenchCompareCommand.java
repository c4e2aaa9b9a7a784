package io.nearstream.cli;

import io.nearstream.bench.compare.CompareBench;
import io.nearstream.bench.compare.ComparePlan;
import io.nearstream.bench.compare.ComparePlot;
import io.nearstream.bench.compare.CompareReport;
import io.nearstream.bench.compare.DataSet;
import io.nearstream.bench.compare.Systems;
import io.nearstream.bench.peer.PeerHome;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import javax.annotation.Nullable;
import picocli.CommandLine.Command;
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

    @Option(
            names = "--data",
            paramLabel = "DIR",
            required = true,
            description =
                    "A folder with a known set (siftsmall, fashion-mnist, words100, photo-sift), or with a nearstream-set.json that names base, query, truth and metric.")
    private Path data;

    @Option(
            names = "--json",
            paramLabel = "OUT",
            required = true,
            description = "Write the report here, as JSON.")
    private Path json;

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

    @Option(
            names = "--memory-mb",
            paramLabel = "MB",
            defaultValue = "4096",
            description =
                    "Heap of every process beside this one, 256 to 65536; this one has 4096. Default: ${DEFAULT-VALUE}.")
    private int memoryMb;

    @Override
    public Integer call() throws IOException, InterruptedException {
        BenchRuns.requireDirectory(spec, json);
        if (plot != null && !Files.isDirectory(plot.toAbsolutePath().getParent())) {
            throw usage(
                    "--plot: there is no directory %s."
                            .formatted(plot.toAbsolutePath().getParent()));
        }
        ComparePlan plan = plan(DataSet.in(data));
        CompareReport report =
                BenchRuns.run(spec, null, in -> CompareBench.run(plan, BenchRuns::stage));
        Files.writeString(json, Json.text(report.document()) + "\n", StandardCharsets.UTF_8);
        PrintWriter out = spec.commandLine().getOut();
        new BenchCompareView(report).print(out);
        if (plot != null) {
            Files.writeString(plot, ComparePlot.html(report), StandardCharsets.UTF_8);
            out.printf("%nplot: %s", plot);
        }
        out.printf("%nreport: %s%n", json);
        out.flush();
        return 0;
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
                    memoryMb,
                    PeerHome.found());
        } catch (IllegalArgumentException outOfRange) {
            throw usage(outOfRange.getMessage());
        }
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}

package io.nearstream.cli;

import io.nearstream.bench.cluster.ClusterLoadBench;
import io.nearstream.bench.cluster.ClusterLoadPlan;
import io.nearstream.bench.cluster.ClusterLoadReport;
import io.nearstream.bench.cluster.LoadKind;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
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
        name = "cluster",
        description = {
            "Put a closed loop of gets, puts or probes on a cluster that runs: data first, then until throughput is steady, then one concurrency after the other.",
            "Keys and vectors are drawn by a seed, and some are used far more often than others (scrambled zipfian). Exits with 1 when an answer was wrong."
        })
final class BenchClusterCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private ConnectionOptions connection;
    @Mixin private StateOptions state;
    @Mixin private BenchReportOptions report;

    @Option(
            names = "--load",
            paramLabel = "KIND",
            split = ",",
            defaultValue = "gets,puts,probes",
            description =
                    "What is measured, in this order: gets, puts, probes, mixed. Default: ${DEFAULT-VALUE}.")
    private List<LoadKind> loads;

    @Option(
            names = "--in-flight",
            paramLabel = "N",
            split = ",",
            defaultValue = "256,64,512",
            description =
                    "Operations under way, each in its turn, 1 to 4096; it is warmed up with the first. Default: ${DEFAULT-VALUE}.")
    private List<Integer> inFlight;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "10",
            description = "Measured at each concurrency. Default: ${DEFAULT-VALUE}.")
    private long seconds;

    @Option(
            names = "--warm-up",
            paramLabel = "S",
            defaultValue = "10",
            description =
                    "Of each load, before --hold and before anything is measured. Default: ${DEFAULT-VALUE}.")
    private long warmUp;

    @Option(
            names = "--steady-within",
            paramLabel = "S",
            defaultValue = "90",
            description =
                    "Wait so long until throughput does not rise any more; then measure all the same, and say so. Default: ${DEFAULT-VALUE}.")
    private long steadyWithin;

    @Option(
            names = "--keys",
            paramLabel = "N",
            defaultValue = "50000",
            description = "Keys. Default: ${DEFAULT-VALUE}.")
    private int keys;

    @Option(
            names = "--value-bytes",
            paramLabel = "N",
            defaultValue = "100",
            description = "Bytes of a value. Default: ${DEFAULT-VALUE}.")
    private int valueBytes;

    @Option(
            names = "--vectors",
            paramLabel = "N",
            defaultValue = "20000",
            description = "Vectors of bytes, under L2. Default: ${DEFAULT-VALUE}.")
    private int vectors;

    @Option(
            names = "--dimensions",
            paramLabel = "N",
            defaultValue = "128",
            description = "Of a vector. Default: ${DEFAULT-VALUE}.")
    private int dimensions;

    @Option(
            names = "--k",
            paramLabel = "N",
            defaultValue = "10",
            description = "Neighbours asked for. Default: ${DEFAULT-VALUE}.")
    private int neighbours;

    @Option(
            names = "--parallelism",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Subtasks that the jobs run with, to say which of them keeps the keys that are used. Default: ${DEFAULT-VALUE}.")
    private int parallelism;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of keys, vectors and what is asked. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = "--prepared",
            description = "The data is there, from an earlier run with the same numbers.")
    private boolean prepared;

    @Option(
            names = "--hold",
            description =
                    "Once all is loaded and warm, print 'warm' and wait for a line on standard input.")
    private boolean hold;

    @Nullable
    @Option(
            names = "--work",
            paramLabel = "OUT",
            description =
                    "Write a line for each measured interval here, for 'bench power --throughput'.")
    private Path work;

    @Override
    public Integer call() throws IOException, InterruptedException {
        ClusterLoadPlan plan = plan();
        report.requireDirectory();
        BenchRuns.requireDirectory(spec, "--work", work);
        ClusterLoadReport measured;
        if (work == null) {
            measured = run(plan, interval -> {});
        } else {
            try (BufferedWriter lines = Files.newBufferedWriter(work)) {
                measured =
                        run(
                                plan,
                                interval -> {
                                    lines.write(Json.line(interval) + "\n");
                                    lines.flush();
                                });
            }
        }
        Table table =
                new Table(
                        "load",
                        ">in flight",
                        ">a second",
                        ">p50",
                        ">p99",
                        ">failed",
                        ">wrong",
                        "steady");
        measured.rows().forEach(table::row);
        table.print(report.out());
        report.write(measured.document());
        return measured.wrong() == 0 ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    private ClusterLoadReport run(ClusterLoadPlan plan, ClusterLoadBench.WorkSink sink)
            throws IOException, InterruptedException {
        return ClusterLoadBench.run(
                plan, BenchRuns.progress(spec), Clock.systemUTC(), this::awaitLine, sink);
    }

    private void awaitLine() throws IOException {
        if (!hold) {
            return;
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println("warm");
        out.flush();
        int next = System.in.read();
        while (next >= 0 && next != '\n') {
            next = System.in.read();
        }
        if (next < 0) {
            throw new IOException("--hold: standard input ended before a line came.");
        }
    }

    private ClusterLoadPlan plan() {
        try {
            return new ClusterLoadPlan(
                    connection.options().bootstrap(),
                    state.options().addresses(),
                    loads,
                    new ClusterLoadPlan.Data(keys, valueBytes, vectors, dimensions, neighbours),
                    inFlight,
                    new ClusterLoadPlan.Times(
                            Duration.ofSeconds(warmUp),
                            Duration.ofSeconds(steadyWithin),
                            Duration.ofSeconds(seconds)),
                    parallelism,
                    !prepared,
                    seed);
        } catch (IllegalArgumentException outOfRange) {
            throw new ParameterException(spec.commandLine(), outOfRange.getMessage(), outOfRange);
        }
    }
}

package io.nearstream.cli;

import io.nearstream.bench.keyvalue.KvBench;
import io.nearstream.bench.keyvalue.KvPlan;
import io.nearstream.bench.keyvalue.KvReport;
import io.nearstream.bench.keyvalue.Yardstick;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import javax.annotation.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

@Command(
        name = "bench",
        description = {
            "Measure keys with a workload of YCSB: start broker and jobs in this process, load keys through Kafka, run the workload, and check every value that is read.",
            "Beside it, with the same operations: RocksDB in this process, a job that only copies, and Redis."
        },
        exitCodeOnExecutionException = KvCommand.FAILED,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:reads were wrong or failed", "2:wrong usage", "3:failed"})
final class KvBenchCommand implements Callable<Integer> {
    private static final String NO_YARDSTICKS = "none";
    private static final int WRONG = 1;

    @Spec private CommandSpec spec;
    @Mixin private KvLoadOptions load;
    @Mixin private KvTargetOptions target;

    @Option(
            names = "--warm-up-loads",
            paramLabel = "N",
            defaultValue = "3",
            description =
                    "Load other keys so often first, 100000 at most, and delete them again, 0 to 10, so that the JVM has compiled what is measured; 0 measures a cold start. Default: ${DEFAULT-VALUE}.")
    private int warmUpLoads;

    @Nullable
    @Option(
            names = "--warm-up-ops",
            paramLabel = "N",
            description =
                    "Operations of the workload before those that count, 0 to 10000000. Default: half of --ops, at least 50000.")
    private Long warmUpOperations;

    @Option(
            names = "--samples",
            paramLabel = "N",
            defaultValue = "1000",
            description =
                    "Single calls for each figure of one in flight, visibility and staleness, 1 to 100000. Default: ${DEFAULT-VALUE}.")
    private int samples;

    @Option(
            names = "--cache-entries",
            paramLabel = "N",
            defaultValue = "100000",
            description =
                    "Keys that the near cache has room for, 1 to 10000000. Default: ${DEFAULT-VALUE}.")
    private int cacheEntries;

    @Option(
            names = "--yardsticks",
            paramLabel = "NAME",
            split = ",",
            defaultValue = "rocksdb,pass-through,redis",
            description =
                    "What to measure beside it, separated by commas, or none. Default: ${DEFAULT-VALUE}.")
    private List<String> yardsticks;

    @Nullable
    @Option(
            names = "--redis",
            paramLabel = "HOST:PORT",
            description =
                    "A Redis server to measure beside it; its keys nearstream-bench:* are put and deleted. Default: none.")
    private String redis;

    @Nullable
    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description =
                    "Keep broker, state, checkpoints and log in this empty directory. Default: a temporary one, removed in the end.")
    private Path dir;

    @Nullable
    @Option(names = "--json", paramLabel = "OUT", description = "Write the report here, as JSON.")
    private Path json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        BenchRuns.requireDirectory(spec, "--json", json);
        KvPlan plan = plan();
        KvReport report =
                BenchRuns.run(spec, dir, in -> KvBench.run(plan, in, BenchRuns.progress(spec)));
        PrintWriter out = spec.commandLine().getOut();
        new KvBenchView(report).print(out);
        if (json != null) {
            Files.writeString(json, Json.text(report.document()) + "\n", StandardCharsets.UTF_8);
            out.printf("%nreport: %s%n", json);
        }
        out.flush();
        if (report.errors() > 0) {
            spec.commandLine()
                    .getErr()
                    .printf(
                            "nearstream: %,d reads were wrong or operations failed; the first: %s%n",
                            report.errors(),
                            Failures.oneLine(report.firstProblem().orElse("unknown")));
            return WRONG;
        }
        return 0;
    }

    private KvPlan plan() {
        try {
            return new KvPlan(
                    load.load(),
                    target.target(),
                    warmUpLoads,
                    warmUpOperations == null
                            ? KvPlan.warmUpFor(load.operations())
                            : warmUpOperations,
                    samples,
                    cacheEntries,
                    yardsticks(),
                    Optional.ofNullable(redis));
        } catch (IllegalArgumentException outOfRange) {
            throw new ParameterException(spec.commandLine(), outOfRange.getMessage(), outOfRange);
        }
    }

    private Set<Yardstick> yardsticks() {
        Set<Yardstick> wanted = EnumSet.noneOf(Yardstick.class);
        if (yardsticks.equals(List.of(NO_YARDSTICKS))) {
            return wanted;
        }
        for (String name : yardsticks) {
            try {
                wanted.add(EnumNames.parse(Yardstick.class, name));
            } catch (TypeConversionException unknown) {
                throw new IllegalArgumentException(
                        "--yardsticks " + unknown.getMessage() + "; none alone", unknown);
            }
        }
        return wanted;
    }
}

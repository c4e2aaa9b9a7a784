package io.nearstream.cli;

import io.nearstream.bench.keyvalue.Distribution;
import io.nearstream.bench.keyvalue.KvLoad;
import io.nearstream.bench.keyvalue.ReadWay;
import io.nearstream.bench.keyvalue.Workload;
import javax.annotation.Nullable;
import picocli.CommandLine.Option;

/** What a benchmark asks of the store. */
final class KvLoadOptions {
    @Option(
            names = "--workload",
            paramLabel = "W",
            required = true,
            description =
                    "A: 50 %% reads, 50 %% updates; B: 95 and 5; C: reads only; D: 95 %% reads of the latest, 5 %% inserts; F: 50 %% reads, 50 %% read-modify-writes. YCSB's E scans, and keys have no order here.")
    private Workload workload;

    @Nullable
    @Option(
            names = "--distribution",
            paramLabel = "HOW",
            description =
                    "Which keys: uniform, zipfian or latest. Default: the workload's own, latest for D and zipfian for the others.")
    private Distribution distribution;

    @Option(
            names = "--read",
            paramLabel = "HOW",
            defaultValue = "live",
            description = "live, strong or cached. Default: ${DEFAULT-VALUE}.")
    private ReadWay read;

    @Option(
            names = "--records",
            paramLabel = "N",
            defaultValue = "100000",
            description = "Keys to load first, 1 to 10000000. Default: ${DEFAULT-VALUE}.")
    private int records;

    @Option(
            names = "--ops",
            paramLabel = "N",
            defaultValue = "100000",
            description = "Operations to measure, 1 to 1000000000. Default: ${DEFAULT-VALUE}.")
    private long operations;

    @Option(
            names = "--value-bytes",
            paramLabel = "B",
            defaultValue = "100",
            description = "Bytes of a value, 24 to 1048576. Default: ${DEFAULT-VALUE}.")
    private int valueBytes;

    @Option(
            names = "--in-flight",
            paramLabel = "N",
            defaultValue = "16",
            description =
                    "Operations under way, 1 to 10000; together 64 MiB of values at most. Default: ${DEFAULT-VALUE}.")
    private int inFlight;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "1",
            description = "Threads that send them, 1 to 64. Default: ${DEFAULT-VALUE}.")
    private int threads;

    @Option(
            names = "--background-puts-per-s",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "Change the same keys so often while C reads from the cache, and measure staleness meanwhile. Default: ${DEFAULT-VALUE}.")
    private int backgroundPuts;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of all that is random. Default: ${DEFAULT-VALUE}.")
    private long seed;

    /** Checked; an IllegalArgumentException names the option. */
    KvLoad load() {
        return KvLoad.of(workload)
                .sized(records, operations, valueBytes)
                .reading(read, distribution == null ? workload.distribution() : distribution)
                .pressed(inFlight, threads, backgroundPuts)
                .seeded(seed);
    }

    long operations() {
        return operations;
    }
}

package io.nearstream.cli;

import io.nearstream.bench.keyvalue.KvLoad;
import io.nearstream.bench.keyvalue.KvReport;
import io.nearstream.bench.keyvalue.Latency;
import io.nearstream.bench.keyvalue.SubtaskLoad;
import io.nearstream.bench.keyvalue.Yardstick;
import io.nearstream.bench.keyvalue.YardstickFigures;
import java.io.PrintWriter;

/** Shows a report about keys to people. */
record KvBenchView(KvReport report) {
    private static final double MIB = 1 << 20;
    private static final double MICROS_PER_MS = 1_000;

    void print(PrintWriter out) {
        Table table = new Table("figure", ">value", "how");
        loaded(table);
        worked(table);
        singles(table);
        footprint(table);
        table.print(out);
        out.println();
        yardsticks(out);
        subtasks(out);
        report.firstProblem().ifPresent(problem -> out.printf("%nWRONG: %s%n", problem));
    }

    private void loaded(Table table) {
        table.row(
                "load to visible",
                "%,.0f /s".formatted(report.loading().perSecond()),
                "%,d keys of %,d bytes, acknowledged after %.2f s, visible live %.2f s"
                        .formatted(
                                report.loading().records(),
                                report.plan().load().valueBytes(),
                                report.loading().acknowledgedSeconds(),
                                report.loading().seconds()));
    }

    private void worked(Table table) {
        KvLoad load = report.plan().load();
        table.row(
                "workload " + load.workload(),
                "%,.0f /s".formatted(report.run().perSecond()),
                "%,d operations, %s, %s reads, %d in flight"
                        .formatted(
                                report.run().operations(),
                                EnumNames.of(load.distribution()),
                                load.read().key(),
                                load.inFlight()));
        report.run()
                .latencies()
                .forEach(
                        (operation, latency) ->
                                latency(table, "  " + EnumNames.of(operation), latency));
        table.row(
                "errors",
                "%,d".formatted(report.errors()),
                "wrong reads and failures; %,d conditions did not hold"
                        .formatted(report.run().conflicts()));
        report.cache()
                .ifPresent(
                        cache ->
                                table.row(
                                        "cache hits",
                                        "%.2f %%".formatted(100 * cache.hitRate()),
                                        cache.backgroundPutsPerSecond().isPresent()
                                                ? "%,.0f puts/s beside"
                                                        .formatted(
                                                                cache.backgroundPutsPerSecond()
                                                                        .getAsDouble())
                                                : ""));
    }

    private void singles(Table table) {
        latency(table, "live get, one by one", report.singles().live());
        latency(table, "strong get, one by one", report.singles().strong());
        latency(table, "put to visible live", report.singles().visible());
        latency(table, "put to cached get", report.singles().staleness());
        report.cache()
                .filter(cache -> cache.skippedSamples() > 0)
                .ifPresent(
                        cache ->
                                table.row(
                                        "  not sampled",
                                        "%,d".formatted(cache.skippedSamples()),
                                        "too many were open: staleness is longer than shown"));
    }

    private static void latency(Table table, String name, Latency latency) {
        table.row(
                name,
                time(latency.p50()),
                "p90 %s, p99 %s, longest %s, %,d times"
                        .formatted(
                                time(latency.p90()),
                                time(latency.p99()),
                                time(latency.max()),
                                latency.samples()));
    }

    private static String time(double millis) {
        return millis < 1
                ? "%.1f us".formatted(millis * MICROS_PER_MS)
                : "%.2f ms".formatted(millis);
    }

    private void footprint(Table table) {
        KvReport.Footprint footprint = report.footprint();
        table.row(
                "state",
                "%,.0f MiB".formatted(footprint.stateBytes() / MIB),
                "newest checkpoint of the job that keeps the keys");
        table.row("resident", "%,.0f MiB".formatted(footprint.residentBytes() / MIB), "");
        table.row(
                "machine",
                "%d CPUs".formatted(report.machine().processors()),
                "load average %.1f before the start".formatted(report.machine().loadAverage()));
        if (footprint.restarts() > 0) {
            table.row("job restarts", footprint.restarts(), "live reads may have gone back");
        }
    }

    private void yardsticks(PrintWriter out) {
        if (report.yardsticks().isEmpty()) {
            return;
        }
        Table table = new Table("beside it", ">per second", ">p50", ">p99", "how");
        table.row(
                "nearstream",
                "%,.0f".formatted(report.run().perSecond()),
                time(report.run().latency().p50()),
                time(report.run().latency().p99()),
                report.plan().load().read().key() + " reads");
        report.yardsticks()
                .forEach(
                        (yardstick, figures) -> {
                            Latency all = figures.latencies().get("all");
                            table.row(
                                    EnumNames.of(yardstick),
                                    "%,.0f".formatted(figures.perSecond()),
                                    time(all.p50()),
                                    time(all.p99()),
                                    how(yardstick, figures));
                        });
        table.print(out);
        out.println();
    }

    private static String how(Yardstick yardstick, YardstickFigures figures) {
        return switch (yardstick) {
            case ROCKSDB ->
                    "in this process, loaded at %,.0f /s"
                            .formatted(figures.rates().get("load_per_s"));
            case PASS_THROUGH ->
                    "a job that copies; %,.0f /s without a limit in flight"
                            .formatted(figures.rates().get("records_per_s"));
            case REDIS ->
                    "one connection, pipelined, loaded at %,.0f /s"
                            .formatted(figures.rates().get("load_per_s"));
        };
    }

    private void subtasks(PrintWriter out) {
        SubtaskLoad load = report.subtasks();
        Table table = new Table(">subtask", ">operations", ">share", "");
        for (int subtask = 0; subtask < load.operations().size(); subtask++) {
            boolean hottest = subtask == load.hottestKeySubtask() && load.total() > 0;
            table.row(
                    subtask,
                    "%,d".formatted(load.operations().get(subtask)),
                    "%.1f %%".formatted(100 * load.share(subtask)),
                    hottest
                            ? "with the hottest key, %s: %.2f %%"
                                    .formatted(load.hottestKey(), 100 * load.hottestKeyShare())
                            : "");
        }
        table.print(out);
    }
}

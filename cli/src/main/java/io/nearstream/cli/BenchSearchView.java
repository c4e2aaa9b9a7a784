package io.nearstream.cli;

import io.nearstream.bench.AnswerCounts;
import io.nearstream.bench.Loading;
import io.nearstream.bench.Percentiles;
import io.nearstream.bench.SearchReport;
import io.nearstream.bench.Throughput;
import java.io.PrintWriter;

/** Shows a report to people. */
record BenchSearchView(SearchReport report) {
    private static final double MIB = 1 << 20;

    void print(PrintWriter out) {
        Table table = new Table("figure", ">value", "how");
        loaded(table);
        answered(table);
        fast(table);
        footprint(table);
        table.print(out);
        faults(out);
    }

    private void loaded(Table table) {
        Loading loading = report.loading();
        table.row(
                "vectors",
                "%,d".formatted(loading.vectors()),
                "%d dimensions, %s, %s"
                        .formatted(
                                report.plan().collection().dimensions(),
                                EnumNames.of(report.plan().collection().encoding()),
                                EnumNames.of(report.plan().collection().metric())));
        table.row(
                "ingest to searchable",
                "%,.0f /s".formatted(loading.perSecond()),
                "acknowledged after %.1f s, searchable %.1f s, moved to generation %d %.1f s"
                        .formatted(
                                loading.acknowledgedSeconds(),
                                loading.visibleSeconds(),
                                loading.generation(),
                                loading.seconds()));
        table.row(
                "CPU per vector",
                "%.0f us".formatted(loading.cpuMicrosPerVector()),
                "the whole process");
    }

    private void answered(Table table) {
        table.row(
                "recall@" + report.plan().k(),
                "%.4f".formatted(report.recall().recall()),
                "%,d queries, target %s"
                        .formatted(report.queries(), report.plan().collection().targetRecall()));
        table.row(
                "scored of all vectors",
                "%.2f %%".formatted(100 * report.scannedFraction()),
                "each once a query");
        table.row("buckets per probe", "%.1f".formatted(report.bucketsPerProbe()), "");
        table.row(
                "messages per probe",
                "%.2f".formatted(report.messagesPerProbe()),
                "%d subtasks, routing %s"
                        .formatted(
                                report.plan().parallelism(),
                                EnumNames.of(report.plan().routing())));
        report.routing()
                .ifPresent(
                        compared ->
                                table.row(
                                        "messages, %d subtasks".formatted(compared.subtasks()),
                                        "%.2f".formatted(compared.probeMessages()),
                                        "broadcast %.2f; queries with other hits: %d"
                                                .formatted(
                                                        compared.broadcastMessages(),
                                                        compared.differing())));
    }

    private void fast(Table table) {
        throughput(table, report.throughput());
        for (Throughput sweep : report.sweeps()) {
            if (sweep != report.throughput()) {
                throughput(table, sweep);
            }
        }
        table.row("CPU per query", "%.0f us".formatted(report.throughput().cpuMicros()), "");
        percentiles(table, "one probe at a time", report.latency().latency());
        percentiles(table, "freshness", report.writes().eventual());
        percentiles(table, "write, AT_LEAST read", report.writes().atLeast());
    }

    private static void throughput(Table table, Throughput measured) {
        AnswerCounts counts = measured.counts();
        String apart =
                counts.refused() + counts.partial() + counts.timedOut() == 0
                        ? ""
                        : "; refused %d, partial %d, timed out %d"
                                .formatted(counts.refused(), counts.partial(), counts.timedOut());
        table.row(
                "queries answered",
                "%,.0f /s".formatted(measured.qps()),
                "%d in flight, batch %d, p50 %.1f ms, p99 %.1f ms%s"
                        .formatted(
                                measured.load().inFlight(),
                                measured.load().batch(),
                                measured.latency().p50(),
                                measured.latency().p99(),
                                apart));
    }

    private static void percentiles(Table table, String name, Percentiles measured) {
        table.row(
                name,
                "%.1f ms".formatted(measured.p50()),
                "p90 %.1f ms, p99 %.1f ms, %,d times"
                        .formatted(measured.p90(), measured.p99(), measured.samples()));
    }

    private void footprint(Table table) {
        SearchReport.Footprint footprint = report.footprint();
        table.row("copies", "%.2f".formatted(footprint.copies()), "buckets per vector");
        table.row(
                "query state",
                "%,.0f MiB".formatted(footprint.stateBytes() / MIB),
                "newest checkpoint");
        table.row(
                "resident",
                "%,.0f MiB".formatted(footprint.residentBytes() / MIB),
                "broker, jobs, client and a heap touched in advance");
        table.row(
                "machine",
                "%d CPUs".formatted(report.machine().processors()),
                "load average %.1f before the start".formatted(report.machine().loadAverage()));
    }

    private void faults(PrintWriter out) {
        report.throughput()
                .firstProblem()
                .ifPresent(problem -> out.printf("%nfirst incomplete answer: %s%n", problem));
        if (report.faults() > 0) {
            out.printf("%nWRONG, where a correct index has zeros: %s%n", report.checks());
        }
    }
}

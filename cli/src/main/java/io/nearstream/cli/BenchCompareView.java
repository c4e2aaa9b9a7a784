package io.nearstream.cli;

import io.nearstream.bench.compare.ComparePlan;
import io.nearstream.bench.compare.CompareReport;
import io.nearstream.bench.compare.Figure;
import io.nearstream.bench.compare.Spread;
import io.nearstream.bench.compare.Systems;
import io.nearstream.bench.peer.SweepPoint;
import io.nearstream.bench.peer.SystemRun;
import java.io.PrintWriter;
import java.util.LinkedHashSet;
import java.util.Set;

/** Shows a comparison to people: medians, and for rates the spread over the rounds. */
record BenchCompareView(CompareReport report) {
    private static final String NONE = "-";
    private static final double MICROS_PER_SECOND = 1e6;

    void print(PrintWriter out) {
        out.printf(
                "%s, %d neighbours, %d rounds, %d CPUs, load average %.1f before the start, %.0f s%n%n",
                report.set(),
                report.k(),
                report.rounds(),
                report.machine().processors(),
                report.machine().loadAverage(),
                report.seconds());
        systems(out);
        out.println();
        points(out);
        out.println();
        ratios(out);
        out.println();
        notes(out);
    }

    private void systems(PrintWriter out) {
        String at = " at " + ComparePlan.RECALL;
        Table table =
                new Table(
                        "system",
                        ">vectors /s",
                        ">least-most",
                        ">CPU us/vector",
                        ">bytes/vector",
                        ">queries /s" + at,
                        ">least-most",
                        ">CPU us/query",
                        ">in batches of 32",
                        ">CPU us/query",
                        ">p50 ms" + at,
                        ">p99 ms",
                        ">fresh p50/p99 ms");
        for (String system : report.runs().keySet()) {
            Figure build = report.figure(system, SystemRun::buildPerSecond);
            Figure qps = report.atRecall(system, SweepPoint::qps);
            table.row(
                    system,
                    median(build, "%,.0f"),
                    range(build, "%,.0f"),
                    median(report.figure(system, SystemRun::cpuMicrosPerVector), "%,.0f"),
                    median(report.figure(system, SystemRun::bytesPerVector), "%,.0f"),
                    median(qps, "%,.0f"),
                    range(qps, "%,.0f"),
                    median(report.atRecall(system, SweepPoint::cpuMicros), "%,.0f"),
                    median(report.further(system, Systems.BATCHED_QPS), "%,.0f"),
                    batchedCpu(system),
                    median(report.atRecall(system, SweepPoint::p50Ms), "%.3f"),
                    median(report.atRecall(system, SweepPoint::p99Ms), "%.3f"),
                    freshness(system));
        }
        table.print(out);
    }

    private String batchedCpu(String system) {
        return report.further(system, Systems.BATCHED_CPU_S)
                .value()
                .map(seconds -> "%,.0f".formatted(MICROS_PER_SECOND * seconds.median()))
                .orElse(NONE);
    }

    private String freshness(String system) {
        Figure p50 = report.further(system, Systems.FRESHNESS_P50);
        Figure p99 = report.further(system, Systems.FRESHNESS_P99);
        return p50.value().isEmpty() ? NONE : median(p50, "%.1f") + " / " + median(p99, "%.1f");
    }

    private void points(PrintWriter out) {
        Table table =
                new Table(
                        "system",
                        ">parameter",
                        ">recall",
                        ">queries /s",
                        ">CPU us/query",
                        ">p50 ms",
                        ">p99 ms");
        report.runs()
                .forEach(
                        (system, runs) -> {
                            for (SweepPoint point : runs.get(0).points()) {
                                int at = point.parameter();
                                table.row(
                                        system,
                                        at,
                                        median(
                                                report.point(system, at, SweepPoint::recall),
                                                "%.4f"),
                                        median(report.point(system, at, SweepPoint::qps), "%,.0f"),
                                        median(
                                                report.point(system, at, SweepPoint::cpuMicros),
                                                "%,.0f"),
                                        median(report.point(system, at, SweepPoint::p50Ms), "%.3f"),
                                        median(
                                                report.point(system, at, SweepPoint::p99Ms),
                                                "%.3f"));
                            }
                        });
        table.print(out);
    }

    private void ratios(PrintWriter out) {
        Table table = new Table("ratio", ">median", ">least-most");
        report.ratios()
                .forEach(
                        (name, ratio) ->
                                table.row(name, median(ratio, "%.2f"), range(ratio, "%.2f")));
        table.print(out);
    }

    private void notes(PrintWriter out) {
        report.runs()
                .forEach(
                        (system, runs) ->
                                out.printf(
                                        "%s: %s, Java %s%n",
                                        system, runs.get(0).description(), runs.get(0).java()));
        report.absent().forEach((system, why) -> out.printf("%s is absent: %s%n", system, why));
        Set<String> reasons = new LinkedHashSet<>();
        report.ratios().forEach((name, ratio) -> ratio.reason().ifPresent(reasons::add));
        reasons.forEach(reason -> out.printf("no ratio, since %s%n", reason));
    }

    private static String median(Figure figure, String format) {
        return figure.value().map(Spread::median).map(format::formatted).orElse(NONE);
    }

    private static String range(Figure figure, String format) {
        return figure.value()
                .map(spread -> (format + "-" + format).formatted(spread.least(), spread.most()))
                .orElse(NONE);
    }
}

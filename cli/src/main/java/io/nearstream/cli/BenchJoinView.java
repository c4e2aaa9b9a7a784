package io.nearstream.cli;

import io.nearstream.bench.join.JoinReport;
import io.nearstream.core.model.Metric;
import java.io.PrintWriter;

/** Shows a report to people. */
record BenchJoinView(JoinReport report) {
    private static final double MIB = 1 << 20;

    void print(PrintWriter out) {
        Table table = new Table("figure", ">value", "how");
        table.row(
                "records",
                "%,d".formatted(report.plan().vectors().size()),
                "%d dimensions, %s, %s, within %s"
                        .formatted(
                                report.plan().collection().dimensions(),
                                EnumNames.of(report.plan().collection().encoding()),
                                EnumNames.of(report.plan().collection().metric()),
                                report.plan().truth().eps()));
        table.row(
                "pairs",
                "%,d".formatted(report.found().pairs()),
                "of %,d true ones".formatted(report.plan().truth().size()));
        table.row("recall", "%.5f".formatted(report.recall()), how());
        table.row("precision", "%.5f".formatted(report.precision()), "");
        table.row(
                "scanned of all pairs",
                "%.4f %%".formatted(100 * report.scannedFraction()),
                "distances computed");
        table.row("buckets per record", "%.2f".formatted(report.visitsPerRecord()), "");
        table.row(
                "written to last pair read",
                "%,.0f /s".formatted(report.perSecond()),
                "%.1f s, committed; acknowledged after %.1f s; %d warm-ups before"
                        .formatted(
                                report.seconds(),
                                report.acknowledgedSeconds(),
                                report.plan().warmUps()));
        table.row(
                "CPU per record",
                "%.0f us".formatted(report.cpuMicrosPerRecord()),
                "the whole process");
        table.row(
                "join state",
                "%,.0f MiB".formatted(report.stateBytes() / MIB),
                "newest checkpoint");
        table.row(
                "resident",
                "%,.0f MiB".formatted(report.residentBytes() / MIB),
                "broker, jobs, client and a heap touched in advance");
        table.row(
                "machine",
                "%d CPUs".formatted(report.machine().processors()),
                "load average %.1f before the start".formatted(report.machine().loadAverage()));
        table.print(out);
        if (report.faults() > 0) {
            out.printf("%nWRONG, where a correct join has zeros: %s%n", report.checks());
        }
        out.println();
        out.flush();
    }

    private String how() {
        return report.plan().collection().metric() == Metric.JACCARD
                ? "%d bands of %d hashes".formatted(report.plan().tables(), report.plan().hashes())
                : "a = %s".formatted(report.plan().visiting());
    }
}

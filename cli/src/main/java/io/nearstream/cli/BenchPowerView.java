package io.nearstream.cli;

import io.nearstream.bench.power.PowerReport;
import io.nearstream.bench.power.Span;
import java.io.PrintWriter;
import java.util.OptionalDouble;

/** What power and work were, for people. */
final class BenchPowerView {
    private static final int GAPS_SHOWN = 10;

    private final PowerReport report;

    BenchPowerView(PowerReport report) {
        this.report = report;
    }

    void print(PrintWriter out) {
        PowerReport.Meter meter = report.meter();
        Table table = new Table("figure", ">value", "of");
        table.row(
                "mean power",
                "%.2f W".formatted(meter.energy().meanWatts()),
                "%,d readings, %s to %s"
                        .formatted(meter.readings(), meter.time().from(), meter.time().to()));
        table.row("peak power", "%.2f W".formatted(meter.peakWatts()), "one reading");
        table.row(
                "energy",
                "%,.1f J".formatted(meter.energy().joules()),
                "%,.1f s that readings cover".formatted(covered(meter)));
        report.idleWatts().ifPresent(idle -> table.row("idle power", "%.2f W".formatted(idle), ""));
        report.work().ifPresent(work -> addWork(table, work));
        table.print(out);
        printMissing(out);
    }

    private static double covered(PowerReport.Meter meter) {
        return meter.energy().covered().toNanos() / 1e9;
    }

    private void addWork(Table table, PowerReport.Work work) {
        table.row(
                "power at work",
                "%.2f W".formatted(work.meanWatts()),
                "%,d intervals, %,.1f s".formatted(report.counted().size(), work.seconds()));
        table.row(
                "operations",
                "%,d".formatted(work.operations()),
                "%,.1f a second".formatted(work.operations() / work.seconds()));
        table.row(
                "operations per joule",
                rate(work.operationsPerJoule()),
                "%,.1f J".formatted(work.joules()));
        work.netJoules()
                .ifPresent(
                        net ->
                                table.row(
                                        "... beyond idle",
                                        rate(work.operationsPerNetJoule()),
                                        "%,.1f J".formatted(net)));
    }

    private static String rate(OptionalDouble rate) {
        return rate.isPresent() ? "%,.2f".formatted(rate.getAsDouble()) : "none";
    }

    private void printMissing(PrintWriter out) {
        if (report.meter().ignored() > 0) {
            out.printf("%n%d lines were no numbers.%n", report.meter().ignored());
        }
        int gaps = report.meter().energy().gaps().size();
        if (gaps > 0) {
            out.printf("%nGaps in the readings: %d%n", gaps);
            for (Span gap : report.meter().energy().gaps().stream().limit(GAPS_SHOWN).toList()) {
                out.printf("  %s  %.1f s%n", gap.from(), gap.seconds());
            }
            if (gaps > GAPS_SHOWN) {
                out.printf("  ... all are in the report%n");
            }
        }
        if (!report.leftOut().isEmpty()) {
            out.printf(
                    "%nNot counted, since readings are missing: %,d intervals with %,d operations%n",
                    report.leftOut().size(),
                    report.leftOut().stream()
                            .mapToLong(interval -> interval.work().operations())
                            .sum());
        }
        out.flush();
    }
}

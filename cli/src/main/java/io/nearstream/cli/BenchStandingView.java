package io.nearstream.cli;

import io.nearstream.bench.Percentiles;
import io.nearstream.bench.standing.StandingReport;
import java.io.PrintWriter;

/** Shows a report to people. */
record BenchStandingView(StandingReport report) {
    private static final double MIB = 1 << 20;

    void print(PrintWriter out) {
        StandingReport.Writing writing = report.writing();
        Table table = new Table("figure", ">value", "how");
        table.row(
                "records",
                "%,d".formatted(report.plan().vectors().size()),
                "%d dimensions, %s"
                        .formatted(
                                report.plan().collection().dimensions(),
                                EnumNames.of(report.plan().collection().metric())));
        table.row(
                "standing queries",
                "%,d".formatted(report.plan().queries()),
                "k %d, %d cells visited, %d shards"
                        .formatted(
                                report.plan().k(),
                                report.plan().probes(),
                                report.plan().parallelism()));
        table.row(
                "registered",
                "%,.0f /s".formatted(report.registeredPerSecond()),
                "%.1f s until the last first answer".formatted(report.registerSeconds()));
        table.row(
                "recall of kept answers",
                "%.4f".formatted(report.recall()),
                "%d answers, brute force, after all writes".formatted(report.plan().checked()));
        table.row(
                "writes kept up with",
                "%,.0f /s".formatted(writing.sustainedPerSecond()),
                "%,d sent at %,.0f /s in %.1f s, their last difference seen after %.1f s"
                        .formatted(
                                writing.writes(),
                                writing.writes() / writing.sentSeconds(),
                                writing.sentSeconds(),
                                writing.seenSeconds()));
        table.row(
                "differences",
                "%,d".formatted(writing.differences()),
                "%.1f a write; %,d writes changed an answer"
                        .formatted(
                                writing.differences() / (double) writing.writes(),
                                writing.changing()));
        table.row("difference seen, p50", ms(writing.all().p50()), "uncommitted; " + rest(writing));
        table.row("first of a write, p50", ms(writing.first().p50()), tail(writing.first()));
        table.row("CPU per write", "%.0f us".formatted(writing.cpuMicros()), "the whole process");
        table.row(
                "limited queries",
                "%,d".formatted(report.told().limited()),
                "times, since too much was to be told of one");
        table.row(
                "state",
                "%,.0f MiB".formatted(report.stateBytes() / MIB),
                "of the standing-query job, newest checkpoint");
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
            out.printf("%nWRONG, where nothing failed these are zeros: %s%n", report.checks());
        }
        out.flush();
    }

    private static String rest(StandingReport.Writing writing) {
        return tail(writing.all()) + ", from when its write was due";
    }

    private static String tail(Percentiles percentiles) {
        return "p90 %s, p99 %s".formatted(ms(percentiles.p90()), ms(percentiles.p99()));
    }

    private static String ms(double value) {
        return "%,.1f ms".formatted(value);
    }
}

package io.nearstream.cli;

import io.nearstream.bench.stream.StreamReport;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Shows what became of a runbook: recall step by step, one column per system, then each system. */
record BenchStreamView(StreamReport report) {
    private static final String NONE = "-";

    void print(PrintWriter out) {
        out.printf(
                "%s: recall@%d of %,d queries%n%n", report.runbook(), report.k(), report.queries());
        if (!report.runs().isEmpty()) {
            steps(out);
            out.println();
            systems(out);
            out.println();
        }
        report.runs()
                .forEach(
                        (system, run) ->
                                out.printf(
                                        "%s: %s, Java %s%n",
                                        system, run.description(), run.java()));
        report.absent().forEach((system, why) -> out.printf("%s is absent: %s%n", system, why));
    }

    private void steps(PrintWriter out) {
        List<String> headings = new ArrayList<>(List.of(">step", ">live"));
        report.runs().keySet().forEach(system -> headings.add(">" + system));
        headings.addAll(List.of(">our buckets", ">scored"));
        Table table = new Table(headings.toArray(String[]::new));
        List<StreamReport.Search> first = report.runs().values().iterator().next().searches();
        for (int i = 0; i < first.size(); i++) {
            List<Object> row = new ArrayList<>();
            row.add(first.get(i).step());
            row.add("%,d".formatted(first.get(i).live()));
            String buckets = NONE;
            String scored = NONE;
            for (StreamReport.Run run : report.runs().values()) {
                StreamReport.Search search = run.searches().get(i);
                row.add("%.4f".formatted(search.recall()));
                if (search.cost().isPresent()) {
                    buckets = "%.1f".formatted(search.cost().get().buckets());
                    scored = share(search.scanned());
                }
            }
            row.add(buckets);
            row.add(scored);
            table.row(row.toArray());
        }
        table.print(out);
    }

    private static String share(Optional<Double> share) {
        return share.map(known -> "%.2f %%".formatted(100 * known)).orElse(NONE);
    }

    private void systems(PrintWriter out) {
        Table table =
                new Table(
                        "system",
                        ">mean recall",
                        ">least",
                        ">in the end",
                        ">new index",
                        ">effort",
                        ">scored",
                        ">new scored",
                        ">writes/s",
                        ">write s",
                        ">search s",
                        ">wrong hits",
                        ">unanswered");
        report.runs()
                .forEach(
                        (system, run) ->
                                table.row(
                                        system,
                                        "%.4f".formatted(run.meanRecall()),
                                        "%.4f".formatted(run.leastRecall()),
                                        "%.4f".formatted(run.fresh().streamed()),
                                        "%.4f".formatted(run.fresh().recall()),
                                        run.fresh().effort(),
                                        share(run.fresh().streamedScanned()),
                                        share(run.fresh().scanned()),
                                        "%,.0f".formatted(run.writesPerSecond()),
                                        "%.1f".formatted(run.writeSeconds()),
                                        "%.1f".formatted(run.searchSeconds()),
                                        run.wrong(),
                                        run.searches().stream()
                                                .mapToLong(StreamReport.Search::unanswered)
                                                .sum()));
        table.print(out);
    }
}

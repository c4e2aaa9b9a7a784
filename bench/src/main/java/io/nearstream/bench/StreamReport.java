package io.nearstream.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What became of a runbook.
 *
 * @param runbook its name
 * @param searches in their order
 * @param writes records that were inserted, replaced or deleted
 * @param writeSeconds from the first of each step's writes until all are searchable, summed
 * @param fresh the same questions to a new index of the records that were live in the end
 * @param restarts of the jobs; none, where nothing is wrong
 */
public record StreamReport(
        String runbook,
        List<Search> searches,
        long writes,
        double writeSeconds,
        Fresh fresh,
        int restarts) {
    public StreamReport {
        searches = List.copyOf(searches);
    }

    /**
     * A search step.
     *
     * @param step its number
     * @param live records at that time
     * @param recall against an exact scan of them
     * @param wrong hits that are not live, or named twice; none in a correct index
     * @param unanswered queries without a complete answer
     * @param buckets visited per query
     * @param scanned share of the live records that was scored per query
     * @param latency of the probes
     */
    public record Search(
            int step,
            int live,
            double recall,
            long wrong,
            long unanswered,
            double buckets,
            double scanned,
            Percentiles latency) {
        private Map<String, Object> document() {
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("step", step);
            document.put("live", live);
            document.put("recall", recall);
            document.put("wrong", wrong);
            document.put("unanswered", unanswered);
            document.put("buckets_per_probe", buckets);
            document.put("scanned_fraction", scanned);
            document.put("latency_ms", latency.document());
            return document;
        }
    }

    /**
     * A new index beside the streamed one, in the end.
     *
     * @param probes buckets that both were asked to visit
     * @param streamed recall of the streamed index
     * @param recall of the new one
     */
    public record Fresh(int probes, double streamed, double recall) {}

    /** Mean recall over the search steps; the score of the big-ann-benchmarks. */
    public double meanRecall() {
        return searches.stream().mapToDouble(Search::recall).average().orElse(0);
    }

    /** The report as a JSON document. */
    public Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("runbook", runbook);
        document.put("mean_recall", meanRecall());
        document.put("least_recall", searches.stream().mapToDouble(Search::recall).min().orElse(0));
        document.put("writes", writes);
        document.put("writes_per_s", writeSeconds == 0 ? 0 : writes / writeSeconds);
        List<Object> all = new ArrayList<>();
        searches.forEach(search -> all.add(search.document()));
        document.put("searches", all);
        Map<String, Object> compared = new LinkedHashMap<>();
        compared.put("probes", fresh.probes());
        compared.put("streamed_recall", fresh.streamed());
        compared.put("fresh_recall", fresh.recall());
        document.put("fresh", compared);
        document.put("job_restarts", restarts);
        return document;
    }
}

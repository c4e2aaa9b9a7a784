package io.nearstream.bench.stream;

import io.nearstream.bench.Percentiles;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What became of a runbook.
 *
 * @param runbook its name
 * @param k neighbours per query
 * @param queries asked at each search step
 * @param runs of every system that was measured, in the order of the plan
 * @param absent systems that were not, with the reason
 */
public record StreamReport(
        String runbook, int k, int queries, Map<String, Run> runs, Map<String, String> absent) {

    /**
     * What one system did.
     *
     * @param description product, version and parameters, for people
     * @param java version of the Java that it ran on
     * @param searches in their order
     * @param writes records that were inserted, replaced or deleted
     * @param writeSeconds from the first write after a search until all before the next are
     *     searchable, summed
     * @param fresh the same questions to a new index of the records that were live in the end
     * @param restarts of our jobs; none, where nothing is wrong
     */
    public record Run(
            String description,
            String java,
            List<Search> searches,
            long writes,
            double writeSeconds,
            Fresh fresh,
            OptionalInt restarts) {
        public Run {
            searches = List.copyOf(searches);
        }

        /** Mean recall over the search steps; the score of the big-ann-benchmarks. */
        public double meanRecall() {
            return searches.stream().mapToDouble(Search::recall).average().orElse(0);
        }

        /** The worst search step. */
        public double leastRecall() {
            return searches.stream().mapToDouble(Search::recall).min().orElse(0);
        }

        /** Hits that are not live, or named twice, over all searches. */
        public long wrong() {
            return searches.stream().mapToLong(Search::wrong).sum();
        }

        /** Until searchable. */
        public double writesPerSecond() {
            return writeSeconds == 0 ? 0 : writes / writeSeconds;
        }

        /** Spent on searches, in all. */
        public double searchSeconds() {
            return searches.stream().mapToDouble(Search::searchSeconds).sum();
        }

        private Map<String, Object> document() {
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("description", description);
            document.put("java", java);
            document.put("mean_recall", meanRecall());
            document.put("least_recall", leastRecall());
            document.put("wrong", wrong());
            document.put("writes", writes);
            document.put("writes_per_s", writesPerSecond());
            document.put("write_seconds", writeSeconds);
            document.put("search_seconds", searchSeconds());
            List<Object> all = new ArrayList<>();
            searches.forEach(search -> all.add(search.document()));
            document.put("searches", all);
            document.put("fresh", fresh.document());
            restarts.ifPresent(count -> document.put("job_restarts", count));
            return document;
        }
    }

    /**
     * A search step.
     *
     * @param step its number
     * @param live records at that time
     * @param recall against an exact scan of them
     * @param wrong hits that are not live, or named twice; none in a correct index
     * @param writeSeconds spent on the writes since the search before, until searchable
     * @param searchSeconds spent on this search
     * @param cost of ours only
     */
    public record Search(
            int step,
            int live,
            double recall,
            long wrong,
            double writeSeconds,
            double searchSeconds,
            Optional<Cost> cost) {
        /** Queries without a complete answer. */
        public long unanswered() {
            return cost.map(Cost::unanswered).orElse(0L);
        }

        /** Share of the live records that was scored per query, where that is known. */
        public Optional<Double> scanned() {
            return cost.map(known -> known.scored() / Math.max(1, live));
        }

        private Map<String, Object> document() {
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("step", step);
            document.put("live", live);
            document.put("recall", recall);
            document.put("wrong", wrong);
            document.put("write_seconds", writeSeconds);
            document.put("search_seconds", searchSeconds);
            cost.ifPresent(
                    known -> {
                        document.put("unanswered", known.unanswered());
                        document.put("buckets_per_probe", known.buckets());
                        document.put("scanned_fraction", known.scored() / Math.max(1, live));
                        document.put("latency_ms", known.latency().document());
                    });
            return document;
        }
    }

    /**
     * What a search of ours took.
     *
     * @param unanswered queries without a complete answer
     * @param buckets visited per query
     * @param scored records that were scored per query
     * @param latency of the probes
     */
    public record Cost(long unanswered, double buckets, double scored, Percentiles latency) {}

    /**
     * A new index beside the streamed one, in the end.
     *
     * @param effort that both were asked with: buckets visited, or candidates kept
     * @param streamed recall of the streamed index
     * @param recall of the new one
     * @param streamedScanned share of the records that the streamed index scored per query, where
     *     that is known: equal effort is not equal work where the indexes have other buckets
     * @param scanned share that the new one scored
     */
    public record Fresh(
            int effort,
            double streamed,
            double recall,
            Optional<Double> streamedScanned,
            Optional<Double> scanned) {
        private Map<String, Object> document() {
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("effort", effort);
            document.put("streamed_recall", streamed);
            document.put("fresh_recall", recall);
            document.put("lost_recall", recall - streamed);
            streamedScanned.ifPresent(share -> document.put("streamed_scanned_fraction", share));
            scanned.ifPresent(share -> document.put("fresh_scanned_fraction", share));
            return document;
        }
    }

    /** The report as a JSON document. */
    public Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("runbook", runbook);
        document.put("k", k);
        document.put("queries", queries);
        Map<String, Object> systems = new LinkedHashMap<>();
        runs.forEach((system, run) -> systems.put(system, run.document()));
        absent.forEach((system, why) -> systems.put(system, Map.of("absent", why)));
        document.put("systems", systems);
        return document;
    }
}

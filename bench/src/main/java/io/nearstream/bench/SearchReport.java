package io.nearstream.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a search benchmark measured.
 *
 * @param plan what was done
 * @param queries query vectors that were used
 * @param loading how the data became searchable
 * @param recall how good the answers were
 * @param asked what became of the probes that recall was measured with, one per query
 * @param latency with one probe in flight
 * @param writes single writes into the loaded index
 * @param throughput under the plan's load
 * @param sweeps under its further loads
 * @param routing both routings compared, where that was asked for
 * @param footprint what the process took
 * @param machine where it ran
 */
public record SearchReport(
        SearchPlan plan,
        long queries,
        Loading loading,
        Recall recall,
        AnswerCounts asked,
        Throughput latency,
        Freshness writes,
        Throughput throughput,
        List<Throughput> sweeps,
        Optional<RoutingComparison> routing,
        Footprint footprint,
        Machine machine) {
    private static final double DECIMALS = 1e4;

    public SearchReport {
        sweeps = List.copyOf(sweeps);
    }

    /**
     * What the loaded process took, before anything was restarted.
     *
     * @param copies buckets that a vector lies in, on average
     * @param stateBytes newest checkpoint of the query job, in full
     * @param stateParts the same by part
     * @param residentBytes memory of the process: broker, jobs, client, and a heap that was touched
     *     in advance
     * @param deadLetters writes that were refused; none were sent
     * @param restarts of the jobs
     */
    public record Footprint(
            double copies,
            long stateBytes,
            Map<String, Long> stateParts,
            long residentBytes,
            long deadLetters,
            int restarts) {}

    /**
     * Where a benchmark ran.
     *
     * @param processors that it could use
     * @param loadAverage threads of other programs that wanted to run when it began; figures of a
     *     busy machine are too low
     */
    public record Machine(int processors, double loadAverage) {
        /** This machine, now. */
        public static Machine here() {
            return new Machine(ProcessFigures.processors(), ProcessFigures.loadAverage());
        }
    }

    /** Stored vectors that a query was compared with, of all. */
    public double scannedFraction() {
        return asked.scored() / (double) asked.answered() / loading.vectors();
    }

    /** Buckets visited per probe of one vector. */
    public double bucketsPerProbe() {
        return asked.buckets() / (double) asked.answered();
    }

    /** Messages to bucket subtasks per probe of one vector. */
    public double messagesPerProbe() {
        return asked.messages() / (double) asked.answered();
    }

    /** The report as a JSON document: numbers and objects of numbers, but for encoding and code. */
    public Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("vectors", loading.vectors());
        document.put("dimensions", plan.collection().dimensions());
        document.put("encoding", plan.collection().encoding().name().toLowerCase(Locale.ROOT));
        document.put("code", plan.collection().code().name().toLowerCase(Locale.ROOT));
        document.put("ingest_per_s", loading.perSecond());
        document.put("recall", recall.recall());
        document.put("scanned_fraction", scannedFraction());
        document.put("buckets_per_probe", bucketsPerProbe());
        document.put("messages_per_probe", messagesPerProbe());
        document.put("subtasks", plan.parallelism());
        document.put("qps", throughput.qps());
        document.put("latency_ms", latency.latency().document());
        document.put("freshness_ms", writes.eventual().document());
        document.put("copies", footprint.copies());
        document.put("state_bytes", footprint.stateBytes());
        document.put("state_bytes_by_part", footprint.stateParts());
        document.put("state_bytes_per_vector", stateBytesPerVector());
        document.put("rss_bytes", footprint.residentBytes());
        document.put("cpu_us_per_vector", loading.cpuMicrosPerVector());
        document.put("cpu_us_per_probe", throughput.cpuMicros());
        document.put("at_least_ms", writes.atLeast().document());
        document.put("refused", throughput.counts().refused());
        document.put("partial", throughput.counts().partial());
        document.put("timed_out", throughput.counts().timedOut());
        document.put("queries", queries);
        document.put("k", plan.k());
        document.put("in_flight", plan.load().inFlight());
        document.put("batch", plan.load().batch());
        document.put("loading", loadingDocument());
        document.put("checks", checks());
        document.put("warm_up_loads", plan.phases().warmUpLoads());
        document.put("processors", machine.processors());
        document.put("load_average_before", machine.loadAverage());
        if (!sweeps.isEmpty()) {
            Map<String, Object> loads = new LinkedHashMap<>();
            for (Throughput sweep : sweeps) {
                String name =
                        "in_flight_%d_batch_%d"
                                .formatted(sweep.load().inFlight(), sweep.load().batch());
                loads.put(name, sweep.document());
            }
            document.put("sweeps", loads);
        }
        routing.ifPresent(compared -> document.put("routing", compared.document()));
        return rounded(document);
    }

    private Map<String, Object> stateBytesPerVector() {
        Map<String, Object> parts = new LinkedHashMap<>();
        footprint
                .stateParts()
                .forEach((part, bytes) -> parts.put(part, (double) bytes / loading.vectors()));
        return rounded(parts);
    }

    private Map<String, Object> loadingDocument() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("acknowledged_s", loading.acknowledgedSeconds());
        document.put("searchable_s", loading.visibleSeconds());
        document.put("moved_s", loading.seconds());
        document.put("generation", loading.generation());
        return document;
    }

    /** What must be zero in a correct index; {@link #faults} says whether it is. */
    public Map<String, Object> checks() {
        Map<String, Object> checks = new LinkedHashMap<>();
        checks.put("recall_pass_refused", asked.refused());
        checks.put("recall_pass_partial", asked.partial());
        checks.put("recall_pass_timed_out", asked.timedOut());
        checks.put("ids_repeated", recall.repeated());
        checks.put("ids_unknown", recall.unknown());
        checks.put("writes_not_found", writes.notFound());
        checks.put("writes_not_read_at_least", writes.notRead());
        checks.put("writes_not_deleted", writes.notDeleted());
        checks.put("dead_letters", footprint.deadLetters());
        checks.put("job_restarts", footprint.restarts());
        return checks;
    }

    /** Sum of all {@link #checks}. */
    public long faults() {
        return checks().values().stream().mapToLong(value -> ((Number) value).longValue()).sum();
    }

    /** Figures with more digits than a measurement has are hard to read. */
    private static Map<String, Object> rounded(Map<String, Object> document) {
        document.replaceAll(
                (key, value) -> {
                    if (value instanceof Double number) {
                        return Math.abs(number) < 1
                                ? Math.round(number * DECIMALS * DECIMALS) / (DECIMALS * DECIMALS)
                                : Math.round(number * DECIMALS) / DECIMALS;
                    }
                    return value;
                });
        return document;
    }
}

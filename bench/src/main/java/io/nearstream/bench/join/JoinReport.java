package io.nearstream.bench.join;

import io.nearstream.bench.SearchReport;
import io.nearstream.core.model.Metric;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What a benchmark of the join measured, in its last round.
 *
 * @param plan what was done
 * @param found how good the pairs were
 * @param leftAfterDeletes pairs of the rounds before that were not taken back with their records; a
 *     correct join has none
 * @param acknowledgedSeconds from the first produce to the last acknowledgement
 * @param seconds from the first produce until the last committed pair was read
 * @param cpuMicrosPerRecord CPU time of the whole process until all was committed, per record
 * @param distances that were computed
 * @param visits records that buckets were sent
 * @param stateBytes newest checkpoint of the join job, in full
 * @param residentBytes memory of the process: broker, jobs, client, and a heap that was touched in
 *     advance
 * @param restarts of the jobs
 * @param machine where it ran
 */
public record JoinReport(
        JoinPlan plan,
        Found found,
        long leftAfterDeletes,
        double acknowledgedSeconds,
        double seconds,
        double cpuMicrosPerRecord,
        long distances,
        long visits,
        long stateBytes,
        long residentBytes,
        int restarts,
        SearchReport.Machine machine) {
    private static final double DECIMALS = 1e6;

    /**
     * How good pairs were.
     *
     * @param pairs that were said
     * @param right of them, each counted once
     * @param repeated pairs that were said again
     * @param takenBack pairs that were taken back, though nothing ended
     */
    public record Found(long pairs, long right, long repeated, long takenBack) {
        static Found of(TruePairs truth, List<MatchReader.Said> said) {
            Set<Long> pairs = new HashSet<>();
            long repeated = 0;
            long takenBack = 0;
            for (MatchReader.Said each : said) {
                if (!each.added()) {
                    takenBack++;
                } else if (!pairs.add(each.pair())) {
                    repeated++;
                }
            }
            long right = pairs.stream().filter(truth::contains).count();
            return new Found(pairs.size(), right, repeated, takenBack);
        }
    }

    /** Of the true pairs, those that were said. */
    public double recall() {
        return plan.truth().size() == 0 ? 1 : found.right() / (double) plan.truth().size();
    }

    /** Of the pairs that were said, the true ones. */
    public double precision() {
        return found.pairs() == 0 ? 1 : found.right() / (double) found.pairs();
    }

    /** Of all pairs of two records, those whose distance was computed. */
    public double scannedFraction() {
        double records = plan.vectors().size();
        return distances / (records * (records - 1) / 2);
    }

    /** Records per second, from the first produce until the last committed pair was read. */
    public double perSecond() {
        return plan.vectors().size() / seconds;
    }

    /** Buckets that a record was sent to. */
    public double visitsPerRecord() {
        return visits / (double) plan.vectors().size();
    }

    /** The report as a JSON document. */
    public Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("records", plan.vectors().size());
        document.put("dimensions", plan.collection().dimensions());
        document.put("encoding", plan.collection().encoding().name().toLowerCase(Locale.ROOT));
        document.put("metric", plan.collection().metric().name().toLowerCase(Locale.ROOT));
        document.put("eps", plan.truth().eps());
        if (plan.collection().metric() == Metric.JACCARD) {
            document.put("tables", plan.tables());
            document.put("hashes", plan.hashes());
        } else {
            document.put("visiting", plan.visiting());
        }
        document.put("true_pairs", plan.truth().size());
        document.put("pairs", found.pairs());
        document.put("recall", rounded(recall()));
        document.put("precision", rounded(precision()));
        document.put("scanned_fraction", rounded(scannedFraction()));
        document.put("visits_per_record", rounded(visitsPerRecord()));
        document.put("records_per_s", rounded(perSecond()));
        document.put("acknowledged_s", rounded(acknowledgedSeconds));
        document.put("seconds", rounded(seconds));
        document.put("cpu_us_per_record", rounded(cpuMicrosPerRecord));
        document.put("state_bytes", stateBytes);
        document.put("rss_bytes", residentBytes);
        document.put("subtasks", plan.parallelism());
        document.put("warm_ups", plan.warmUps());
        document.put("checks", checks());
        document.put("processors", machine.processors());
        document.put("load_average_before", machine.loadAverage());
        return document;
    }

    private static double rounded(double value) {
        return Math.round(value * DECIMALS) / DECIMALS;
    }

    /** What must be zero in a correct join. */
    public Map<String, Object> checks() {
        Map<String, Object> checks = new LinkedHashMap<>();
        checks.put("pairs_that_are_none", found.pairs() - found.right());
        checks.put("pairs_repeated", found.repeated());
        checks.put("pairs_taken_back", found.takenBack());
        checks.put("pairs_left_after_deletes", leftAfterDeletes);
        checks.put("job_restarts", restarts);
        return checks;
    }

    /** Sum of all {@link #checks}. */
    public long faults() {
        return checks().values().stream().mapToLong(value -> ((Number) value).longValue()).sum();
    }
}

package io.nearstream.bench.standing;

import io.nearstream.bench.Percentiles;
import io.nearstream.bench.SearchReport;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * What a benchmark of standing queries measured.
 *
 * @param plan what was done
 * @param registerSeconds until every query had its first snapshot
 * @param recall of the kept answers that were judged
 * @param writing how writes became differences, in the measured round
 * @param told what was told in all
 * @param stateBytes newest checkpoint of the standing-query job, in full
 * @param residentBytes memory of the process: broker, jobs, client, and a heap that was touched in
 *     advance
 * @param restarts of the jobs
 * @param machine where it ran
 */
public record StandingReport(
        StandingPlan plan,
        double registerSeconds,
        double recall,
        Writing writing,
        Told told,
        long stateBytes,
        long residentBytes,
        int restarts,
        SearchReport.Machine machine) {
    private static final double DECIMALS = 1e6;

    /**
     * How writes became differences.
     *
     * @param writes that were sent
     * @param sentSeconds from the first to the last
     * @param seenSeconds from the first write sent until all were applied and the last difference
     *     was seen
     * @param differences that they made
     * @param changing writes that made one or more
     * @param all from when a write was due to each of its differences, seen uncommitted
     * @param first to the first of each write
     * @param cpuMicros CPU time of the whole process per write
     */
    public record Writing(
            long writes,
            double sentSeconds,
            double seenSeconds,
            long differences,
            long changing,
            Percentiles all,
            Percentiles first,
            double cpuMicros) {
        private static final long SLOWEST_MICROS = TimeUnit.HOURS.toMicros(2);
        private static final int DIGITS = 3;

        /**
         * Puts differences and writes together.
         *
         * @param dueAt when each write was due, of {@link System#nanoTime}
         * @param seen all differences since the first of them
         * @param start when the first was due
         */
        static Writing of(
                Map<Long, Long> dueAt,
                SeenDifferences seen,
                long start,
                double sentSeconds,
                double cpuMicros) {
            Histogram all = new Histogram(SLOWEST_MICROS, DIGITS);
            Histogram first = new Histogram(SLOWEST_MICROS, DIGITS);
            Set<Long> changing = new HashSet<>();
            long last = start + (long) (sentSeconds * 1e9);
            for (int i = 0; i < seen.size(); i++) {
                Long due = dueAt.get(seen.write(i));
                if (due != null) {
                    long micros = (seen.seenAt(i) - due) / 1_000;
                    all.recordValue(micros);
                    last = Math.max(last, seen.seenAt(i));
                    if (changing.add(seen.write(i))) {
                        first.recordValue(micros);
                    }
                }
            }
            return new Writing(
                    dueAt.size(),
                    sentSeconds,
                    (last - start) / 1e9,
                    all.getTotalCount(),
                    changing.size(),
                    Percentiles.of(all),
                    Percentiles.of(first),
                    cpuMicros);
        }

        /** Writes a second that were kept up with: until their last difference was seen. */
        public double sustainedPerSecond() {
            return writes / seenSeconds;
        }
    }

    /**
     * What was told in all.
     *
     * @param limited how often a query was
     * @param outOfStep differences whose number did not follow
     * @param misfolded snapshots that were not what had been folded
     */
    public record Told(long limited, long outOfStep, long misfolded) {}

    /** Queries registered a second. */
    public double registeredPerSecond() {
        return plan.queries() / registerSeconds;
    }

    /** The report as a JSON document. */
    public Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("records", plan.vectors().size());
        document.put("dimensions", plan.collection().dimensions());
        document.put("metric", plan.collection().metric().name().toLowerCase(Locale.ROOT));
        document.put("queries", plan.queries());
        document.put("k", plan.k());
        document.put("probes", plan.probes());
        document.put("registered_per_s", rounded(registeredPerSecond()));
        document.put("register_s", rounded(registerSeconds));
        document.put("recall", rounded(recall));
        document.put("checked", plan.checked());
        document.put("writes_per_s_wanted", plan.load().perSecond());
        document.put("writes_per_s_sent", rounded(writing.writes() / writing.sentSeconds()));
        document.put("writes_per_s", rounded(writing.sustainedPerSecond()));
        document.put("seen_ms", writing.all().document());
        document.put("first_seen_ms", writing.first().document());
        document.put("writes", writing.writes());
        document.put("changing_writes", writing.changing());
        document.put("differences", writing.differences());
        document.put("cpu_us_per_write", rounded(writing.cpuMicros()));
        document.put("limited", told.limited());
        document.put("state_bytes", stateBytes);
        document.put("rss_bytes", residentBytes);
        document.put("subtasks", plan.parallelism());
        document.put("seed", plan.seed());
        document.put("checks", checks());
        document.put("processors", machine.processors());
        document.put("load_average_before", machine.loadAverage());
        return document;
    }

    private static double rounded(double value) {
        return Math.round(value * DECIMALS) / DECIMALS;
    }

    /** What must be zero where nothing failed. */
    public Map<String, Object> checks() {
        Map<String, Object> checks = new LinkedHashMap<>();
        checks.put("differences_out_of_step", told.outOfStep());
        checks.put("snapshots_unlike_the_folded_answer", told.misfolded());
        checks.put("job_restarts", restarts);
        return checks;
    }

    /** Sum of all {@link #checks}. */
    public long faults() {
        return checks().values().stream().mapToLong(value -> ((Number) value).longValue()).sum();
    }
}

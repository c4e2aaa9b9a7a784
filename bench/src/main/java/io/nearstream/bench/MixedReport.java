package io.nearstream.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * How long probes took while writes streamed.
 *
 * @param plan what was done
 * @param vectors in the collection, all the time
 * @param ingestLimit writes per second that became searchable when nothing held them back
 * @param steps by share of the limit
 * @param restarts of the jobs; none, where nothing is wrong
 * @param machine where it ran
 */
public record MixedReport(
        MixedPlan plan,
        long vectors,
        double ingestLimit,
        List<Step> steps,
        int restarts,
        SearchReport.Machine machine) {
    public MixedReport {
        steps = List.copyOf(steps);
    }

    /**
     * Probes beside one rate of writes.
     *
     * @param share of the ingest limit that was to be written
     * @param writesPerSecond that were acknowledged
     * @param probesPerSecond that were answered completely
     * @param latency of these, from the moment that each was due
     * @param lagSeconds from the last write until all were searchable
     * @param counts what became of the probes
     * @param seen what else went on
     */
    public record Step(
            double share,
            double writesPerSecond,
            double probesPerSecond,
            Percentiles latency,
            double lagSeconds,
            AnswerCounts counts,
            Disturbances.Seen seen) {
        private Map<String, Object> document() {
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("share", share);
            document.put("writes_per_s", writesPerSecond);
            document.put("probes_per_s", probesPerSecond);
            document.put("latency_ms", latency.document());
            document.put("lag_s", lagSeconds);
            document.put("refused", counts.refused());
            document.put("partial", counts.partial());
            document.put("timed_out", counts.timedOut());
            document.putAll(seen.document());
            return document;
        }
    }

    /** The 99th percentile beside this share of the limit, as a multiple of the idle one. */
    public OptionalDouble p99AgainstIdle(double share) {
        double idle = steps.get(0).latency().p99();
        return steps.stream()
                .filter(step -> step.share() == share && idle > 0)
                .mapToDouble(step -> step.latency().p99() / idle)
                .findFirst();
    }

    /** The report as a JSON document. */
    public Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("vectors", vectors);
        document.put("ingest_limit_per_s", ingestLimit);
        document.put("probes_per_s", plan.probesPerSecond());
        List<Object> all = new ArrayList<>();
        steps.forEach(step -> all.add(step.document()));
        document.put("steps", all);
        p99AgainstIdle(0.75).ifPresent(ratio -> document.put("p99_at_75_vs_idle", ratio));
        document.put("job_restarts", restarts);
        document.put("processors", machine.processors());
        document.put("load_average_before", machine.loadAverage());
        return document;
    }
}

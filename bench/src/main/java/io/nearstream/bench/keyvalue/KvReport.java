package io.nearstream.bench.keyvalue;

import io.nearstream.bench.SearchReport.Machine;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a key-value benchmark measured.
 *
 * @param plan what was done
 * @param loading how the keys became readable
 * @param singles calls one at a time
 * @param run the workload
 * @param cache what the near cache did meanwhile, where reads were cached
 * @param subtasks how many of the workload's operations each subtask owns the key of, cached hits
 *     included
 * @param yardsticks what was measured beside it
 * @param footprint what the process took
 * @param machine where it ran
 */
public record KvReport(
        KvPlan plan,
        KvLoading loading,
        Singles singles,
        KvRun run,
        Optional<CacheFigures> cache,
        SubtaskLoad subtasks,
        Map<Yardstick, YardstickFigures> yardsticks,
        Footprint footprint,
        Machine machine) {

    public KvReport {
        EnumMap<Yardstick, YardstickFigures> ordered = new EnumMap<>(Yardstick.class);
        ordered.putAll(yardsticks);
        yardsticks = ordered;
    }

    /**
     * Calls with one under way at a time.
     *
     * @param live live gets
     * @param strong strong gets
     * @param visible from a put until a live get finds it
     * @param staleness from a put until a cached get finds it
     * @param errors wrong reads and failures among them and while warming up
     * @param firstProblem what was wrong first
     */
    public record Singles(
            Latency live,
            Latency strong,
            Latency visible,
            Latency staleness,
            long errors,
            Optional<String> firstProblem) {}

    /**
     * What the near cache did while the workload ran.
     *
     * @param hitRate gets that it answered itself, 0 to 1
     * @param backgroundPutsPerSecond puts beside the workload that were acknowledged
     * @param skippedSamples of staleness, not taken since too many were open; its figures are too
     *     low where there are any
     */
    public record CacheFigures(
            double hitRate, OptionalDouble backgroundPutsPerSecond, long skippedSamples) {}

    /**
     * What the loaded process took; 0 where the store runs elsewhere.
     *
     * @param stateBytes newest checkpoint of the job that keeps the keys, in full
     * @param residentBytes memory of this process
     * @param restarts of that job
     */
    public record Footprint(long stateBytes, long residentBytes, int restarts) {}

    /** The same with what was measured beside it. */
    KvReport withYardsticks(Map<Yardstick, YardstickFigures> measured) {
        return new KvReport(
                plan, loading, singles, run, cache, subtasks, measured, footprint, machine);
    }

    /** Wrong reads and failed operations; a correct store has none. */
    public long errors() {
        return run.errors() + singles.errors();
    }

    /** What was wrong first. */
    public Optional<String> firstProblem() {
        return singles.firstProblem().or(run::firstProblem);
    }

    /** The report as a JSON document. */
    public Map<String, Object> document() {
        KvLoad load = plan.load();
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("workload", load.workload().name());
        document.put("read", load.read().key());
        document.put("distribution", key(load.distribution()));
        document.put("records", load.records());
        document.put("ops", run.operations());
        document.put("value_bytes", load.valueBytes());
        document.put("in_flight", load.inFlight());
        document.put("threads", load.threads());
        document.put("seed", load.seed());
        document.put("parallelism", plan.target().parallelism());
        document.put("ops_per_s", Figures.rounded(run.perSecond()));
        document.put("load_per_s", Figures.rounded(loading.perSecond()));
        document.put("load_acknowledged_s", Figures.rounded(loading.acknowledgedSeconds()));
        document.put("errors", errors());
        document.put("conflicts", run.conflicts());
        document.put("latency_ms", run.latencyDocument());
        document.put(
                "one_in_flight_ms", documents("live", singles.live(), "strong", singles.strong()));
        document.put("visible_ms", singles.visible().document());
        document.put("staleness_ms", singles.staleness().document());
        document.put(
                "cache_hit_rate", cache.map(each -> Figures.rounded(each.hitRate())).orElse(null));
        cache.filter(each -> each.backgroundPutsPerSecond().isPresent())
                .ifPresent(
                        each ->
                                document.put(
                                        "background_puts_per_s",
                                        Figures.rounded(
                                                each.backgroundPutsPerSecond().getAsDouble())));
        cache.ifPresent(each -> document.put("staleness_skipped", each.skippedSamples()));
        document.put("subtask_load", subtasks.document());
        document.put("yardsticks", yardsticksDocument());
        document.put("state_bytes", footprint.stateBytes());
        document.put("rss_bytes", footprint.residentBytes());
        document.put("job_restarts", footprint.restarts());
        document.put("warm_up_loads", plan.warmUpLoads());
        document.put("warm_up_ops", plan.warmUpOperations());
        document.put("java", Runtime.version().toString());
        document.put("cores", machine.processors());
        document.put("load_average_before", machine.loadAverage());
        return document;
    }

    private Map<String, Object> yardsticksDocument() {
        Map<String, Object> document = new LinkedHashMap<>();
        yardsticks.forEach(
                (yardstick, figures) -> document.put(name(yardstick), figures.document()));
        return document;
    }

    private static String name(Yardstick yardstick) {
        return switch (yardstick) {
            case ROCKSDB -> "rocksdb_in_process";
            case PASS_THROUGH -> "pass_through";
            case REDIS -> "redis";
        };
    }

    private static Map<String, Object> documents(
            String one, Latency first, String other, Latency second) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put(one, first.document());
        document.put(other, second.document());
        return document;
    }

    private static String key(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}

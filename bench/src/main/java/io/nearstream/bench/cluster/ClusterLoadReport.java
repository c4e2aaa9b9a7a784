package io.nearstream.bench.cluster;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a cluster answered.
 *
 * @param plan what was asked
 * @param preparation how the data came to be there
 * @param loads one for each load, in the order of the plan
 */
public record ClusterLoadReport(ClusterLoadPlan plan, Preparation preparation, List<Load> loads) {
    private static final String[] COSTS = {
        "probes", "messages", "buckets", "vectors_scored", "hits"
    };

    public ClusterLoadReport {
        loads = List.copyOf(loads);
    }

    /**
     * How the data came to be there.
     *
     * @param seconds until all of it was in force and its buckets at rest
     * @param generation of the buckets; 0 where nothing was written
     * @param recall of 100 probes against a scan; 0 without vectors
     */
    record Preparation(double seconds, int generation, double recall) {}

    /**
     * A concurrency.
     *
     * @param inFlight operations under way
     * @param window what was answered
     * @param subtasks gets and puts by the subtask that keeps their key; empty without keys
     * @param costs probes, messages, buckets, vectors scored, hits; empty without vectors
     * @param firstFailure its message; empty where nothing failed
     */
    record Step(
            int inFlight, LoadWindow window, long[] subtasks, long[] costs, String firstFailure) {
        private Map<String, Object> document() {
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("in_flight", inFlight);
            document.putAll(window.document());
            document.put("first_failure", firstFailure);
            document.put("operations_by_subtask", subtasks);
            for (int i = 0; i < costs.length; i++) {
                document.put(COSTS[i], costs[i]);
            }
            return document;
        }
    }

    /**
     * A load.
     *
     * @param kind which
     * @param steady whether its throughput was steady before it was measured
     * @param warmUp throughput of the windows before, operations a second
     * @param steps at least one
     */
    record Load(LoadKind kind, boolean steady, List<Double> warmUp, List<Step> steps) {
        Load {
            warmUp = List.copyOf(warmUp);
            steps = List.copyOf(steps);
        }

        private Step best() {
            return steps.stream()
                    .max(Comparator.comparingDouble(step -> step.window().perSecond()))
                    .orElseThrow();
        }

        private Map<String, Object> document() {
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("load", name());
            document.put("steady", steady);
            document.put("warm_up_per_s", warmUp.stream().map(LoadWindow::rounded).toList());
            document.put("best", steps.indexOf(best()));
            document.put("steps", steps.stream().map(Step::document).toList());
            return document;
        }

        private String name() {
            return kind.name().toLowerCase(Locale.ROOT);
        }
    }

    /** Wrong answers of all measured steps. */
    public long wrong() {
        return loads.stream()
                .flatMap(load -> load.steps().stream())
                .mapToLong(step -> step.window().wrong())
                .sum();
    }

    /** The best step of each load in words: load, in flight, a second, p50, p99, failures. */
    public List<Object[]> rows() {
        List<Object[]> rows = new ArrayList<>();
        for (Load load : loads) {
            Step best = load.best();
            Map<String, Object> figures = best.window().document();
            rows.add(
                    new Object[] {
                        load.name(),
                        best.inFlight(),
                        "%,.0f".formatted(best.window().perSecond()),
                        "%.1f ms".formatted((double) figures.get("p50_ms")),
                        "%.1f ms".formatted((double) figures.get("p99_ms")),
                        best.window().failures(),
                        best.window().wrong(),
                        load.steady() ? "yes" : "no"
                    });
        }
        return rows;
    }

    /** As JSON. */
    public Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("seed", plan.seed());
        document.put("parallelism", plan.parallelism());
        document.put("keys", plan.data().keys());
        document.put("value_bytes", plan.data().valueBytes());
        document.put("vectors", plan.data().vectors());
        document.put("dimensions", plan.data().dimensions());
        document.put("k", plan.data().k());
        document.put("prepared_s", LoadWindow.rounded(preparation.seconds()));
        document.put("generation", preparation.generation());
        document.put("recall", LoadWindow.rounded(preparation.recall()));
        document.put("wrong", wrong());
        document.put("loads", loads.stream().map(Load::document).toList());
        return document;
    }
}

package io.nearstream.bench.compare;

import io.nearstream.bench.SearchReport;
import io.nearstream.bench.compare.Figure.Single;
import io.nearstream.bench.peer.SweepPoint;
import io.nearstream.bench.peer.SystemRun;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What a comparison measured.
 *
 * @param set name of the data
 * @param k neighbours per query
 * @param rounds how many were planned
 * @param runs of every system that was measured, one per round, in the order of the plan
 * @param absent systems that were not, with the reason
 * @param machine where it ran
 * @param seconds how long it took
 */
public record CompareReport(
        String set,
        int k,
        int rounds,
        Map<String, List<SystemRun>> runs,
        Map<String, String> absent,
        SearchReport.Machine machine,
        double seconds) {

    /** Of every system that was measured, over its rounds. */
    public Figure figure(String system, ToDoubleFunction<SystemRun> figure) {
        return over(system, run -> Single.of(figure.applyAsDouble(run)));
    }

    /** A figure of the sweep at {@link ComparePlan#RECALL}. */
    public Figure atRecall(String system, ToDoubleFunction<SweepPoint> figure) {
        return over(system, run -> at(run, figure));
    }

    /** One of the further figures. */
    public Figure further(String system, String name) {
        return over(system, run -> more(run, name));
    }

    /** A figure of a sweep's step. */
    public Figure point(String system, int parameter, ToDoubleFunction<SweepPoint> figure) {
        return over(system, run -> same(run, parameter, figure));
    }

    private Figure over(String system, Function<SystemRun, Single> figure) {
        return runs.containsKey(system)
                ? Figure.over(runs.get(system).stream().map(figure).toList())
                : Figure.none(whyAbsent(system));
    }

    private String whyAbsent(String system) {
        return "%s is absent: %s"
                .formatted(system, absent.getOrDefault(system, "it was not asked for"));
    }

    private static Single at(SystemRun run, ToDoubleFunction<SweepPoint> figure) {
        return AtRecall.of(run.system(), run.points(), ComparePlan.RECALL, figure);
    }

    private static Single more(SystemRun run, String name) {
        Double value = run.more().get(name);
        return value == null
                ? Single.none("%s has no figure '%s'".formatted(run.system(), name))
                : Single.of(value);
    }

    /** The ratios by name: each is taken within a round, then over the rounds. */
    public Map<String, Figure> ratios() {
        Map<String, Figure> ratios = new LinkedHashMap<>();
        Function<SystemRun, Single> build = run -> Single.of(run.buildPerSecond());
        Function<SystemRun, Single> qps = run -> at(run, SweepPoint::qps);
        ratios.put("ingest_vs_lucene", ratio(Systems.NEARSTREAM, build, Systems.LUCENE, build));
        ratios.put("core_ingest_vs_lucene", ratio(Systems.CORE, build, Systems.LUCENE, build));
        ratios.put("core_qps_vs_lucene", ratio(Systems.CORE, qps, Systems.LUCENE, qps));
        ratios.put(
                "qps_vs_lucene_over_kafka",
                ratio(Systems.NEARSTREAM, qps, Systems.LUCENE_KAFKA, qps));
        ratios.put(
                "p50_vs_floor",
                ratio(
                        Systems.NEARSTREAM,
                        run -> at(run, SweepPoint::p50Ms),
                        Systems.NEARSTREAM,
                        run -> more(run, Systems.FLOOR_P50)));
        return ratios;
    }

    private Figure ratio(
            String ours,
            Function<SystemRun, Single> figure,
            String theirs,
            Function<SystemRun, Single> yardstick) {
        for (String system : List.of(ours, theirs)) {
            if (!runs.containsKey(system)) {
                return Figure.none(whyAbsent(system));
            }
        }
        List<SystemRun> all = runs.get(ours);
        List<SystemRun> others = runs.get(theirs);
        return Figure.over(
                IntStream.range(0, Math.min(all.size(), others.size()))
                        .mapToObj(
                                round ->
                                        figure.apply(all.get(round))
                                                .with(
                                                        yardstick.apply(others.get(round)),
                                                        (a, b) -> a / b))
                        .toList());
    }

    /** The report as a JSON document. */
    public Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("data", set);
        document.put("k", k);
        document.put("rounds", rounds);
        document.put("recall_compared", ComparePlan.RECALL);
        document.put("processors", machine.processors());
        document.put("load_average_before", machine.loadAverage());
        document.put("seconds", Figure.rounded(seconds));
        Map<String, Object> systems = new LinkedHashMap<>();
        runs.keySet().forEach(system -> systems.put(system, system(system)));
        absent.forEach((system, reason) -> systems.put(system, Map.of("absent", reason)));
        document.put("systems", systems);
        Map<String, Object> ratios = new LinkedHashMap<>();
        Map<String, Object> notes = new LinkedHashMap<>();
        ratios().forEach(
                        (name, ratio) -> {
                            ratios.put(
                                    name,
                                    ratio.value()
                                            .map(spread -> Figure.rounded(spread.median()))
                                            .orElse(null));
                            notes.put(name, ratio.document());
                        });
        document.put("ratios", ratios);
        document.put("ratio_notes", notes);
        return document;
    }

    private Map<String, Object> system(String system) {
        SystemRun first = runs.get(system).get(0);
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("description", first.description());
        document.put("java", first.java());
        document.put("build_per_s", figure(system, SystemRun::buildPerSecond).document());
        document.put(
                "cpu_s_per_vector",
                figure(system, run -> run.cpuMicrosPerVector() / 1e6).document());
        document.put("bytes_per_vector", figure(system, SystemRun::bytesPerVector).document());
        document.put("qps_at_recall", atRecall(system, SweepPoint::qps).document());
        document.put("p50_ms_at_recall", atRecall(system, SweepPoint::p50Ms).document());
        document.put("p99_ms_at_recall", atRecall(system, SweepPoint::p99Ms).document());
        document.put(
                "cpu_s_per_query_at_recall",
                atRecall(system, point -> point.cpuMicros() / 1e6).document());
        first.more().keySet().stream()
                .sorted()
                .forEach(name -> document.put(name, further(system, name).document()));
        document.put("points", points(system));
        return document;
    }

    private List<Map<String, Object>> points(String system) {
        return parameters(system).map(parameter -> point(system, parameter)).toList();
    }

    private Stream<Integer> parameters(String system) {
        return runs.get(system).get(0).points().stream().map(SweepPoint::parameter);
    }

    private Map<String, Object> point(String system, int at) {
        Map<String, Object> point = new LinkedHashMap<>();
        point.put("parameter", at);
        point.put("recall", point(system, at, SweepPoint::recall).document());
        point.put("qps", point(system, at, SweepPoint::qps).document());
        point.put("p50_ms", point(system, at, SweepPoint::p50Ms).document());
        point.put("p99_ms", point(system, at, SweepPoint::p99Ms).document());
        point.put("cpu_s_per_query", point(system, at, each -> each.cpuMicros() / 1e6).document());
        return point;
    }

    private static Single same(SystemRun run, int parameter, ToDoubleFunction<SweepPoint> figure) {
        return run.points().stream()
                .filter(point -> point.parameter() == parameter)
                .findFirst()
                .map(point -> Single.of(figure.applyAsDouble(point)))
                .orElseGet(() -> Single.none("a round lacks parameter " + parameter));
    }

    /** The medians of a system's sweep, for a plot: recall and the figure, step by step. */
    List<double[]> curve(String system, ToDoubleFunction<SweepPoint> figure) {
        return parameters(system)
                .map(
                        at ->
                                new double[] {
                                    median(point(system, at, SweepPoint::recall)),
                                    median(point(system, at, figure))
                                })
                .toList();
    }

    private static double median(Figure figure) {
        return figure.value().map(Spread::median).orElse(Double.NaN);
    }
}

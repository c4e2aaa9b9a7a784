package io.nearstream.bench.keyvalue;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a yardstick measured.
 *
 * @param perSecond operations per second, with as many in flight as the store had
 * @param latencies of them, by what they are called in the report; "all" is there
 * @param rates further rates by their names in the report
 * @param singles further latencies by their names in the report
 * @param errors wrong reads and failures
 * @param conflicts conditions that did not hold
 */
public record YardstickFigures(
        double perSecond,
        Map<String, Latency> latencies,
        Map<String, Double> rates,
        Map<String, Latency> singles,
        long errors,
        long conflicts) {

    /** Of a run of the workload. */
    static YardstickFigures of(KvRun run, double loadPerSecond) {
        Map<String, Latency> latencies = new LinkedHashMap<>();
        latencies.put("all", run.latency());
        run.latencies().forEach((operation, each) -> latencies.put(operation.key(), each));
        return new YardstickFigures(
                run.perSecond(),
                latencies,
                Map.of("load_per_s", loadPerSecond),
                Map.of(),
                run.errors(),
                run.conflicts());
    }

    Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("ops_per_s", Figures.rounded(perSecond));
        rates.forEach((name, rate) -> document.put(name, Figures.rounded(rate)));
        document.put("latency_ms", documents(latencies));
        singles.forEach((name, single) -> document.put(name, single.document()));
        document.put("errors", errors);
        document.put("conflicts", conflicts);
        return document;
    }

    private static Map<String, Object> documents(Map<String, Latency> latencies) {
        Map<String, Object> document = new LinkedHashMap<>();
        latencies.forEach((name, latency) -> document.put(name, latency.document()));
        return document;
    }
}

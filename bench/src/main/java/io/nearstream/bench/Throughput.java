package io.nearstream.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How many query vectors were answered under a load.
 *
 * @param load the load
 * @param qps query vectors with a complete answer per second
 * @param latency of the complete answers
 * @param cpuMicros CPU time of the whole process per query vector
 * @param counts what became of the probes
 * @param firstProblem what the first answer that was not complete said
 */
public record Throughput(
        ProbeLoad load,
        double qps,
        Percentiles latency,
        double cpuMicros,
        AnswerCounts counts,
        Optional<String> firstProblem) {

    /** The same with CPU time of another process per query vector added. */
    Throughput withMoreCpu(double micros) {
        return new Throughput(load, qps, latency, cpuMicros + micros, counts, firstProblem);
    }

    Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("in_flight", load.inFlight());
        document.put("batch", load.batch());
        document.put("qps", qps);
        document.put("refused", counts.refused());
        document.put("partial", counts.partial());
        document.put("timed_out", counts.timedOut());
        document.put("latency_ms", latency.document());
        document.put("cpu_us_per_probe", cpuMicros);
        return document;
    }
}

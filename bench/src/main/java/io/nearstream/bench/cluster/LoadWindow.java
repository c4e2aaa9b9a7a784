package io.nearstream.bench.cluster;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What was answered between two moments.
 *
 * @param from the first moment, by this machine's clock
 * @param nanos from there, by a clock that nobody sets; above 0
 * @param operations that ended with an answer
 * @param wrong answers that were not what was written, among the operations
 * @param failures operations that ended without an answer
 * @param latency of the answers, in nanoseconds; belongs to this record
 */
record LoadWindow(
        Instant from, long nanos, long operations, long wrong, long failures, Histogram latency) {
    private static final double NANOS_PER_MS = 1e6;
    private static final double NANOS_PER_S = 1e9;
    private static final double P50 = 50;
    private static final double P99 = 99;

    double perSecond() {
        return operations / (nanos / NANOS_PER_S);
    }

    Instant to() {
        return from.plus(Duration.ofNanos(nanos));
    }

    /** This and the one that follows it. */
    LoadWindow and(LoadWindow next) {
        Histogram both = latency.copy();
        both.add(next.latency);
        return new LoadWindow(
                from,
                nanos + next.nanos,
                operations + next.operations,
                wrong + next.wrong,
                failures + next.failures,
                both);
    }

    /** A line of {@code bench power --throughput}. */
    Map<String, Object> interval() {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("from", from.toEpochMilli());
        line.put("to", to().toEpochMilli());
        line.put("operations", operations);
        return line;
    }

    Map<String, Object> document() {
        Map<String, Object> document = interval();
        document.put("per_s", rounded(perSecond()));
        document.put("wrong", wrong);
        document.put("failures", failures);
        document.put("p50_ms", rounded(latency.getValueAtPercentile(P50) / NANOS_PER_MS));
        document.put("p99_ms", rounded(latency.getValueAtPercentile(P99) / NANOS_PER_MS));
        document.put("max_ms", rounded(latency.getMaxValue() / NANOS_PER_MS));
        return document;
    }

    static double rounded(double figure) {
        return Math.round(figure * 1_000) / 1_000.0;
    }
}

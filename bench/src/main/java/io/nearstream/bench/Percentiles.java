package io.nearstream.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * Durations at which so many per cent of the samples lie, in milliseconds.
 *
 * @param p50 the median
 * @param p90 nine of ten
 * @param p99 99 of 100
 * @param samples how many there were
 */
public record Percentiles(double p50, double p90, double p99, long samples) {
    private static final double MICROS_PER_MS = 1_000;

    /** Of a histogram of microseconds. */
    public static Percentiles of(Histogram micros) {
        return new Percentiles(
                micros.getValueAtPercentile(50) / MICROS_PER_MS,
                micros.getValueAtPercentile(90) / MICROS_PER_MS,
                micros.getValueAtPercentile(99) / MICROS_PER_MS,
                micros.getTotalCount());
    }

    /** As it stands in a report. */
    public Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("p50", p50);
        document.put("p90", p90);
        document.put("p99", p99);
        document.put("samples", samples);
        return document;
    }
}

package io.nearstream.bench.keyvalue;

import java.util.LinkedHashMap;
import java.util.Map;
import org.HdrHistogram.AbstractHistogram;
import org.HdrHistogram.ConcurrentHistogram;

/**
 * Durations at which so many per cent of the samples lie, in milliseconds.
 *
 * @param p50 the median
 * @param p90 nine of ten
 * @param p99 99 of 100
 * @param max the longest
 * @param samples how many there were
 */
public record Latency(double p50, double p90, double p99, double max, long samples) {
    private static final double NANOS_PER_MS = 1e6;
    static final int DIGITS = 3;

    /** An empty histogram of nanoseconds for any number of threads. */
    static ConcurrentHistogram histogram() {
        return new ConcurrentHistogram(DIGITS);
    }

    /** Of a histogram of nanoseconds. */
    static Latency of(AbstractHistogram nanos) {
        return new Latency(
                nanos.getValueAtPercentile(50) / NANOS_PER_MS,
                nanos.getValueAtPercentile(90) / NANOS_PER_MS,
                nanos.getValueAtPercentile(99) / NANOS_PER_MS,
                nanos.getMaxValue() / NANOS_PER_MS,
                nanos.getTotalCount());
    }

    Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("p50", Figures.rounded(p50));
        document.put("p90", Figures.rounded(p90));
        document.put("p99", Figures.rounded(p99));
        document.put("max", Figures.rounded(max));
        return document;
    }
}

package io.nearstream.bench.join;

import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;

/**
 * Lets a benchmark read the counters of the jobs in its JVM as they are now: a reporter that
 * reports to nobody. The counters are those of the operators that were there last. Thread-safe.
 */
public final class JobCounters implements MetricReporterFactory {
    private static final String NAME = "bench-counters";
    private static final Map<String, Counter> COUNTERS = new ConcurrentHashMap<>();

    /** Options of a cluster whose counters are read here. */
    static Map<String, String> options() {
        return Map.of(
                "metrics.reporters",
                NAME,
                "metrics.reporter." + NAME + ".factory.class",
                JobCounters.class.getName());
    }

    /**
     * The sum of a counter over the subtasks of an operator.
     *
     * @param operator its display name
     */
    static long of(String operator, String counter) {
        String part = "." + operator + ".";
        return COUNTERS.entrySet().stream()
                .filter(
                        entry ->
                                entry.getKey().contains(part)
                                        && entry.getKey().endsWith("." + counter))
                .mapToLong(entry -> entry.getValue().getCount())
                .sum();
    }

    @Override
    public MetricReporter createMetricReporter(Properties properties) {
        COUNTERS.clear(); // of a cluster before this one
        return new Reporter();
    }

    private static final class Reporter implements MetricReporter {
        @Override
        public void open(MetricConfig config) {}

        @Override
        public void close() {}

        @Override
        public void notifyOfAddedMetric(Metric metric, String name, MetricGroup group) {
            if (metric instanceof Counter counter) {
                COUNTERS.put(group.getMetricIdentifier(name), counter);
            }
        }

        @Override
        public void notifyOfRemovedMetric(Metric metric, String name, MetricGroup group) {
            COUNTERS.remove(group.getMetricIdentifier(name));
        }
    }
}

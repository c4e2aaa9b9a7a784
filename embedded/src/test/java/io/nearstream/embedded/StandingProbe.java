package io.nearstream.embedded;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;

/**
 * Says every second where a load of standing queries waits and what takes the cores: how far behind
 * the clock time is at each hop, how busy and how held back the shards are, and which threads of
 * this JVM, those of RocksDB among them, had most of the CPU. Reads Linux's {@code /proc}.
 */
public final class StandingProbe implements MetricReporterFactory {
    private static final String NAME = "standing-probe";
    private static final long PERIOD_MS = 1_000;
    private static final int TICKS_PER_SECOND = 100;
    private static final int THREADS = 14;
    private static final PrintStream OUT = System.out;
    private static final Map<String, Gauge<?>> GAUGES = new ConcurrentHashMap<>();

    /** Options of a cluster that is looked at. */
    static Map<String, String> options() {
        return Map.of(
                "metrics.reporters",
                NAME,
                "metrics.reporter." + NAME + ".factory.class",
                StandingProbe.class.getName());
    }

    /** Begins, on a thread that ends with the JVM. */
    static void start() {
        Thread thread = new Thread(StandingProbe::run, NAME);
        thread.setDaemon(true);
        thread.start();
    }

    private static void run() {
        try {
            Map<String, Long> before = threads();
            while (true) {
                Thread.sleep(PERIOD_MS);
                Map<String, Long> now = threads();
                OUT.println(hops() + " | " + busiest(before, now));
                before = now;
            }
        } catch (IOException | InterruptedException over) {
            throw new IllegalStateException(over);
        }
    }

    private static String hops() {
        long now = System.currentTimeMillis();
        StringBuilder line = new StringBuilder();
        line.append("late ms: said ").append(now - least("Encode index change", "watermarkSaid"));
        line.append(", decoded ").append(now - least("Decode changes", "currentOutputWatermark"));
        line.append(", shards ")
                .append(now - least("Keep standing queries", "currentInput1Watermark"));
        line.append("; busy ").append(least("Keep standing queries", "busyTimeMsPerSecond"));
        line.append(" held ").append(least("Decode changes", "backPressuredTimeMsPerSecond"));
        line.append(" waiting ").append(least("Keep standing queries", "waitingBytes"));
        return line.toString();
    }

    /** The sum of a gauge over the subtasks of an operator. */
    static long sum(String operator, String gauge) {
        return GAUGES.entrySet().stream()
                .filter(
                        entry ->
                                entry.getKey().contains(operator)
                                        && entry.getKey().endsWith("." + gauge))
                .mapToLong(entry -> ((Number) entry.getValue().getValue()).longValue())
                .sum();
    }

    private static long least(String operator, String gauge) {
        return GAUGES.entrySet().stream()
                .filter(
                        entry ->
                                entry.getKey().contains(operator)
                                        && entry.getKey().endsWith("." + gauge))
                .map(entry -> entry.getValue().getValue())
                .filter(Number.class::isInstance)
                .mapToLong(value -> ((Number) value).longValue())
                .min()
                .orElse(-1);
    }

    /** Ticks of CPU by name; of threads that share a name the sum. */
    private static Map<String, Long> threads() throws IOException {
        Map<String, Long> ticks = new HashMap<>();
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
            for (Path task : tasks) {
                String stat;
                try {
                    stat = Files.readString(task.resolve("stat"));
                } catch (IOException ended) {
                    continue;
                }
                int open = stat.indexOf('(');
                int close = stat.lastIndexOf(')');
                String[] fields = stat.substring(close + 2).split(" ");
                ticks.merge(
                        stat.substring(open + 1, close),
                        Long.parseLong(fields[11]) + Long.parseLong(fields[12]),
                        Long::sum);
            }
        }
        return ticks;
    }

    private static String busiest(Map<String, Long> before, Map<String, Long> now) {
        Map<String, Long> used = new HashMap<>();
        now.forEach((name, ticks) -> used.put(name, ticks - before.getOrDefault(name, 0L)));
        long all = used.values().stream().mapToLong(Long::longValue).sum();
        List<String> most =
                used.entrySet().stream()
                        .filter(entry -> entry.getValue() > 0)
                        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                        .limit(THREADS)
                        .map(entry -> entry.getKey() + " " + entry.getValue())
                        .toList();
        return "%d %% of %d: %s".formatted(all * 100 / TICKS_PER_SECOND, 100, most);
    }

    @Override
    public MetricReporter createMetricReporter(Properties properties) {
        return new Reporter();
    }

    private static final class Reporter implements MetricReporter {
        @Override
        public void open(MetricConfig config) {}

        @Override
        public void close() {}

        @Override
        public void notifyOfAddedMetric(Metric metric, String name, MetricGroup group) {
            if (metric instanceof Gauge<?> gauge) {
                GAUGES.put(group.getMetricIdentifier(name), gauge);
            }
        }

        @Override
        public void notifyOfRemovedMetric(Metric metric, String name, MetricGroup group) {
            GAUGES.remove(group.getMetricIdentifier(name));
        }
    }
}

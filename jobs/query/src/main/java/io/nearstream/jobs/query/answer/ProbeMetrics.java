package io.nearstream.jobs.query.answer;

import io.nearstream.schemas.ProbeResult;
import io.nearstream.schemas.ProbeStatus;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;

/**
 * What the web UI shows of answers, counted by the operator that writes them: the merge, or the one
 * that adds payloads. The latency leaves out the way to the payloads. Belongs to the task's thread.
 */
public final class ProbeMetrics {
    private static final int WINDOW = 1_000;

    private final Map<ProbeStatus, Counter> byStatus = new EnumMap<>(ProbeStatus.class);
    private final Counter queries;
    private final Histogram latencyMicros;
    private final Histogram buckets;
    private final Histogram messages;

    /** Registers the metrics of an operator. */
    public ProbeMetrics(MetricGroup group) {
        for (ProbeStatus status : ProbeStatus.values()) {
            String name = status.name().toLowerCase(Locale.ROOT);
            byStatus.put(status, group.addGroup("status", name).counter("probesAnswered"));
        }
        queries = group.counter("queriesAnswered");
        latencyMicros =
                group.histogram("latencyMicros", new DescriptiveStatisticsHistogram(WINDOW));
        buckets = group.histogram("bucketsPerProbe", new DescriptiveStatisticsHistogram(WINDOW));
        messages = group.histogram("messagesPerProbe", new DescriptiveStatisticsHistogram(WINDOW));
    }

    /** An answer has gone out. */
    public void answered(ProbeResult result) {
        byStatus.get(result.getStatus()).inc();
        queries.inc(result.getAnswers().size());
        latencyMicros.update(result.getMicros());
        buckets.update(result.getBucketsVisited());
        messages.update(result.getMessages());
    }
}

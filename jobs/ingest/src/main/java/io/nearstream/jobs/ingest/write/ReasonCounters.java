package io.nearstream.jobs.ingest.write;

import io.nearstream.core.model.Reason;
import java.util.EnumMap;
import java.util.Map;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/** Counts refusals by their reason. Not thread-safe: one task counts. */
public final class ReasonCounters {
    private final MetricGroup group;
    private final String name;
    private final Map<Reason, Counter> counters = new EnumMap<>(Reason.class);

    /** Counters of that name, each in a group of its reason. */
    public ReasonCounters(MetricGroup group, String name) {
        this.group = group;
        this.name = name;
    }

    /** Counts one. */
    public void inc(Reason reason) {
        counters.computeIfAbsent(reason, r -> group.addGroup("reason", r.name()).counter(name))
                .inc();
    }
}

package io.nearstream.jobs.query.testing;

import java.lang.reflect.Field;
import java.util.Map;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Metric;
import org.apache.flink.runtime.metrics.groups.AbstractMetricGroup;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;

/** Reads what an operator counts. */
public final class Counters {
    private Counters() {}

    /** The value of a counter. */
    public static long count(AbstractStreamOperatorTestHarness<?> harness, String name) {
        return ((Counter) metric(harness, name)).getCount();
    }

    /** The value of a gauge of numbers. */
    public static long gauge(AbstractStreamOperatorTestHarness<?> harness, String name) {
        return ((Number) ((Gauge<?>) metric(harness, name)).getValue()).longValue();
    }

    /** Flink's harnesses keep metrics where only reflection finds them. */
    private static Metric metric(AbstractStreamOperatorTestHarness<?> harness, String name) {
        try {
            Field metrics = AbstractMetricGroup.class.getDeclaredField("metrics");
            metrics.setAccessible(true);
            Map<?, ?> byName = (Map<?, ?>) metrics.get(harness.getOperator().getMetricGroup());
            return (Metric) byName.get(name);
        } catch (ReflectiveOperationException changed) {
            throw new IllegalStateException("Flink keeps its metrics elsewhere now.", changed);
        }
    }
}

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

    /** The value of a gauge of numbers that an operator shows of a collection. */
    public static double ofCollection(
            AbstractStreamOperatorTestHarness<?> harness, String collection, String name) {
        Object named =
                field(
                                field(harness.getOperator().getMetricGroup(), "groups")
                                        .get("collection"),
                                "groups")
                        .get(collection);
        return ((Number) ((Gauge<?>) field(named, "metrics").get(name)).getValue()).doubleValue();
    }

    private static Metric metric(AbstractStreamOperatorTestHarness<?> harness, String name) {
        return (Metric) field(harness.getOperator().getMetricGroup(), "metrics").get(name);
    }

    /** Flink's harnesses keep metrics where only reflection finds them. */
    private static Map<?, ?> field(Object group, String name) {
        try {
            Field field = AbstractMetricGroup.class.getDeclaredField(name);
            field.setAccessible(true);
            return (Map<?, ?>) field.get(group);
        } catch (ReflectiveOperationException changed) {
            throw new IllegalStateException("Flink keeps its metrics elsewhere now.", changed);
        }
    }
}

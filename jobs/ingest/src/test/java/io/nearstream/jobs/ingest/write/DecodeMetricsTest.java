package io.nearstream.jobs.ingest.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.Reason;
import io.nearstream.jobs.ingest.Samples;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Metric;
import org.apache.flink.runtime.metrics.MetricRegistry;
import org.apache.flink.runtime.metrics.groups.GenericMetricGroup;
import org.apache.flink.runtime.metrics.util.TestingMetricRegistry;
import org.junit.jupiter.api.Test;

class DecodeMetricsTest {
    private final Map<String, Metric> registered = new TreeMap<>();
    private final MetricRegistry registry =
            TestingMetricRegistry.builder()
                    .setRegisterConsumer(
                            (metric, name, group) ->
                                    registered.put(group.getMetricIdentifier(name), metric))
                    .setUnregisterConsumer(
                            (metric, name, group) ->
                                    registered.remove(group.getMetricIdentifier(name)))
                    .build();
    private final DecodeMetrics metrics =
            new DecodeMetrics(new GenericMetricGroup(registry, null, "decode"));

    @Test
    void writesAreCountedByOutcome() {
        metrics.recordIn();
        metrics.upsert(Samples.COLORS);
        metrics.delete(Samples.COLORS);
        metrics.dead(Reason.BAD_TTL);
        metrics.dead(Reason.BAD_TTL);
        assertThat(count("decode.writesIn")).isEqualTo(1);
        assertThat(count("decode.accepted")).isEqualTo(2);
        assertThat(count("decode.deletes")).isEqualTo(1);
        assertThat(count("decode.reason.BAD_TTL.dead")).isEqualTo(2);
        assertThat(count("decode.collection.colors.uid.0000000000001234.accepted")).isEqualTo(2);
    }

    @Test
    void metricsOfADroppedCollectionGoAndMayComeAgain() {
        metrics.upsert(Samples.COLORS);
        metrics.forget(Samples.COLORS.uid());
        assertThat(registered.keySet()).noneMatch(name -> name.contains("colors"));
        metrics.upsert(Samples.COLORS);
        assertThat(count("decode.collection.colors.uid.0000000000001234.accepted")).isEqualTo(1);
        assertThat(count("decode.accepted")).isEqualTo(2);
    }

    private long count(String name) {
        return ((Counter) registered.get(name)).getCount();
    }
}

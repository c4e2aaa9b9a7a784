package io.nearstream.jobs.ingest.train;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.partition.BucketSizes;
import io.nearstream.core.partition.Generation;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.groups.AbstractMetricGroup;

/** What the web UI shows of the buckets of each collection, estimated from its slice. */
final class LifeMetrics {
    private final MetricGroup group;
    private final Map<Long, Shown> shown = new HashMap<>();

    /** Read by the reporters' threads. */
    private static final class Shown {
        private final MetricGroup group;
        private volatile Values values;

        private Shown(MetricGroup group, Values values) {
            this.group = group;
            this.values = values;
        }
    }

    private record Values(
            int generation, int buckets, long live, long largest, double share, double gini) {}

    LifeMetrics(MetricGroup group) {
        this.group = group;
    }

    /** Shows how full a collection's buckets are. */
    void show(CollectionSettings settings, Generation newest, BucketSizes sizes) {
        Values values =
                new Values(
                        newest.number(),
                        newest.bucketCount(),
                        sizes.records(),
                        sizes.largest(),
                        sizes.largestShare(),
                        sizes.gini());
        Shown known = shown.get(settings.uid());
        if (known == null) {
            shown.put(settings.uid(), register(settings, values));
        } else {
            known.values = values;
        }
    }

    private Shown register(CollectionSettings settings, Values values) {
        MetricGroup own =
                group.addGroup("collection", settings.name())
                        .addGroup("uid", "%016x".formatted(settings.uid()));
        Shown now = new Shown(own, values);
        own.gauge("generation", () -> now.values.generation());
        own.gauge("buckets", () -> now.values.buckets());
        own.gauge("liveRecords", () -> now.values.live());
        own.gauge("largestBucketEntries", () -> now.values.largest());
        own.gauge("largestBucketShare", () -> now.values.share());
        own.gauge("bucketGini", () -> now.values.gini());
        return now;
    }

    /** The collection is gone: so are its metrics. */
    void forget(long uid) {
        Shown gone = shown.remove(uid);
        if (gone != null && gone.group instanceof AbstractMetricGroup<?> closeable) {
            closeable.close();
        }
    }
}

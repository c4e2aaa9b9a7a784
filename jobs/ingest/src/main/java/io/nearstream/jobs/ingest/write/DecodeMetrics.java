package io.nearstream.jobs.ingest.write;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Reason;
import java.util.HashMap;
import java.util.Map;
import javax.annotation.Nullable;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.groups.AbstractMetricGroup;

/** What {@link DecodeFunction} counts: in all, by reason, and by collection while it exists. */
final class DecodeMetrics {
    private final MetricGroup group;
    private final Counter recordsIn;
    private final Counter ticks;
    private final Counter accepted;
    private final Counter deletes;
    private final Counter discarded;
    private final ReasonCounters dead;
    private final Map<Long, PerCollection> collections = new HashMap<>();
    @Nullable private PerCollection latest;

    private record PerCollection(long uid, MetricGroup group, Counter accepted, Counter deletes) {}

    DecodeMetrics(MetricGroup group) {
        this.group = group;
        dead = new ReasonCounters(group, "dead");
        recordsIn = group.counter("writesIn");
        ticks = group.counter("ticksIn");
        accepted = group.counter("accepted");
        deletes = group.counter("deletes");
        discarded = group.counter("discardedOfDroppedCollections");
    }

    void recordIn() {
        recordsIn.inc();
    }

    void tick() {
        ticks.inc();
    }

    void discarded() {
        discarded.inc();
    }

    void upsert(CollectionSettings settings) {
        accepted.inc();
        of(settings).accepted().inc();
    }

    void delete(CollectionSettings settings) {
        accepted.inc();
        deletes.inc();
        PerCollection collection = of(settings);
        collection.accepted().inc();
        collection.deletes().inc();
    }

    void dead(Reason reason) {
        dead.inc(reason);
    }

    private PerCollection of(CollectionSettings settings) {
        if (latest == null || latest.uid() != settings.uid()) {
            latest = collections.computeIfAbsent(settings.uid(), uid -> register(settings));
        }
        return latest;
    }

    private PerCollection register(CollectionSettings settings) {
        // By incarnation: a dropped collection's late writes must not count for its successor.
        MetricGroup own =
                group.addGroup("collection", settings.name())
                        .addGroup("uid", "%016x".formatted(settings.uid()));
        return new PerCollection(
                settings.uid(), own, own.counter("accepted"), own.counter("deletes"));
    }

    /** The collection is gone: so are its metrics. */
    void forget(long uid) {
        PerCollection gone = collections.remove(uid);
        if (gone == null) {
            return;
        }
        if (latest == gone) {
            latest = null;
        }
        if (gone.group() instanceof AbstractMetricGroup<?> closeable) {
            closeable.close();
        }
    }
}

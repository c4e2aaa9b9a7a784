package io.nearstream.jobs.query.bucket;

import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/** What the web UI shows of a bucket subtask's probes. */
final class BucketMetrics {
    private final Counter probes;
    private final Counter bucketsVisited;
    private final Counter vectorsScored;
    private final Counter misrouted;
    private final Counter notParked;

    private final MetricGroup group;

    BucketMetrics(MetricGroup group) {
        this.group = group;
        probes = group.counter("probeMessages");
        bucketsVisited = group.counter("bucketsVisited");
        vectorsScored = group.counter("vectorsScored");
        misrouted = group.counter("bucketsMisrouted");
        notParked = group.counter("probesNotParked");
    }

    /** Shows what the subtask holds. */
    void show(BucketStore store, BucketCache cache) {
        group.gauge("cacheBytes", cache::bytes);
        group.gauge("cacheHits", cache::hits);
        group.gauge("cacheMisses", cache::misses);
        group.gauge("tailBytes", store::tailBytes);
        group.gauge("bucketRewrites", store::rewrites);
    }

    void answered(VisitPlan plan, long scored) {
        probes.inc();
        bucketsVisited.inc(plan.visited());
        vectorsScored.inc(scored);
        misrouted.inc(plan.misrouted());
    }

    void notParked() {
        notParked.inc();
    }
}

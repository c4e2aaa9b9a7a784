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

    BucketMetrics(MetricGroup group) {
        probes = group.counter("probeMessages");
        bucketsVisited = group.counter("bucketsVisited");
        vectorsScored = group.counter("vectorsScored");
        misrouted = group.counter("bucketsMisrouted");
        notParked = group.counter("probesNotParked");
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

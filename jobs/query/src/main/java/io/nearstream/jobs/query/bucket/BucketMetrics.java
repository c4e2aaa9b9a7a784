package io.nearstream.jobs.query.bucket;

import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;

/** What the web UI shows of a bucket subtask's probes. */
final class BucketMetrics {
    private static final int WINDOW = 1_000;

    private final Counter probes;
    private final Counter bucketsVisited;
    private final Counter vectorsScored;
    private final Counter misrouted;
    private final Counter notParked;
    private final Counter late;

    private final Histogram rows;
    private final MetricGroup group;

    BucketMetrics(MetricGroup group) {
        this.group = group;
        rows = group.histogram("bucketRows", new DescriptiveStatisticsHistogram(WINDOW));
        probes = group.counter("probeMessages");
        bucketsVisited = group.counter("bucketsVisited");
        vectorsScored = group.counter("vectorsScored");
        misrouted = group.counter("bucketsMisrouted");
        notParked = group.counter("probesNotParked");
        late = group.counter("visitsEndedLate");
    }

    /** A probe has visited a bucket of so many rows. */
    void visited(int bucketRows) {
        rows.update(bucketRows);
    }

    /** Shows what the subtask holds. */
    void show(BucketStore store, BucketCache cache, AnswerCache answers) {
        group.gauge("answerCacheBytes", answers::bytes);
        group.gauge("answerCacheHits", answers::hits);
        group.gauge("answerCacheMisses", answers::misses);
        group.gauge("cacheBytes", cache::bytes);
        group.gauge("cacheHits", cache::hits);
        group.gauge("cacheMisses", cache::misses);
        group.gauge("tailBytes", store::tailBytes);
        group.gauge("bucketRewrites", store::rewrites);
    }

    void answered(int visited, int bucketsMisrouted, long scored) {
        probes.inc();
        bucketsVisited.inc(visited);
        vectorsScored.inc(scored);
        misrouted.inc(bucketsMisrouted);
    }

    /** A visit ended because nobody waited for it any more. */
    void late() {
        late.inc();
    }

    void notParked() {
        notParked.inc();
    }
}

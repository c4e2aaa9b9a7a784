package io.nearstream.jobs.query.assign;

import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/** What the web UI shows of the placing of records. */
final class AssignMetrics {
    private final Counter replays;
    private final Counter moves;
    private final Counter orphans;
    private final Counter notParked;
    private final Counter broken;

    AssignMetrics(MetricGroup group, Gauge<Integer> parkedFetches, Gauge<Long> lagMs) {
        group.gauge("parkedFetches", parkedFetches);
        group.gauge("indexChangeLagMs", lagMs);
        replays = group.counter("replaysDropped");
        moves = group.counter("moves");
        orphans = group.counter("changesOfDroppedCollections");
        notParked = group.counter("fetchesNotParked");
        broken = group.counter("brokenChanges");
    }

    void replay() {
        replays.inc();
    }

    void moved() {
        moves.inc();
    }

    void orphan() {
        orphans.inc();
    }

    /** A change whose vector is none of its collection. */
    void broken() {
        broken.inc();
    }

    void notParked() {
        notParked.inc();
    }
}

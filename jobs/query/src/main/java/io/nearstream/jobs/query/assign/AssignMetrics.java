package io.nearstream.jobs.query.assign;

import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/** What the web UI shows of the placing of records. */
final class AssignMetrics {
    private final Counter replays;
    private final Counter moves;
    private final Counter orphans;
    private final Counter notParked;

    AssignMetrics(MetricGroup group) {
        replays = group.counter("replaysDropped");
        moves = group.counter("moves");
        orphans = group.counter("changesOfDroppedCollections");
        notParked = group.counter("fetchesNotParked");
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

    void notParked() {
        notParked.inc();
    }
}

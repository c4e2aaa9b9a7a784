package io.nearstream.jobs.query.rerank;

import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/** What the web UI shows of the record store. Belongs to the task's thread. */
final class RecordMetrics {
    private final Counter scored;
    private final Counter misrouted;
    private final Counter late;
    private final Counter notWaitedFor;

    RecordMetrics(MetricGroup group, RecordCache cache, WaitingRequests waiting) {
        scored = group.counter("recordsScored");
        misrouted = group.counter("recordsMisrouted");
        late = group.counter("candidatesLate");
        notWaitedFor = group.counter("candidatesNotWaitedFor");
        group.gauge("recordCacheBytes", cache::bytes);
        group.gauge("recordCacheHits", cache::hits);
        group.gauge("recordCacheMisses", cache::misses);
        group.gauge("recordsWaitedFor", waiting::records);
        group.gauge("candidateBytesWaiting", waiting::bytes);
        group.gauge("movesWaiting", waiting::moves);
    }

    /** So many candidates got their exact scores. */
    void scored(int candidates) {
        scored.inc(candidates);
    }

    /** A record was asked for at a subtask that does not own it. */
    void misrouted() {
        misrouted.inc();
    }

    /** So many candidates were not scored, since nobody waits for them any more. */
    void late(int candidates) {
        late.inc(candidates);
    }

    /** A candidate was not scored, since too many wait for their records. */
    void notWaitedFor() {
        notWaitedFor.inc();
    }
}

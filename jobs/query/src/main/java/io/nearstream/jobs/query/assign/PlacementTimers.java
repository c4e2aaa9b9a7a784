package io.nearstream.jobs.query.assign;

import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.streaming.api.operators.InternalTimerService;

/** Wakes the current record up, on a grid of time, so that many records share one timer's cost. */
final class PlacementTimers {
    private static final long GRID_MS = 100;

    private final InternalTimerService<VoidNamespace> timers;

    PlacementTimers(InternalTimerService<VoidNamespace> timers) {
        this.timers = timers;
    }

    /** For a placement that is to leave buckets, or to be forgotten. */
    void register(Placement next) {
        if (next.deleted()) {
            register(next.forgetAt());
        } else if (next.leaving().length > 0) {
            registerSoon();
        }
    }

    void registerSoon() {
        register(timers.currentProcessingTime() + GRID_MS);
    }

    private void register(long time) {
        long rounded = (time + GRID_MS - 1) / GRID_MS * GRID_MS;
        timers.registerProcessingTimeTimer(VoidNamespace.INSTANCE, rounded);
    }
}

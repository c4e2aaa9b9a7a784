package io.nearstream.jobs.query.assign;

import io.nearstream.core.partition.Generation;
import java.util.stream.IntStream;
import javax.annotation.Nullable;
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
            register(timers.currentProcessingTime() + GRID_MS);
        }
    }

    /** For a placement of a moved record: buckets that give up all their entries need no timer. */
    void registerMoved(Placement next, Generation newest) {
        if (!IntStream.of(next.leaving()).allMatch(newest::leaves)) {
            register(next);
        }
    }

    /** What is forgotten now, or written again, needs not be woken up to be forgotten. */
    void cancel(@Nullable Placement now) {
        if (now != null && now.deleted()) {
            timers.deleteProcessingTimeTimer(VoidNamespace.INSTANCE, onGrid(now.forgetAt()));
        }
    }

    private void register(long time) {
        timers.registerProcessingTimeTimer(VoidNamespace.INSTANCE, onGrid(time));
    }

    private static long onGrid(long time) {
        return (time + GRID_MS - 1) / GRID_MS * GRID_MS;
    }
}

package io.nearstream.jobs.query.rerank;

import io.nearstream.core.model.RecordKey;
import io.nearstream.jobs.query.entry.EntryRow;
import java.util.function.Consumer;
import javax.annotation.Nullable;
import org.apache.flink.api.common.state.KeyedStateStore;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.streaming.api.operators.InternalTimerService;

/**
 * The state of the record store: the newest row of each record, and who waits for one. Makes the
 * record that it is asked for the current key itself. Belongs to the task's thread.
 */
final class RecordStore {
    /** The state whose keys are all records. */
    static final String ROWS = "record-rows";

    /**
     * How long a removal is kept, so that candidates learn of it: longer than any probe waits. Also
     * how often moves that wait are looked after.
     */
    static final long WAITING_MS = 120_000;

    private final ValueState<byte[]> rows;
    private final WaitingRequests waiting;
    private final ValueState<Long> wakeUpAt;
    private final InternalTimerService<VoidNamespace> timers;
    private final Consumer<RecordKey> toKey;
    private final RecordCache cache;

    RecordStore(
            KeyedStateStore state,
            WaitingRequests waiting,
            InternalTimerService<VoidNamespace> timers,
            Consumer<RecordKey> toKey,
            RecordCache cache) {
        rows = state.getState(new ValueStateDescriptor<>(ROWS, RowSerializer.INSTANCE));
        wakeUpAt =
                state.getState(
                        new ValueStateDescriptor<>("record-wake-up-at", LongSerializer.INSTANCE));
        this.timers = timers;
        this.toKey = toKey;
        this.cache = cache;
        this.waiting = waiting;
    }

    /** Keeps the newest row of a record. */
    void store(RecordKey record, byte[] row) throws Exception {
        toKey.accept(record);
        rows.update(row);
        cache.stored(record, row);
        if (EntryRow.isRemoval(row, 0)) {
            long forgetAt = timers.currentProcessingTime() + WAITING_MS;
            wakeUpAt.update(forgetAt); // until then it tells candidates that the record is gone
            wakeUp(forgetAt);
        }
    }

    /** The row of a record, from the cache if it can; null where there is none. */
    @Nullable
    byte[] read(RecordKey record) throws Exception {
        byte[] row = cache.get(record);
        if (row == null) {
            row = readOnce(record);
            if (row != null) {
                cache.put(record, row);
            }
        }
        return row;
    }

    /** The same, for one who will not come again. */
    @Nullable
    byte[] readOnce(RecordKey record) throws Exception {
        toKey.accept(record);
        return rows.value();
    }

    /**
     * Keeps a request until its record has come, or until nobody waits for it any more.
     *
     * @return false where too many wait already
     */
    boolean park(RecordKey record, RecordRequest request) throws Exception {
        boolean parked = waiting.park(record, request);
        if (parked) {
            wakeUp(
                    request.move().isPresent()
                            ? timers.currentProcessingTime() + WAITING_MS
                            : request.deadlineAt());
        }
        return parked;
    }

    private void wakeUp(long at) {
        timers.registerProcessingTimeTimer(VoidNamespace.INSTANCE, at);
    }

    /** Forgets all of a record. */
    void forget(RecordKey record) throws Exception {
        toKey.accept(record);
        rows.clear();
        wakeUpAt.clear();
        waiting.forget(record);
        cache.remove(record);
    }

    /**
     * Gives up candidates that nobody waits for any more, and forgets that a record is gone once no
     * candidate of it can be on its way. Moves wait on: a lost one would be a lost entry.
     *
     * @return how many candidates were given up
     */
    int wokenUp(RecordKey record, long timestamp) throws Exception {
        int late = waiting.attempt(record, request -> request.isLate(timestamp));
        toKey.accept(record);
        if (waiting.hasMoves(record)) {
            wakeUp(timers.currentProcessingTime() + WAITING_MS);
        }
        Long forgetAt = wakeUpAt.value();
        if (forgetAt != null && timestamp >= forgetAt) {
            wakeUpAt.clear();
            byte[] row = rows.value();
            if (row != null && EntryRow.isRemoval(row, 0)) {
                rows.clear();
                cache.remove(record);
            }
        }
        return late;
    }
}

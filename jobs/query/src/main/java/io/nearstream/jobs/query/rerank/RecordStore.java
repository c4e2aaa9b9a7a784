package io.nearstream.jobs.query.rerank;

import io.nearstream.core.model.RecordKey;
import io.nearstream.jobs.query.entry.EntryRow;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.annotation.Nullable;
import org.apache.flink.api.common.state.KeyedStateStore;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.streaming.api.operators.InternalTimerService;

/**
 * The state of the record store: the newest row of each record, and the requests that wait for one.
 * Makes the record that it is asked for the current key itself. Belongs to the task's thread.
 */
final class RecordStore {
    /** The state whose keys are all records. */
    static final String ROWS = "record-rows";

    /** Longer than a probe may wait: by then its answer went out with the estimate. */
    static final long WAITING_MS = 120_000;

    private static final String WAITING = "waiting-candidates";

    private final ValueState<byte[]> rows;
    private final ListState<RecordRequest> waiting;
    private final ValueState<Long> wakeUpAt;
    private final Set<RecordKey> waitingRecords = new HashSet<>();
    private final InternalTimerService<VoidNamespace> timers;
    private final Consumer<RecordKey> toKey;
    private final RecordCache cache;

    RecordStore(
            KeyedStateStore state,
            KeyedStateBackend<RecordKey> backend,
            InternalTimerService<VoidNamespace> timers,
            Consumer<RecordKey> toKey,
            RecordCache cache) {
        rows = state.getState(new ValueStateDescriptor<>(ROWS, RowSerializer.INSTANCE));
        waiting =
                state.getListState(
                        new ListStateDescriptor<>(WAITING, RecordRequestSerializer.INSTANCE));
        wakeUpAt =
                state.getState(
                        new ValueStateDescriptor<>("record-wake-up-at", LongSerializer.INSTANCE));
        this.timers = timers;
        this.toKey = toKey;
        this.cache = cache;
        try (Stream<RecordKey> keys = backend.getKeys(WAITING, VoidNamespace.INSTANCE)) {
            keys.forEach(waitingRecords::add);
        }
    }

    /** Keeps the newest row of a record. */
    void store(RecordKey record, byte[] row) throws Exception {
        toKey.accept(record);
        rows.update(row);
        cache.stored(record, row);
        if (EntryRow.isRemoval(row, 0)) {
            wakeUpLater(); // until then it tells candidates that the record is gone
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

    /** Keeps a request until its record has come. */
    void park(RecordKey record, RecordRequest request) throws Exception {
        toKey.accept(record);
        waiting.add(request);
        waitingRecords.add(record);
        wakeUpLater();
    }

    /** Whether requests wait for a record. */
    boolean isWaitedFor(RecordKey record) {
        return waitingRecords.contains(record);
    }

    /** The requests that wait for a record. */
    List<RecordRequest> waiting(RecordKey record) throws Exception {
        toKey.accept(record);
        List<RecordRequest> all = new ArrayList<>();
        waiting.get().forEach(all::add);
        return all;
    }

    /** Of the requests that wait for a record, these wait on. */
    void waitOn(RecordKey record, List<RecordRequest> still) throws Exception {
        toKey.accept(record);
        waiting.update(still);
        if (still.isEmpty()) {
            waitingRecords.remove(record);
        }
    }

    /** Forgets all of a record. */
    void forget(RecordKey record) throws Exception {
        toKey.accept(record);
        rows.clear();
        waiting.clear();
        wakeUpAt.clear();
        waitingRecords.remove(record);
        cache.remove(record);
    }

    private void wakeUpLater() throws Exception {
        long at = timers.currentProcessingTime() + WAITING_MS;
        wakeUpAt.update(at);
        timers.registerProcessingTimeTimer(VoidNamespace.INSTANCE, at);
    }

    /**
     * Requests that nobody waits for any more are given up, and that a record is gone is forgotten
     * once none of its candidates can be on its way.
     */
    void wokenUp(RecordKey record, long timestamp) throws Exception {
        Long newest = wakeUpAt.value();
        if (newest != null && timestamp < newest) {
            return; // something came since, and has a timer of its own
        }
        wakeUpAt.clear();
        waiting.clear();
        waitingRecords.remove(record);
        byte[] row = rows.value();
        if (row != null && EntryRow.isRemoval(row, 0)) {
            rows.clear();
            cache.remove(record);
        }
    }

    /** Records that requests wait for. */
    int waitedFor() {
        return waitingRecords.size();
    }
}

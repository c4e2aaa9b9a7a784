package io.nearstream.jobs.query.assign;

import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.RecordKey;
import io.nearstream.jobs.common.control.CollectionDirectory;
import io.nearstream.jobs.common.control.CollectionState;
import io.nearstream.jobs.common.state.CollectionSweep;
import io.nearstream.jobs.query.entry.EntryRow;
import io.nearstream.jobs.query.message.BucketOp;
import io.nearstream.jobs.query.message.FetchRequest;
import io.nearstream.jobs.query.message.FetchRequestSerializer;
import io.nearstream.jobs.query.message.MovedEntry;
import io.nearstream.jobs.query.message.PlaceRequest;
import io.nearstream.jobs.query.payload.StoredPayload;
import io.nearstream.jobs.query.payload.StoredPayloadSerializer;
import io.nearstream.jobs.query.rerank.StoredRecord;
import io.nearstream.jobs.query.rerank.StoredRecordSerializer;
import io.nearstream.jobs.query.state.ParkedRequests;
import java.util.Optional;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.Triggerable;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/**
 * Decides where a record lives. Keyed by record. Input 1: index changes, whose watermark is query
 * time. Input 2: entries that buckets give up, and fetches. Output: what buckets are to do.
 *
 * <p>Invariants: a change that is not newer than what was seen is dropped, so replays are harmless;
 * every row of a record reaches a bucket in the order of its versions; query time passes on only
 * after all that it covers.
 */
public final class AssignOperator extends AbstractStreamOperator<BucketOp>
        implements TwoInputStreamOperator<IndexChange, PlaceRequest, BucketOp>,
                Triggerable<RecordKey, VoidNamespace> {
    /** Payloads, and that a record has none any more, for the record store. */
    public static final OutputTag<StoredPayload> PAYLOADS =
            new OutputTag<>("payloads", StoredPayloadSerializer.TYPE);

    /** Whole rows for the record store, of collections whose buckets keep codes. */
    public static final OutputTag<StoredRecord> RECORDS =
            new OutputTag<>("records", StoredRecordSerializer.TYPE);

    private static final long serialVersionUID = 1L;
    private static final String PLACEMENTS = "placements";

    private final CollectionDirectory.Provider directoryProvider;
    private final long directoryPollMs;
    private final long tombstoneHorizonMs;
    private final int pendingMax;
    private final long deadlineMaxMs;

    private transient CollectionDirectory directory;
    private transient ValueState<Placement> placements;
    private transient PlacementTimers timers;
    private transient ParkedRequests<FetchRequest> parked;
    private transient WaitingFetches fetches;
    private transient ListState<Long> presentState;
    private transient CollectionSweep<RecordKey> sweep;
    private transient GenerationMarkers markers;
    private transient Placer placer;
    private transient StoreOutput stores;
    private transient long queryTime;
    private transient long lastCheckpoint;
    private transient long completedCheckpoint;
    private transient AssignMetrics metrics;

    public AssignOperator(
            CollectionDirectory.Provider directoryProvider,
            long directoryPollMs,
            long tombstoneHorizonMs,
            int pendingMax,
            long deadlineMaxMs) {
        this.directoryProvider = directoryProvider;
        this.directoryPollMs = directoryPollMs;
        this.tombstoneHorizonMs = tombstoneHorizonMs;
        this.pendingMax = pendingMax;
        this.deadlineMaxMs = deadlineMaxMs;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        parked =
                ParkedRequests.restore(
                        context, "parked-fetches", FetchRequestSerializer.INSTANCE, pendingMax);
        presentState = CollectionSweep.present(context);
        lastCheckpoint = context.getRestoredCheckpointId().orElse(0);
        completedCheckpoint = lastCheckpoint;
        queryTime = Long.MIN_VALUE;
    }

    @Override
    public void open() throws Exception {
        super.open();
        directory = directoryProvider.open();
        placer = new Placer(op -> output.collect(new StreamRecord<>(op)));
        stores =
                new StoreOutput(
                        payload -> output.collect(PAYLOADS, new StreamRecord<>(payload)),
                        record -> output.collect(RECORDS, new StreamRecord<>(record)));
        placements =
                getPartitionedState(
                        VoidNamespace.INSTANCE,
                        VoidNamespaceSerializer.INSTANCE,
                        new ValueStateDescriptor<>(PLACEMENTS, PlacementSerializer.INSTANCE));
        sweep =
                new CollectionSweep<>(
                        directory,
                        presentState,
                        getKeyedStateBackend(),
                        PLACEMENTS,
                        RecordKey::collectionUid,
                        this::remove);
        timers =
                new PlacementTimers(
                        getInternalTimerService(
                                "leave-and-forget", VoidNamespaceSerializer.INSTANCE, this));
        markers =
                new GenerationMarkers(
                        directory,
                        output,
                        getRuntimeContext().getTaskInfo().getIndexOfThisSubtask(),
                        getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks());
        metrics = new AssignMetrics(getMetricGroup(), parked::size, this::lagMs);
        fetches =
                new WaitingFetches(
                        parked, getRuntimeContext().getTaskInfo(), metrics, deadlineMaxMs);
        sweep.schedule(getProcessingTimeService(), directoryPollMs);
        markers.schedule(getProcessingTimeService(), directoryPollMs);
        fetches.giveUpLate(getProcessingTimeService(), directoryPollMs);
    }

    /** Of a record of a dropped collection nothing stays; its buckets are cleared by themselves. */
    private void remove(RecordKey record) throws Exception {
        setCurrentKey(record);
        Placement now = placements.value();
        timers.cancel(now);
        stores.removed(record, now);
        placements.clear();
    }

    private long lagMs() {
        return queryTime == Long.MIN_VALUE ? -1 : now() - queryTime;
    }

    @Override
    public void processElement1(StreamRecord<IndexChange> element) throws Exception {
        IndexChange change = element.getValue();
        Placement stored = placements.value();
        Placement now = stored == null ? Placement.UNKNOWN : stored;
        if (!change.version().isNewerThan(now.version())) {
            metrics.replay();
            return;
        }
        Optional<CollectionState> collection =
                directory.withGeneration(change.key().collectionUid(), change.generation());
        if (collection.isEmpty() || !sweep.admits(change.key().collectionUid())) {
            metrics.orphan();
            return;
        }
        if (!change.delete() && !placer.fits(change, collection.get())) {
            metrics.broken();
            return;
        }
        timers.cancel(stored);
        stores.changed(now, change, collection.get());
        Placement next;
        if (change.delete()) {
            long forgetAt = now() + tombstoneHorizonMs;
            int generation = collection.get().newest().number();
            next = placer.delete(now, change.key(), change.version(), generation, forgetAt);
        } else {
            next = placer.upsert(now, change, collection.get(), lastCheckpoint + 1);
        }
        placements.update(next);
        timers.register(next);
    }

    @Override
    public void processElement2(StreamRecord<PlaceRequest> element) throws Exception {
        PlaceRequest request = element.getValue();
        if (request.moved().isPresent()) {
            move(request.record(), request.moved().get());
        } else if (request.fetch().atLeast() <= queryTime) {
            fetch(request.fetch());
        } else {
            fetches.park(request.fetch());
        }
    }

    /**
     * An entry that a bucket gave up. The bucket is always told when its copy is needed no more,
     * and lets go of all its copies at once.
     */
    private void move(RecordKey record, MovedEntry entry) throws Exception {
        Placement now = placements.value();
        boolean current =
                now != null
                        && !now.deleted()
                        && now.version().equals(EntryRow.version(entry.row(), 0));
        if (!current) {
            return; // the bucket gets the newer row, or the removal
        }
        Optional<CollectionState> collection =
                directory.withGeneration(record.collectionUid(), entry.generation());
        if (collection.isEmpty() || collection.get().dropped()) {
            return;
        }
        if (now.generation() < collection.get().newest().number()) {
            metrics.moved();
            Placement next = placer.move(now, record, entry, collection.get(), lastCheckpoint + 1);
            placements.update(next);
            timers.registerMoved(next, collection.get().newest());
        } else {
            placer.left(now, record, entry.fromBucket()); // given up twice
        }
    }

    private long now() {
        return getProcessingTimeService().getCurrentProcessingTime();
    }

    @Override
    public void onProcessingTime(InternalTimer<RecordKey, VoidNamespace> timer) throws Exception {
        Placement now = placements.value();
        if (now == null) {
            return;
        }
        if (now.deleted()) {
            if (timer.getTimestamp() >= now.forgetAt()) {
                placements.clear();
            }
        } else if (now.leaving().length > 0) {
            Placement next = placer.leave(now, timer.getKey(), completedCheckpoint);
            placements.update(next);
            timers.register(next);
        }
    }

    @Override
    public void onEventTime(InternalTimer<RecordKey, VoidNamespace> timer) {
        throw new IllegalStateException("No event-time timer is ever registered here.");
    }

    private void fetch(FetchRequest request) throws Exception {
        setCurrentKey(request.record());
        placer.fetch(placements.value(), request);
    }

    /** Query time comes from the index changes alone; input 2 knows none. */
    @Override
    public void processWatermark1(Watermark mark) throws Exception {
        queryTime = Math.max(queryTime, mark.getTimestamp());
        for (FetchRequest request : parked.release(queryTime)) {
            fetch(request);
        }
        output.emitWatermark(mark);
    }

    @Override
    public void processWatermark2(Watermark mark) {
        // Not query time.
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        lastCheckpoint = Math.max(lastCheckpoint, context.getCheckpointId());
        parked.snapshot();
        sweep.snapshot();
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) throws Exception {
        super.notifyCheckpointComplete(checkpointId);
        completedCheckpoint = Math.max(completedCheckpoint, checkpointId);
    }

    @Override
    public void close() throws Exception {
        if (sweep != null) {
            sweep.close();
        }
        if (directory != null) {
            directory.close();
        }
        super.close();
    }
}

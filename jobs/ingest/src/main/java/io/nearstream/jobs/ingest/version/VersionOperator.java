package io.nearstream.jobs.ingest.version;

import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.RecordKey;
import io.nearstream.jobs.common.control.CollectionDirectory;
import io.nearstream.jobs.common.state.CollectionSweep;
import io.nearstream.jobs.ingest.time.DueOperator;
import io.nearstream.jobs.ingest.train.SliceChange;
import io.nearstream.jobs.ingest.train.SliceChangeSerializer;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/**
 * Keeps the newest version of each record. Input: index changes keyed by record, in any order of
 * their versions. Output: each change that is newer than everything before it, a delete as of the
 * expiry of a record that expires, and that a key may be forgotten once its delete is older than
 * the horizon; on the side, the changes of a part of the records once more ({@link SliceShare}).
 *
 * <p>Time is the log's: what has expired is decided by comparing append times. A timer only makes
 * sure that an expiry is said although nobody writes the record again; a write that comes first
 * finds the record in the same state.
 *
 * <p>The records of a dropped collection are removed in slices, and their keys forgotten.
 */
public final class VersionOperator extends DueOperator<RecordKey, RecordState, IndexUpdate>
        implements OneInputStreamOperator<IndexChange, IndexUpdate> {
    static final ValueStateDescriptor<RecordState> RECORD =
            new ValueStateDescriptor<>("record-version", RecordStateSerializer.INSTANCE);

    /** Changes of the part of the records from which further generations are learned. */
    public static final OutputTag<SliceChange> SLICES =
            new OutputTag<>("slices", SliceChangeSerializer.TYPE);

    private static final long serialVersionUID = 1L;
    private static final String TIMERS = "record-due";

    private final CollectionDirectory.Provider directories;
    private final long pollMs;

    private transient Counter replays;
    private transient Counter expired;
    private transient Counter forgotten;
    private transient Counter swept;
    private transient ListState<Long> presentState;
    private transient CollectionDirectory directory;
    private transient CollectionSweep<RecordKey> sweep;
    private transient SliceShare slices;

    /**
     * An operator for the records of the directory's collections.
     *
     * @param tombstoneHorizonMs how long deletes are remembered, at least 1 ms
     * @param pollMs how often to look for dropped collections, at least 1 ms
     */
    public VersionOperator(
            long tombstoneHorizonMs, CollectionDirectory.Provider directories, long pollMs) {
        super(tombstoneHorizonMs);
        this.directories = directories;
        this.pollMs = pollMs;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        presentState = CollectionSweep.present(context);
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        sweep.snapshot();
    }

    @Override
    public void open() throws Exception {
        super.open();
        openState(RECORD, TIMERS);
        replays = getMetricGroup().counter("replaysDropped");
        expired = getMetricGroup().counter("expired");
        forgotten = getMetricGroup().counter("tombstonesForgotten");
        swept = getMetricGroup().counter("recordsOfDroppedCollectionsRemoved");
        directory = directories.open();
        sweep =
                new CollectionSweep<>(
                        directory,
                        presentState,
                        getKeyedStateBackend(),
                        RECORD.getName(),
                        RecordKey::collectionUid,
                        this::remove);
        sweep.schedule(getProcessingTimeService(), pollMs);
        slices =
                new SliceShare(
                        directory,
                        getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks(),
                        change -> output.collect(SLICES, new StreamRecord<>(change)));
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

    @Override
    public void processElement(StreamRecord<IndexChange> element) throws Exception {
        IndexChange change = element.getValue();
        if (!sweep.admits(change.key().collectionUid())) {
            swept.inc();
            return;
        }
        RecordState stored = stored();
        if (stored != null) {
            if (stored.expiredBy(change.version().time())) {
                release(stored);
                stored = expire(change.key(), stored);
                keep(stored);
            }
            if (!change.version().isNewerThan(stored.version())) {
                replays.inc();
                return;
            }
            release(stored);
        }
        keep(RecordState.of(change));
        emit(IndexUpdate.changed(change));
        slices.send(change, stored != null && !stored.deleted());
    }

    @Override
    protected long dueAt(RecordState state, long horizonMs) {
        return state.dueAt(horizonMs);
    }

    @Override
    protected void due(RecordKey key, RecordState stored) throws Exception {
        if (stored.deleted()) {
            forget();
            forgotten.inc();
            emit(IndexUpdate.forgotten(key, stored.version()));
        } else {
            keep(expire(key, stored));
        }
    }

    private void remove(RecordKey key) throws Exception {
        setCurrentKey(key);
        RecordState stored = stored();
        if (stored != null) {
            release(stored);
            forget();
            swept.inc();
            emit(IndexUpdate.forgotten(key, stored.version()));
        }
    }

    private RecordState expire(RecordKey key, RecordState stored) throws InterruptedException {
        RecordState gone = stored.expired();
        expired.inc();
        IndexChange delete = IndexChange.deleted(key, gone.version());
        emit(IndexUpdate.changed(delete));
        slices.send(delete, true);
        return gone;
    }

    private void emit(IndexUpdate update) {
        output.collect(new StreamRecord<>(update));
    }
}

package io.nearstream.jobs.ingest.write;

import io.nearstream.core.model.IndexChange;
import io.nearstream.jobs.common.control.CollectionDirectory;
import io.nearstream.jobs.common.control.CollectionState;
import io.nearstream.jobs.common.state.IndexChangeSerializer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.annotation.Nullable;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;

/**
 * Holds changes of a collection back while its first buckets are learned, if they are late anyway:
 * a bulk load would else place everything twice, for the training takes about as long as the load.
 * Once for each collection, and not longer than allowed. Input and output: accepted changes; what
 * was held is placed by the first learned generation, where there is one by then, and keeps its
 * order. Changes of other collections pass meanwhile; the watermark stays before what is held.
 *
 * <p>So many bytes are held at most, in state. Where they do not suffice, the task waits for the
 * training if nobody else writes here, and else lets the changes go as they are.
 */
public final class FirstTrainingOperator extends AbstractStreamOperator<IndexChange>
        implements OneInputStreamOperator<IndexChange, IndexChange>, BoundedOneInput {
    static final ListStateDescriptor<IndexChange> HELD =
            new ListStateDescriptor<>("held-changes", IndexChangeSerializer.INSTANCE);

    /** Heap of what is held by one subtask, about. */
    static final long BYTES_MAX = 32L << 20;

    /** Writes that are this late belong to a load, of which nobody expects freshness. */
    static final long LATE_MS = 200;

    static final long POLL_MS = 20;

    private static final long serialVersionUID = 1L;

    /** Changes released in one go: others are served in between. */
    private static final int RELEASED_AT_ONCE = 500;

    /** Changes released when another of the collection comes: more than come, so it ends. */
    private static final int RELEASED_FOR_ONE = 2;

    private final CollectionDirectory.Provider directories;
    private final Duration atMost;
    private final long bytesMax;

    private transient CollectionDirectory directory;
    private transient ListState<IndexChange> heldState;
    private transient Map<Long, BulkLoad> loads;
    private transient long revision;
    private transient long heldBytes;
    private transient boolean othersWrite;
    private transient boolean polling;
    @Nullable private transient Watermark mark;
    @Nullable private transient WatermarkStatus status;
    private transient long markSent;

    /** Holds changes no longer than this; 0 never holds any. */
    public FirstTrainingOperator(CollectionDirectory.Provider directories, Duration atMost) {
        this(directories, atMost, BYTES_MAX);
    }

    FirstTrainingOperator(
            CollectionDirectory.Provider directories, Duration atMost, long bytesMax) {
        this.directories = directories;
        this.atMost = atMost;
        this.bytesMax = bytesMax;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        heldState = context.getOperatorStateStore().getListState(HELD);
    }

    @Override
    public void open() throws Exception {
        super.open();
        directory = directories.open();
        revision = directory.revision();
        loads = new HashMap<>();
        markSent = Long.MIN_VALUE;
        getMetricGroup().gauge("heldBytes", () -> heldBytes);
        for (IndexChange change : heldState.get()) {
            BulkLoad load = load(change.key().collectionUid());
            if (load.held().isEmpty()) {
                begin(load);
            }
            hold(load, change);
        }
    }

    @Override
    public void processElement(StreamRecord<IndexChange> element) throws Exception {
        IndexChange change = element.getValue();
        boolean first = !change.delete() && change.generation() == 0;
        if (directory.revision() != revision) {
            revision = directory.revision();
            forgetTrained();
        }
        BulkLoad load = loads.get(change.key().collectionUid());
        if (load == null && first) {
            load = load(change.key().collectionUid());
        }
        if (load == null || (load.held().isEmpty() && !(first && isLateLoad(load, change)))) {
            othersWrite |= heldBytes > 0;
            output.collect(element);
            return;
        }
        if (load.held().isEmpty()) {
            begin(load);
        }
        hold(load, change);
        if (load.isReleasing()) {
            release(load, RELEASED_FOR_ONE);
        }
        if (heldBytes > bytesMax) {
            makeRoom(load);
        }
    }

    private BulkLoad load(long uid) throws InterruptedException {
        BulkLoad load = loads.get(uid);
        if (load == null) {
            load = BulkLoad.of(directory.byUid(uid), atMost);
            loads.put(uid, load);
        }
        return load;
    }

    /** Whether waiting begins with this change: the sample must be there, or nobody trains. */
    private boolean isLateLoad(BulkLoad load, IndexChange change) {
        int subtasks = getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks();
        return load.isSampled(subtasks) && now() - change.version().time() >= LATE_MS;
    }

    private long now() {
        return getProcessingTimeService().getCurrentProcessingTime();
    }

    private void begin(BulkLoad load) {
        load.begin(now() + atMost.toMillis());
        othersWrite &= heldBytes > 0;
        if (!polling) {
            polling = true;
            pollLater();
        }
    }

    private void hold(BulkLoad load, IndexChange change) {
        load.held().add(change);
        heldBytes += HeldChanges.bytes(change);
    }

    private void pollLater() {
        getProcessingTimeService().registerTimer(now() + POLL_MS, time -> poll());
    }

    private void poll() throws Exception {
        for (Map.Entry<Long, BulkLoad> entry : loads.entrySet()) {
            BulkLoad load = entry.getValue();
            if (!load.held().isEmpty()) {
                Optional<CollectionState> collection = directory.byUid(entry.getKey());
                if (now() >= load.until() || collection.isEmpty() || collection.get().isTrained()) {
                    load.beginReleasing();
                }
                if (load.isReleasing()) {
                    release(load, RELEASED_AT_ONCE);
                }
            }
        }
        polling = heldBytes > 0;
        if (polling) {
            pollLater();
        }
    }

    /** More is held than may be: by this collection, or by others beside it. */
    private void makeRoom(BulkLoad load) throws Exception {
        long left = load.until() - now();
        if (!load.isReleasing() && !othersWrite && left > 0) {
            LOG.info("Collection {}: the task waits for its first buckets.", load.name());
            long uid = load.held().first().key().collectionUid();
            directory.awaitGeneration(uid, 1, Duration.ofMillis(left));
        }
        load.beginReleasing();
        while (heldBytes > bytesMax && !load.held().isEmpty()) {
            release(load, RELEASED_FOR_ONE);
        }
    }

    private void release(BulkLoad load, int most) throws Exception {
        Optional<CollectionState> collection =
                directory.byUid(load.held().first().key().collectionUid());
        for (int i = 0; i < most && !load.held().isEmpty(); i++) {
            IndexChange change = load.held().remove();
            heldBytes -= HeldChanges.bytes(change);
            output.collect(
                    new StreamRecord<>(
                            collection
                                    .map(state -> BulkLoad.placed(change, state.newest()))
                                    .orElse(change)));
        }
        sendMark();
        if (heldBytes == 0 && status != null) {
            super.processWatermarkStatus(status);
            status = null;
        }
    }

    private void forgetTrained() {
        for (CollectionState collection : directory.all()) {
            BulkLoad load = loads.get(collection.uid());
            if (load != null && load.held().isEmpty() && collection.isTrained()) {
                loads.remove(collection.uid());
            }
        }
    }

    @Override
    public void processWatermark(Watermark newest) throws Exception {
        mark = newest;
        sendMark();
    }

    /** As far as nothing that is held is left behind. */
    private void sendMark() throws Exception {
        if (mark == null) {
            return;
        }
        long oldest =
                heldBytes == 0
                        ? Long.MAX_VALUE
                        : loads.values().stream()
                                .mapToLong(load -> load.held().oldest())
                                .min()
                                .orElse(Long.MAX_VALUE);
        long time = Math.min(mark.getTimestamp(), oldest == Long.MAX_VALUE ? oldest : oldest - 1);
        if (time > markSent) {
            markSent = time;
            super.processWatermark(new Watermark(time));
        }
    }

    @Override
    public void processWatermarkStatus(WatermarkStatus newest) throws Exception {
        if (heldBytes > 0) {
            status = newest;
        } else {
            super.processWatermarkStatus(newest);
        }
    }

    @Override
    public void endInput() throws Exception {
        for (BulkLoad load : loads.values()) {
            if (!load.held().isEmpty()) {
                release(load, Integer.MAX_VALUE);
            }
        }
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        List<IndexChange> held = new ArrayList<>();
        loads.values().forEach(load -> load.held().addTo(held));
        heldState.update(held);
    }

    @Override
    public void close() throws Exception {
        if (directory != null) {
            directory.close();
        }
        super.close();
    }
}

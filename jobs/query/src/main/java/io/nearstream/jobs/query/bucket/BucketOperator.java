package io.nearstream.jobs.query.bucket;

import io.nearstream.jobs.common.control.CollectionDirectory;
import io.nearstream.jobs.common.control.CollectionState;
import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.common.kafka.OutRecordSerializer;
import io.nearstream.jobs.common.state.CollectionSweep;
import io.nearstream.jobs.query.message.BucketKey;
import io.nearstream.jobs.query.message.BucketOp;
import io.nearstream.jobs.query.message.FetchRequest;
import io.nearstream.jobs.query.message.Hit;
import io.nearstream.jobs.query.message.Partial;
import io.nearstream.jobs.query.message.ProbeMessage;
import io.nearstream.jobs.query.message.ProbeMessageSerializer;
import io.nearstream.jobs.query.rerank.MoveRequest;
import io.nearstream.jobs.query.rerank.MoveRequestSerializer;
import io.nearstream.jobs.query.state.ParkedRequests;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/**
 * The heart: keeps the buckets of its key groups and answers probes from them. Input 1, keyed by
 * bucket: what is placed, in order, with query time as its watermark. Input 2, not keyed: one
 * message per probe with all that the probe visits here; the operator makes each bucket the current
 * key in turn. Output: this subtask's share of an answer; on the side entries that are to move, and
 * announcements that older buckets are empty.
 */
public final class BucketOperator extends AbstractStreamOperator<Partial>
        implements TwoInputStreamOperator<BucketOp, ProbeMessage, Partial> {
    /** To Kafka: moves and announcements. */
    public static final OutputTag<OutRecord> CONTROL =
            new OutputTag<>("control", OutRecordSerializer.TYPE);

    /** To the record store: entries that are to move, whose vector it has. */
    public static final OutputTag<MoveRequest> MOVE_REQUESTS =
            new OutputTag<>("move-requests", MoveRequestSerializer.TYPE);

    private static final long serialVersionUID = 1L;
    private static final String BLOCKS = "bucket-blocks";

    private final CollectionDirectory.Provider directoryProvider;
    private final BucketSettings settings;

    private transient CollectionDirectory directory;
    private transient BucketStore store;
    private transient Searches searches;
    private transient OwnedBuckets owned;
    private transient Settling settling;
    private transient ParkedRequests<ProbeMessage> parked;
    private transient ListState<Long> presentState;
    private transient CollectionSweep<BucketKey> sweep;
    private transient long queryTime;
    private transient long snapshotMs;
    private transient BucketMetrics metrics;

    public BucketOperator(CollectionDirectory.Provider directoryProvider, BucketSettings settings) {
        this.directoryProvider = directoryProvider;
        this.settings = settings;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        parked =
                ParkedRequests.restore(
                        context,
                        "parked-probes",
                        ProbeMessageSerializer.INSTANCE,
                        settings.pendingMax());
        presentState = CollectionSweep.present(context);
        queryTime = Long.MIN_VALUE;
    }

    @Override
    public void open() throws Exception {
        super.open();
        directory = directoryProvider.open();
        ListState<byte[]> blocks =
                getPartitionedState(
                        VoidNamespace.INSTANCE,
                        VoidNamespaceSerializer.INSTANCE,
                        new ListStateDescriptor<>(BLOCKS, BlockSerializer.INSTANCE));
        BucketCache cache = new BucketCache(settings.cacheBytes());
        store =
                new BucketStore(
                        blocks,
                        this::setCurrentKey,
                        cache,
                        settings.blockBytes(),
                        settings.tailBytes());
        metrics = new BucketMetrics(getMetricGroup());
        TaskInfo task = getRuntimeContext().getTaskInfo();
        KeyGroupRange range =
                KeyGroupRangeAssignment.computeKeyGroupRangeForOperatorIndex(
                        task.getMaxNumberOfParallelSubtasks(),
                        task.getNumberOfParallelSubtasks(),
                        task.getIndexOfThisSubtask());
        owned = new OwnedBuckets(range, task.getMaxNumberOfParallelSubtasks());
        AnswerCache answers = new AnswerCache(settings.answerCacheBytes());
        searches =
                new Searches(
                        store,
                        owned,
                        metrics,
                        answers,
                        settings.filterBucketsMax(),
                        getProcessingTimeService()::getCurrentProcessingTime);
        settling =
                new Settling(
                        directory,
                        store,
                        owned,
                        new ControlOutput(
                                settings.job(),
                                task,
                                record -> output.collect(CONTROL, new StreamRecord<>(record)),
                                move -> output.collect(MOVE_REQUESTS, new StreamRecord<>(move))));
        sweep =
                new CollectionSweep<>(
                        directory,
                        presentState,
                        getKeyedStateBackend(),
                        BLOCKS,
                        BucketKey::collectionUid,
                        bucket -> store.clear(bucket));
        sweep.schedule(getProcessingTimeService(), settings.directoryPollMs());
        metrics.show(store, cache, answers);
        getMetricGroup().gauge("parkedProbes", () -> parked.size());
        getMetricGroup().gauge("entriesToMove", () -> settling.held());
        getMetricGroup().gauge("entriesGivenUp", () -> settling.givenUp());
        getMetricGroup().gauge("lastSnapshotMs", () -> snapshotMs);
        for (ProbeMessage probe :
                RestoredProbes.regroup(parked.restored(), owned, task.getIndexOfThisSubtask())) {
            park(probe);
        }
        poll(0);
    }

    private void poll(long timestamp) throws Exception {
        long rest = settling.pollAtRate(settings.movesPerSecond());
        long now = getProcessingTimeService().getCurrentProcessingTime();
        parked.giveUp(now, probe -> probe.appendTime() + settings.deadlineMaxMs() < now);
        getProcessingTimeService()
                .registerTimer(
                        now + (settling.isGivingUp() ? rest : settings.directoryPollMs()),
                        this::poll);
    }

    /** The operator sets the key itself: markers have none, and a tail is flushed key by key. */
    @Override
    @SuppressWarnings("rawtypes") // as Flink declares it
    public void setKeyContextElement1(StreamRecord record) {
        // See above.
    }

    @Override
    public void processElement1(StreamRecord<BucketOp> element) throws Exception {
        BucketOp op = element.getValue();
        switch (op.kind()) {
            case APPEND -> {
                if (sweep.admits(op.key().collectionUid())) {
                    awaitGeneration(op);
                    settling.append(op.key(), op.row());
                }
            }
            case LEFT -> settling.left(op.key(), op.row());
            case MARKER -> {
                awaitGeneration(op);
                settling.marked(op);
            }
            case FETCH -> emitFetched(op.fetch(), find(op));
            case FETCH_MISSING -> emitFetched(op.fetch(), Optional.empty());
            default -> throw new IllegalStateException("Unknown kind " + op.kind() + ".");
        }
    }

    /** Whoever placed this knew a generation: probes that come now must be served by it too. */
    private void awaitGeneration(BucketOp op) throws Exception {
        if (op.generation() > settling.generation(op.key().collectionUid())) {
            directory.withGeneration(op.key().collectionUid(), op.generation());
            settling.refresh();
        }
    }

    private Optional<byte[]> find(BucketOp op) throws Exception {
        FetchRequest fetch = op.fetch();
        Optional<CollectionState> collection = directory.byUid(op.key().collectionUid());
        if (collection.isEmpty() || collection.get().dropped()) {
            return Optional.empty();
        }
        int vectorBytes = collection.get().settings().vectorBytes();
        return store.read(op.key())
                .find(fetch.record().id(), fetch.appendTime(), vectorBytes, fetch.withVector());
    }

    private void emitFetched(FetchRequest fetch, Optional<byte[]> row) {
        List<Hit> hits = row.map(found -> List.of(new Hit(0, found))).orElse(List.of());
        output.collect(new StreamRecord<>(Partial.fetched(fetch, queryTime, hits)));
    }

    @Override
    public void processElement2(StreamRecord<ProbeMessage> element) throws Exception {
        ProbeMessage probe = element.getValue();
        if (probe.atLeast() <= queryTime) {
            answer(probe);
        } else {
            park(probe);
        }
    }

    private void park(ProbeMessage probe) {
        if (!parked.park(probe, probe.atLeast())) {
            metrics.notParked(); // its deadline turns it into a partial answer
        }
    }

    private void answer(ProbeMessage probe) throws Exception {
        searches.answer(probe, settling, queryTime)
                .ifPresent(share -> output.collect(new StreamRecord<>(share)));
    }

    @Override
    public void processWatermark1(Watermark mark) throws Exception {
        queryTime = Math.max(queryTime, mark.getTimestamp());
        for (ProbeMessage probe : parked.release(queryTime)) {
            answer(probe);
        }
    }

    /** Probes know no query time. */
    @Override
    public void processWatermark2(Watermark mark) {
        // Not passed on.
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        long start = System.nanoTime();
        super.snapshotState(context);
        store.flushAll();
        sweep.snapshot();
        parked.snapshot();
        settling.snapshot(context.getCheckpointId());
        snapshotMs = (System.nanoTime() - start) / 1_000_000;
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) throws Exception {
        super.notifyCheckpointComplete(checkpointId);
        settling.checkpointComplete(checkpointId);
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

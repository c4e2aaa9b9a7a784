package io.nearstream.jobs.query.rerank;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.RecordKey;
import io.nearstream.core.model.Version;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.jobs.common.control.CollectionDirectory;
import io.nearstream.jobs.common.control.CollectionState;
import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.common.kafka.OutRecordSerializer;
import io.nearstream.jobs.common.state.CollectionSweep;
import io.nearstream.jobs.query.entry.EntryRow;
import io.nearstream.jobs.query.message.BucketKey;
import io.nearstream.jobs.query.message.MoveRecords;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
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
 * The vector of each record of the collections whose buckets keep codes. Input 1, keyed by record:
 * the newest versions. Input 2, not keyed: one message per probe with all candidates that lie here,
 * and entries that buckets give up; the operator makes each record the current key in turn. Output:
 * exact scores; on the side moves with their vectors, for Kafka.
 *
 * <p>A candidate may overtake the version that it was found with: it then waits here, until its
 * probe's deadline. That version will come, or a newer one, since whoever placed the row sends
 * both. A move that overtook its version waits until that comes or the collection is dropped.
 */
public final class RecordStoreOperator extends AbstractStreamOperator<RecordPart>
        implements TwoInputStreamOperator<StoredRecord, RecordRequest, RecordPart>,
                Triggerable<RecordKey, VoidNamespace> {
    /** To Kafka: moves. */
    public static final OutputTag<OutRecord> MOVES =
            new OutputTag<>("record-moves", OutRecordSerializer.TYPE);

    private static final long serialVersionUID = 1L;

    /** Candidates that wait here take as much state at most. */
    private static final long WAITING_BYTES_MAX = 32L << 20;

    private final CollectionDirectory.Provider directories;
    private final String job;
    private final long cacheBytes;
    private final long directoryPollMs;

    private transient CollectionDirectory directory;
    private transient RecordStore store;
    private transient WaitingRequests waiting;
    private transient ListState<Long> presentState;
    private transient CollectionSweep<RecordKey> sweep;
    private transient KeyGroupRange range;
    private transient int maxParallelism;
    private transient RecordMetrics metrics;

    /**
     * @param job name of the query job, for moves
     * @param cacheBytes heap for rows that were scored last, 0 for none
     */
    public RecordStoreOperator(
            CollectionDirectory.Provider directories,
            String job,
            long cacheBytes,
            long directoryPollMs) {
        this.directories = directories;
        this.job = job;
        this.cacheBytes = cacheBytes;
        this.directoryPollMs = directoryPollMs;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        presentState = CollectionSweep.present(context);
    }

    @Override
    public void open() throws Exception {
        super.open();
        directory = directories.open();
        RecordCache cache = new RecordCache(cacheBytes);
        waiting =
                new WaitingRequests(
                        getKeyedStateStore(),
                        getKeyedStateBackend(),
                        this::setCurrentKey,
                        WAITING_BYTES_MAX);
        store =
                new RecordStore(
                        getKeyedStateStore(),
                        waiting,
                        getInternalTimerService(
                                "record-wake-up", VoidNamespaceSerializer.INSTANCE, this),
                        this::setCurrentKey,
                        cache);
        TaskInfo task = getRuntimeContext().getTaskInfo();
        maxParallelism = task.getMaxNumberOfParallelSubtasks();
        range =
                KeyGroupRangeAssignment.computeKeyGroupRangeForOperatorIndex(
                        maxParallelism,
                        task.getNumberOfParallelSubtasks(),
                        task.getIndexOfThisSubtask());
        sweep =
                new CollectionSweep<>(
                        directory,
                        presentState,
                        getKeyedStateBackend(),
                        RecordStore.ROWS,
                        RecordKey::collectionUid,
                        store::forget);
        sweep.schedule(getProcessingTimeService(), directoryPollMs);
        metrics = new RecordMetrics(getMetricGroup(), cache, waiting);
    }

    @Override
    public void processElement1(StreamRecord<StoredRecord> element) throws Exception {
        StoredRecord stored = element.getValue();
        RecordKey record = stored.record();
        if (!sweep.admits(record.collectionUid())) {
            return;
        }
        store.store(record, stored.row());
        waiting.attempt(record, request -> answerWaiting(request, stored.row()));
    }

    private boolean answerWaiting(RecordRequest request, byte[] row) throws Exception {
        if (request.move().isPresent()) {
            return move(request.move().get(), row);
        }
        if (request.isLate(now())) {
            metrics.late(1);
            return true;
        }
        Candidate candidate = request.candidates().get(0);
        if (candidate.version().isNewerThan(EntryRow.version(row, 0))) {
            return false;
        }
        Optional<CollectionSettings> settings = settings(request.collectionUid());
        if (settings.isPresent()) {
            RecordScorer scorer = new RecordScorer(VectorSpace.of(settings.get()), request.check());
            metrics.scored(1);
            emit(request, List.of(scorer.score(candidate, row)));
        }
        return true;
    }

    @Override
    public void processElement2(StreamRecord<RecordRequest> element) throws Exception {
        RecordRequest request = element.getValue();
        Optional<CollectionSettings> settings = settings(request.collectionUid());
        if (settings.isEmpty()) {
            emit(request, request.candidates().stream().map(RecordStoreOperator::gone).toList());
        } else if (request.move().isPresent()) {
            move(request);
        } else {
            score(request, settings.get());
        }
    }

    private void move(RecordRequest request) throws Exception {
        MoveRequest move = request.move().orElseThrow();
        if (owns(move.record())) {
            byte[] row = store.readOnce(move.record());
            if (row == null || !move(move, row)) {
                store.park(move.record(), request);
            }
        }
    }

    /** Scores what it can until the deadline: then the answer goes out with the estimates. */
    private void score(RecordRequest request, CollectionSettings settings) throws Exception {
        RecordScorer scorer = new RecordScorer(VectorSpace.of(settings), request.check());
        List<Scored> answer = new ArrayList<>(request.candidates().size());
        for (int i = 0; i < request.candidates().size(); i++) {
            if (request.isLate(now())) {
                metrics.late(request.candidates().size() - i);
                break;
            }
            Candidate candidate = request.candidates().get(i);
            RecordKey record = new RecordKey(request.collectionUid(), candidate.id());
            if (!owns(record)) {
                continue;
            }
            byte[] row = store.read(record);
            if (row != null && !candidate.version().isNewerThan(EntryRow.version(row, 0))) {
                answer.add(scorer.score(candidate, row));
            } else if (!store.park(record, request.forOne(candidate))) {
                metrics.notWaitedFor(); // its estimate goes out at the deadline
            }
        }
        metrics.scored(answer.size());
        emit(request, answer);
    }

    private long now() {
        return getProcessingTimeService().getCurrentProcessingTime();
    }

    private static Scored gone(Candidate candidate) {
        return new Scored(candidate.query(), candidate.rank(), Double.NaN, new byte[0]);
    }

    private boolean owns(RecordKey record) {
        boolean owned =
                range.contains(KeyGroupRangeAssignment.assignToKeyGroup(record, maxParallelism));
        if (!owned) {
            metrics.misrouted(); // its estimate goes out at the deadline
        }
        return owned;
    }

    /** Sends the entry on its way; false where its version has not come yet. */
    private boolean move(MoveRequest move, byte[] row) throws Exception {
        Version stored = EntryRow.version(row, 0);
        if (move.version().isNewerThan(stored)) {
            return false;
        }
        Optional<CollectionSettings> settings = settings(move.record().collectionUid());
        if (settings.isPresent() && stored.equals(move.version()) && !EntryRow.isRemoval(row, 0)) {
            BucketKey from = new BucketKey(move.record().collectionUid(), move.fromBucket());
            output.collect(
                    MOVES,
                    new StreamRecord<>(
                            MoveRecords.of(job, from, settings.get().vectorBytes(), row, 0)));
        } // else the bucket gets the newer row, or its removal
        return true;
    }

    private void emit(RecordRequest request, List<Scored> answer) {
        if (!answer.isEmpty()) {
            output.collect(new StreamRecord<>(new RecordPart(request.probe(), answer)));
        }
    }

    private Optional<CollectionSettings> settings(long uid) throws InterruptedException {
        return directory
                .byUid(uid)
                .filter(collection -> !collection.dropped())
                .map(CollectionState::settings);
    }

    @Override
    public void onProcessingTime(InternalTimer<RecordKey, VoidNamespace> timer) throws Exception {
        RecordKey record = timer.getKey();
        metrics.late(store.wokenUp(record, timer.getTimestamp()));
        if (waiting.hasMoves(record) && settings(record.collectionUid()).isEmpty()) {
            store.forget(record);
        }
    }

    @Override
    public void onEventTime(InternalTimer<RecordKey, VoidNamespace> timer) {
        throw new IllegalStateException("No event-time timer is ever registered here.");
    }

    /** Candidates know no query time. */
    @Override
    public void processWatermark(Watermark mark) {
        // Not passed on.
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        sweep.snapshot();
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

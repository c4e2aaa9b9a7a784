package io.nearstream.jobs.standing;

import io.nearstream.core.model.IndexChange;
import io.nearstream.core.standing.Difference;
import io.nearstream.core.standing.StandingShard;
import io.nearstream.jobs.common.state.IndexChangeSerializer;
import io.nearstream.operators.join.Waiting;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.common.state.State;
import org.apache.flink.api.common.state.StateDescriptor;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Keeps the shards of its key groups. Keyed by shard. Input 1: changes, in any order, with a
 * watermark on the times of their versions. Input 2: registrations; their watermark says nothing.
 * Output: what subscribers are told, that of a query in order.
 *
 * <p>A shard lies on the heap; of the changes that wait for the watermark so many do as may, the
 * others in the state. The state is read at the start, and written at checkpoints.
 */
final class ShardOperator extends AbstractStreamOperator<Difference>
        implements TwoInputStreamOperator<ShardChange, ShardRegistration, Difference> {
    private static final long serialVersionUID = 1L;

    private static final String WAITING = "standing-changes-parts";

    /** Bytes of a change on the heap beside its vector, about. */
    private static final int CHANGE_BYTES = 300;

    private static final Waiting.Kind<IndexChange> CHANGES =
            new Waiting.Kind<>(
                    change -> change.version().time(),
                    StandingShard.LOG,
                    change -> CHANGE_BYTES + change.vector().length);

    private final ShardSettings settings;
    private transient ShardState state;
    private transient Waiting<Integer, IndexChange> waiting;
    private transient byte[] centroids;
    private transient Map<Integer, StandingShard> shards;
    private transient Counter told;

    ShardOperator(ShardSettings settings) {
        this.settings = settings;
    }

    @Override
    public void open() throws Exception {
        super.open();
        if (CheckpointingOptions.isUnalignedCheckpointEnabled(
                getContainingTask().getEnvironment().getJobConfiguration())) {
            throw new IllegalStateException(
                    "Standing queries need aligned checkpoints: what an unaligned one keeps from before a watermark would be taken for a replay. Set execution.checkpointing.unaligned.enabled to false.");
        }
        state = new ShardState(this::keyed);
        told = getMetricGroup().counter("differencesTold");
        waiting =
                new Waiting<>(
                        keyed(Waiting.descriptor(WAITING, IndexChangeSerializer.INSTANCE)),
                        getKeyedStateBackend(),
                        WAITING,
                        this::setCurrentKey,
                        CHANGES,
                        settings.waitingBytes());
        centroids = settings.centroids();
        shards = new LinkedHashMap<>();
        TaskInfo task = getRuntimeContext().getTaskInfo();
        int groups = settings.shards().keyGroups();
        for (int key : settings.shards().all()) {
            int owner =
                    KeyGroupRangeAssignment.assignKeyToParallelOperator(
                            key, groups, task.getNumberOfParallelSubtasks());
            if (owner == task.getIndexOfThisSubtask()) {
                setCurrentKey(key);
                shards.put(key, shard());
            }
        }
        gauge("standingQueries", StandingShard::queries);
        gauge("standingRecords", StandingShard::records);
        gauge("standingDistances", StandingShard::scanned);
        gauge("standingReplays", StandingShard::replays);
        gauge("standingLimited", StandingShard::limited);
        gauge("standingRegistrationsWaiting", StandingShard::pending);
        getMetricGroup().gauge("waitingBytes", () -> waiting.bytes());
    }

    private <S extends State> S keyed(StateDescriptor<S, ?> descriptor) throws Exception {
        return getPartitionedState(
                VoidNamespace.INSTANCE, VoidNamespaceSerializer.INSTANCE, descriptor);
    }

    private void gauge(String name, ToLongFunction<StandingShard> of) {
        getMetricGroup().gauge(name, () -> shards.values().stream().mapToLong(of).sum());
    }

    /** The one of the current key. */
    private StandingShard shard() throws Exception {
        if (!state.isThere()) {
            return new StandingShard(settings.rules(centroids), Long.MIN_VALUE, this::tell);
        }
        state.origin().require(settings.origin());
        centroids = state.cells();
        StandingShard shard =
                new StandingShard(settings.rules(centroids), state.frontier(), this::tell);
        state.restoreTo(shard);
        return shard;
    }

    private void tell(Difference difference) {
        told.inc();
        output.collect(new StreamRecord<>(difference));
    }

    @Override
    public void processElement1(StreamRecord<ShardChange> element) throws Exception {
        ShardChange of = element.getValue();
        if (shards.get(of.shard()).awaits(of.change())) {
            waiting.add(of.shard(), of.change());
        }
    }

    @Override
    public void processElement2(StreamRecord<ShardRegistration> element) {
        shards.get(element.getValue().shard()).register(element.getValue().registration());
    }

    @Override
    public void processWatermark1(Watermark mark) throws Exception {
        waiting.release(
                mark.getTimestamp(), (key, changes) -> changes.forEach(shards.get(key)::next));
        for (StandingShard shard : shards.values()) {
            if (mark.getTimestamp() == Watermark.MAX_WATERMARK.getTimestamp()) {
                shard.finish();
            } else {
                shard.advance(mark.getTimestamp());
            }
        }
        output.emitWatermark(mark);
    }

    @Override
    public void processWatermark2(Watermark mark) {
        // Registrations count by the time of the changes.
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        for (Map.Entry<Integer, StandingShard> shard : shards.entrySet()) {
            setCurrentKey(shard.getKey());
            state.write(shard.getValue(), centroids, settings.origin());
        }
        waiting.spill();
    }
}

package io.nearstream.jobs.standing;

import io.nearstream.core.standing.Difference;
import io.nearstream.core.standing.StandingShard;
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
 * <p>A shard lies on the heap. The state is read at the start, and written at checkpoints.
 */
final class ShardOperator extends AbstractStreamOperator<Difference>
        implements TwoInputStreamOperator<ShardChange, ShardRegistration, Difference> {
    private static final long serialVersionUID = 1L;

    private final ShardSettings settings;
    private transient ShardState state;
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
        state.requireShards(settings.shards().count());
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
    public void processElement1(StreamRecord<ShardChange> element) {
        shards.get(element.getValue().shard()).change(element.getValue().change());
    }

    @Override
    public void processElement2(StreamRecord<ShardRegistration> element) {
        shards.get(element.getValue().shard()).register(element.getValue().registration());
    }

    @Override
    public void processWatermark1(Watermark mark) {
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
            state.write(shard.getValue(), centroids, settings.shards().count());
        }
    }
}

package io.nearstream.jobs.ingest.write;

import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.runtime.state.FunctionInitializationContext;

/**
 * The {@link AppendClock} of a function that reads a topic, and its state. The state is a union:
 * after rescaling any subtask may read any partition. Not thread-safe.
 */
public final class AppendClockState {
    static final ListStateDescriptor<PartitionTime> STATE =
            new ListStateDescriptor<>("append-times", PartitionTimeSerializer.INSTANCE);

    private final AppendClock clock = new AppendClock();
    private final ListState<PartitionTime> state;

    /** Goes on from the checkpoint that the function is restored from, if it is. */
    public AppendClockState(FunctionInitializationContext context) throws Exception {
        state = context.getOperatorStateStore().getUnionListState(STATE);
        for (PartitionTime time : state.get()) {
            clock.restore(time);
        }
    }

    /** Takes an append time into account and returns the partition's largest. */
    public long advance(int partition, long appendTime) {
        return clock.advance(partition, appendTime);
    }

    /** Writes the state; one subtask, the first, also carries on what it only was told. */
    public void snapshot(boolean first) throws Exception {
        state.update(clock.snapshot(first));
    }
}

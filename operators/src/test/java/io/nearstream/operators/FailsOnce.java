package io.nearstream.operators;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;

/**
 * Lets answers through, and fails when one of some elements is answered for the first time. Of one
 * job at a time in this JVM.
 */
final class FailsOnce
        implements MapFunction<Neighbours<Long>, Neighbours<Long>>, CheckpointedFunction {
    private static final long serialVersionUID = 1L;
    private static final Set<Long> AT = ConcurrentHashMap.newKeySet();
    private static final AtomicInteger RESTORED = new AtomicInteger();

    private FailsOnce() {}

    /** A job begins. */
    static FailsOnce at(Long... elements) {
        AT.clear();
        AT.addAll(List.of(elements));
        RESTORED.set(0);
        return new FailsOnce();
    }

    /** Elements at which it did not fail yet. */
    static Set<Long> left() {
        return Set.copyOf(AT);
    }

    /** Subtasks that began with a checkpoint. */
    static int restored() {
        return RESTORED.get();
    }

    @Override
    public Neighbours<Long> map(Neighbours<Long> answer) {
        if (AT.remove(answer.element())) {
            throw new IllegalStateException("Fails once at " + answer.element());
        }
        return answer;
    }

    @Override
    public void initializeState(FunctionInitializationContext context) {
        if (context.isRestored()) {
            RESTORED.incrementAndGet();
        }
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) {
        // that there was a checkpoint is all
    }
}

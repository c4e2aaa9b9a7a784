package io.nearstream.jobs.ingest.time;

import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.streaming.api.operators.Triggerable;
import org.apache.flink.streaming.api.watermark.Watermark;

/**
 * Keeps one state for each key, and looks at it again when it is due by the log's time: at an
 * expiry, or when a tombstone may be forgotten. A timer only makes sure that this is said although
 * nobody writes the key again: what has expired is decided by append times, and a state that has
 * another time by then is not due.
 *
 * @param <K> keys
 * @param <S> their states, immutable
 * @param <O> what the operator puts out
 */
public abstract class DueOperator<K, S, O> extends AbstractStreamOperator<O>
        implements Triggerable<K, VoidNamespace> {
    /** The due time of what is never due. */
    protected static final long NEVER = Long.MAX_VALUE;

    private static final long serialVersionUID = 1L;

    private final long tombstoneHorizonMs;

    private transient ValueState<S> states;
    private transient InternalTimerService<VoidNamespace> timers;

    /**
     * An operator for any keys.
     *
     * @param tombstoneHorizonMs how long deletes are remembered, at least 1 ms
     */
    protected DueOperator(long tombstoneHorizonMs) {
        if (tombstoneHorizonMs < 1) {
            throw new IllegalArgumentException(
                    "tombstoneHorizonMs must be at least 1, but was " + tombstoneHorizonMs + ".");
        }
        this.tombstoneHorizonMs = tombstoneHorizonMs;
    }

    /**
     * To be called by {@link #open}, with the names that savepoints know.
     *
     * @return the state, as the backend keeps it
     */
    protected final ValueState<S> openState(ValueStateDescriptor<S> descriptor, String timerName)
            throws Exception {
        states = getKeyedStateStore().getState(descriptor);
        timers = getInternalTimerService(timerName, VoidNamespaceSerializer.INSTANCE, this);
        return states;
    }

    /** When a state is due, an append time; {@link #NEVER} for never. */
    protected abstract long dueAt(S state, long horizonMs);

    /** A state of the current key that is due. */
    protected abstract void due(K key, S state) throws Exception;

    /** The state of the current key; null for none. */
    protected final S stored() throws Exception {
        return states.value();
    }

    /** Keeps a state of the current key, whose former one is not due any more. */
    protected final void keep(S state) throws Exception {
        states.update(state);
        long due = dueAt(state, tombstoneHorizonMs);
        if (due != NEVER) {
            timers.registerEventTimeTimer(VoidNamespace.INSTANCE, due);
        }
    }

    /** A state that is about to be replaced or forgotten is not due any more. */
    protected final void release(S state) {
        long due = dueAt(state, tombstoneHorizonMs);
        if (due != NEVER) {
            timers.deleteEventTimeTimer(VoidNamespace.INSTANCE, due);
        }
    }

    /** Forgets the current key. */
    protected final void forget() {
        states.clear();
    }

    @Override
    public final void onEventTime(InternalTimer<K, VoidNamespace> timer) throws Exception {
        S state = states.value();
        if (state != null && dueAt(state, tombstoneHorizonMs) == timer.getTimestamp()) {
            due(timer.getKey(), state);
        }
    }

    @Override
    public final void onProcessingTime(InternalTimer<K, VoidNamespace> timer) {
        throw new IllegalStateException("No processing-time timer is ever registered.");
    }

    /** The end of a drained input is not a time: nothing expires by it. */
    @Override
    public void processWatermark(Watermark mark) throws Exception {
        if (mark.getTimestamp() == Watermark.MAX_WATERMARK.getTimestamp()) {
            output.emitWatermark(mark);
        } else {
            super.processWatermark(mark);
        }
    }
}

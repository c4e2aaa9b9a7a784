package io.nearstream.jobs.common.state;

import io.nearstream.jobs.common.control.CollectionDirectory;
import java.util.List;
import java.util.function.ToLongFunction;
import javax.annotation.Nullable;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;

/**
 * Removes what an operator keeps of dropped collections, a slice at a time beside its work. Which
 * collections have anything in the keyed state is itself kept, so that a drop during a standstill
 * is noticed after it. Belongs to the task's thread.
 *
 * @param <K> the key of the state, which names its collection
 */
public final class CollectionSweep<K> implements AutoCloseable {
    /** The operator state that names the collections present; union: rescaling mixes the keys. */
    public static final ListStateDescriptor<Long> COLLECTIONS =
            new ListStateDescriptor<>("collections-present", LongSerializer.INSTANCE);

    private static final long SLICE_NANOS = 2_000_000;
    private static final long SLICE_PAUSE_MS = 5;

    private final ListState<Long> presentState;
    private final DroppedCollections collections;
    private final KeyedStateBackend<K> backend;
    private final String state;
    private final ToLongFunction<K> uidOf;
    private final Removal<K> removal;
    @Nullable private KeySweep<K> sweep;

    /**
     * Removes what belongs to a key; the operator makes it the current key itself.
     *
     * @param <K> the key
     */
    @FunctionalInterface
    public interface Removal<K> {
        void remove(K key) throws Exception;
    }

    /** The list of collections present, to be got while an operator initializes its state. */
    public static ListState<Long> present(StateInitializationContext context) throws Exception {
        return context.getOperatorStateStore().getUnionListState(COLLECTIONS);
    }

    /**
     * A sweep over a keyed state.
     *
     * @param state the name of the state whose keys are looked through
     * @param uidOf the collection of a key
     */
    public CollectionSweep(
            CollectionDirectory directory,
            ListState<Long> presentState,
            KeyedStateBackend<K> backend,
            String state,
            ToLongFunction<K> uidOf,
            Removal<K> removal)
            throws Exception {
        this.presentState = presentState;
        this.collections = new DroppedCollections(directory, presentState.get());
        this.backend = backend;
        this.state = state;
        this.uidOf = uidOf;
        this.removal = removal;
    }

    /** Whether anything may be kept of a collection: it is not gone. It then counts as present. */
    public boolean admits(long uid) throws InterruptedException {
        return collections.admits(uid);
    }

    /** Looks for dropped collections every so often from now on. */
    public void schedule(ProcessingTimeService time, long pollMs) {
        time.registerTimer(
                time.getCurrentProcessingTime() + (sweep == null ? pollMs : SLICE_PAUSE_MS),
                timestamp -> {
                    step();
                    schedule(time, pollMs);
                });
    }

    private void step() throws Exception {
        if (sweep == null && collections.refresh()) {
            sweep = new KeySweep<>(backend, state, uidOf, collections.toSweep());
        }
        if (sweep != null && sweep.step(SLICE_NANOS, removal)) {
            collections.swept(sweep.uids());
            sweep.close();
            sweep = null;
        }
    }

    /** Writes which collections are present. */
    public void snapshot() throws Exception {
        presentState.update(List.copyOf(collections.present()));
    }

    @Override
    public void close() {
        if (sweep != null) {
            sweep.close();
        }
    }
}

package io.nearstream.operators.join;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.VoidNamespace;

/**
 * Messages that wait, by key, until the watermark has passed their time; then they come out in
 * their order. They lie on the heap up to a limit, else, and at a checkpoint, in keyed state; of a
 * key that waits a small object stays on the heap. Belongs to the task's thread.
 *
 * @param <K> the key
 * @param <M> the messages
 */
final class Waiting<K, M> {
    private final ListState<M> state;
    private final Consumer<K> toKey;
    private final Kind<M> kind;
    private final long bytesMax;
    private final Map<K, Held<M>> held = new HashMap<>();
    private long bytes;

    /**
     * What the messages are.
     *
     * @param time after which a message may come out
     * @param order in which those of a key do; it agrees with the time
     * @param bytes of the heap that a message takes, about
     */
    record Kind<M>(ToLongFunction<M> time, Comparator<M> order, ToIntFunction<M> bytes) {}

    /** Takes the messages of a key that come out, which is the current one. */
    @FunctionalInterface
    interface Release<K, M> {
        void of(K key, List<M> messages) throws Exception;
    }

    private static final class Held<M> {
        private final List<M> heap = new ArrayList<>();
        private long earliest = Long.MAX_VALUE;
        private boolean inState;

        void expect(long time) {
            earliest = Math.min(earliest, time);
        }
    }

    /**
     * What waited at the checkpoint, if there was one.
     *
     * @param state of these messages alone
     * @param name of the state
     * @param toKey makes a key the current one
     * @param bytesMax of the heap, about
     */
    Waiting(
            ListState<M> state,
            KeyedStateBackend<K> backend,
            String name,
            Consumer<K> toKey,
            Kind<M> kind,
            long bytesMax)
            throws Exception {
        this.state = state;
        this.toKey = toKey;
        this.kind = kind;
        this.bytesMax = bytesMax;
        List<K> keys;
        try (Stream<K> stored = backend.getKeys(name, VoidNamespace.INSTANCE)) {
            keys = stored.toList();
        }
        for (K key : keys) {
            toKey.accept(key);
            Held<M> restored = new Held<>();
            restored.inState = true;
            for (M message : state.get()) {
                restored.expect(kind.time().applyAsLong(message));
            }
            held.put(key, restored);
        }
    }

    /** Takes a message of the current key. */
    void add(K key, M message) throws Exception {
        Held<M> of = held.computeIfAbsent(key, unknown -> new Held<>());
        of.heap.add(message);
        of.expect(kind.time().applyAsLong(message));
        bytes += kind.bytes().applyAsInt(message);
        if (bytes > bytesMax) {
            spill();
        }
    }

    /** Lets out all messages of a time up to the watermark. */
    void release(long watermark, Release<K, M> release) throws Exception {
        Iterator<Map.Entry<K, Held<M>>> keys = held.entrySet().iterator();
        while (keys.hasNext()) {
            Map.Entry<K, Held<M>> entry = keys.next();
            if (entry.getValue().earliest <= watermark) {
                toKey.accept(entry.getKey());
                release(entry.getKey(), entry.getValue(), watermark, release);
                if (entry.getValue().heap.isEmpty()) {
                    keys.remove();
                }
            }
        }
    }

    private void release(K key, Held<M> of, long watermark, Release<K, M> release)
            throws Exception {
        if (of.inState) {
            for (M message : state.get()) {
                of.heap.add(message);
                bytes += kind.bytes().applyAsInt(message);
            }
            state.clear();
            of.inState = false;
        }
        of.heap.sort(kind.order());
        int out = 0;
        while (out < of.heap.size() && kind.time().applyAsLong(of.heap.get(out)) <= watermark) {
            bytes -= kind.bytes().applyAsInt(of.heap.get(out));
            out++;
        }
        List<M> due = of.heap.subList(0, out);
        release.of(key, due);
        due.clear();
        of.earliest = of.heap.isEmpty() ? Long.MAX_VALUE : kind.time().applyAsLong(of.heap.get(0));
    }

    /** Writes all that waits into the state, and leaves the heap. The current key is another. */
    void spill() throws Exception {
        for (Map.Entry<K, Held<M>> entry : held.entrySet()) {
            Held<M> of = entry.getValue();
            if (!of.heap.isEmpty()) {
                toKey.accept(entry.getKey());
                state.addAll(of.heap);
                of.heap.clear();
                of.inState = true;
            }
        }
        bytes = 0;
    }

    /** Bytes on the heap, about. */
    long bytes() {
        return bytes;
    }
}

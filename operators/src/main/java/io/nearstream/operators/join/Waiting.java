package io.nearstream.operators.join;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import javax.annotation.Nullable;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.base.IntSerializer;
import org.apache.flink.api.common.typeutils.base.ListSerializer;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.VoidNamespace;

/**
 * Messages that wait, by key, until the watermark has passed their time; then they come out in
 * their order. They lie on the heap up to a limit, else, and at a checkpoint, in keyed state, in
 * parts of some KiB that each cover a short time, so that what is not due yet is not read; of a key
 * that waits, and of each part, a small object stays on the heap. What comes out of the state of a
 * key comes in portions of a part of that limit. Belongs to the task's thread.
 *
 * @param <K> the key
 * @param <M> the messages
 */
public final class Waiting<K, M> {
    private static final int PART_BYTES = 64 << 10;

    /** What comes out of a key at once takes such a part of the heap at most. */
    private static final int PORTIONS = 4;

    private final MapState<Integer, List<M>> state;
    private final Consumer<K> toKey;
    private final Kind<M> kind;
    private final long bytesMax;
    private Map<K, Held<M>> held = new HashMap<>();
    private long bytes;

    /**
     * What the messages are.
     *
     * @param time after which a message may come out
     * @param order in which those of a key do; it agrees with the time
     * @param bytes of the heap that a message takes, about
     */
    public record Kind<M>(ToLongFunction<M> time, Comparator<M> order, ToIntFunction<M> bytes) {}

    /**
     * Takes messages of a key that come out, which is the current one; called again where there are
     * more. Those that are equal in their order come together.
     */
    @FunctionalInterface
    public interface Release<K, M> {
        void of(K key, List<M> messages) throws Exception;
    }

    /**
     * What waited at the checkpoint, if there was one.
     *
     * @param state of these messages alone, see {@link #descriptor}
     * @param name of the state
     * @param toKey makes a key the current one
     * @param bytesMax of the heap, about
     */
    public Waiting(
            MapState<Integer, List<M>> state,
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
            keys = stored.distinct().toList();
        }
        for (K key : keys) {
            toKey.accept(key);
            Held<M> restored = new Held<>();
            List<Held.Part> parts = new ArrayList<>();
            for (Map.Entry<Integer, List<M>> part : state.entries()) {
                parts.add(part(part.getKey(), part.getValue()));
            }
            parts.sort(Comparator.comparingInt(Held.Part::number));
            restored.store(parts);
            held.put(key, restored);
        }
    }

    /** The state of messages: parts of them by number. */
    public static <M> MapStateDescriptor<Integer, List<M>> descriptor(
            String name, TypeSerializer<M> messages) {
        return new MapStateDescriptor<>(
                name, IntSerializer.INSTANCE, new ListSerializer<>(messages));
    }

    /** Takes a message of the current key. */
    public void add(K key, M message) throws Exception {
        Held<M> of = held.computeIfAbsent(key, unknown -> new Held<>());
        of.heap.add(message);
        of.expect(kind.time().applyAsLong(message));
        int size = kind.bytes().applyAsInt(message);
        of.heapBytes += size;
        bytes += size;
        if (bytes > bytesMax) {
            spill();
        }
    }

    /** Lets out all messages of a time up to the watermark. */
    public void release(long watermark, Release<K, M> release) throws Exception {
        int left = 0;
        for (Map.Entry<K, Held<M>> entry : held.entrySet()) {
            release(entry.getKey(), entry.getValue(), watermark, release);
            left += entry.getValue().bytes() > 0 ? 1 : 0;
        }
        if (left == 0) {
            held = new HashMap<>(); // nearly always; one by one they would be looked up again
        } else if (left < held.size()) {
            held.values().removeIf(of -> of.bytes() == 0);
        }
    }

    /** Lets out messages of one key only, something of which waits. */
    public void release(K key, long watermark, Release<K, M> release) throws Exception {
        Held<M> of = held.get(key);
        release(key, of, watermark, release);
        if (of.bytes() == 0) {
            held.remove(key);
        }
    }

    private void release(K key, Held<M> of, long watermark, Release<K, M> release)
            throws Exception {
        if (of.earliest <= watermark) {
            toKey.accept(key);
            long stored = of.storedUpTo(watermark);
            if (stored == 0 || of.heapBytes + stored <= bytesMax / PORTIONS) {
                load(of, watermark);
                releaseHeap(key, of, watermark, release);
            } else {
                spill(of);
                releaseState(key, of, watermark, release);
            }
            if (bytes > bytesMax) {
                spill(of); // what was read with it, and is not due yet
            }
        }
    }

    /** The current key's parts in which something may be due. */
    private void load(Held<M> of, long watermark) throws Exception {
        List<Held.Part> stay = new ArrayList<>();
        for (Held.Part part : of.parts) {
            // Asked for by number: of most keys there is one part, and a cursor costs more.
            if (part.earliest() <= watermark) {
                of.heap.addAll(state.get(part.number()));
                state.remove(part.number());
                of.heapBytes += part.bytes();
                bytes += part.bytes();
            } else {
                stay.add(part);
            }
        }
        if (stay.size() < of.parts.size()) {
            of.store(stay);
        }
    }

    private void releaseHeap(K key, Held<M> of, long watermark, Release<K, M> release)
            throws Exception {
        of.heap.sort(kind.order());
        long before = of.heapBytes;
        int out = 0;
        while (out < of.heap.size() && isDue(of.heap.get(out), watermark)) {
            of.heapBytes -= kind.bytes().applyAsInt(of.heap.get(out));
            out++;
        }
        bytes -= before - of.heapBytes;
        List<M> due = of.heap.subList(0, out);
        release.of(key, due);
        due.clear();
        of.earliest = of.heap.isEmpty() ? Long.MAX_VALUE : kind.time().applyAsLong(of.heap.get(0));
        of.parts.forEach(part -> of.expect(part.earliest()));
    }

    private boolean isDue(M message, long watermark) {
        return kind.time().applyAsLong(message) <= watermark;
    }

    /** The current key's, all of which lie in the state: reads parts for each portion anew. */
    private void releaseState(K key, Held<M> of, long watermark, Release<K, M> release)
            throws Exception {
        List<M> portion = portion(of, watermark, null);
        while (!portion.isEmpty()) {
            release.of(key, portion);
            portion = portion(of, watermark, portion.get(portion.size() - 1));
        }
        of.earliest = Long.MAX_VALUE;
        List<Held.Part> stay = new ArrayList<>();
        for (Held.Part part : of.parts) {
            if (part.latest() <= watermark) {
                state.remove(part.number());
            } else if (part.earliest() > watermark) {
                stay.add(part);
            } else {
                List<M> left = new ArrayList<>(state.get(part.number()));
                left.removeIf(message -> isDue(message, watermark));
                state.put(part.number(), left);
                stay.add(part(part.number(), left));
            }
        }
        of.store(stay);
        if (stay.isEmpty()) {
            state.clear(); // an empty map is something, too, on the heap
        }
    }

    private Held.Part part(int number, List<M> messages) {
        long earliest = Long.MAX_VALUE;
        long latest = Long.MIN_VALUE;
        long size = 0;
        for (M message : messages) {
            long time = kind.time().applyAsLong(message);
            earliest = Math.min(earliest, time);
            latest = Math.max(latest, time);
            size += kind.bytes().applyAsInt(message);
        }
        return new Held.Part(number, earliest, latest, size);
    }

    /**
     * The first messages of the current key behind one that are due, as many as the heap may hold.
     */
    private List<M> portion(Held<M> of, long watermark, @Nullable M behind) throws Exception {
        Portion<M> portion = new Portion<>(kind, bytesMax / PORTIONS, watermark, behind);
        for (Held.Part part : of.parts) {
            if (portion.mayNeed(part)) {
                state.get(part.number()).forEach(portion::offer);
            }
        }
        return portion.inOrder();
    }

    /** Writes all that waits into the state, and leaves the heap. The current key is another. */
    public void spill() throws Exception {
        for (Map.Entry<K, Held<M>> entry : held.entrySet()) {
            if (!entry.getValue().heap.isEmpty()) {
                toKey.accept(entry.getKey());
                spill(entry.getValue());
            }
        }
    }

    private void spill(Held<M> of) throws Exception {
        of.heap.sort(kind.order()); // a part is of a short time
        List<M> part = new ArrayList<>();
        long size = 0;
        for (M message : of.heap) {
            part.add(message);
            size += kind.bytes().applyAsInt(message);
            if (size >= PART_BYTES) {
                store(of, part);
                part = new ArrayList<>();
                size = 0;
            }
        }
        if (!part.isEmpty()) {
            store(of, part);
        }
        bytes -= of.heapBytes;
        of.heapBytes = 0;
        of.heap.clear();
    }

    private void store(Held<M> of, List<M> messages) throws Exception {
        Held.Part part = part(of.nextNumber(), messages);
        state.put(part.number(), messages);
        of.add(part);
    }

    /** Bytes on the heap, about. */
    public long bytes() {
        return bytes;
    }
}

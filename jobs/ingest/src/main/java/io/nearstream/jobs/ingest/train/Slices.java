package io.nearstream.jobs.ingest.train;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.partition.BucketSizes;
import io.nearstream.core.partition.Generation;
import io.nearstream.core.partition.NextGeneration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.apache.flink.api.common.state.KeyedStateStore;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.api.common.typeutils.base.array.IntPrimitiveArraySerializer;

/**
 * The slices of collections in keyed state: live records with the buckets in which the query jobs
 * keep them. A slice that grows too large is halved. Every method is about the collection that is
 * the current key. Belongs to the task's thread.
 */
final class Slices {
    static final ValueStateDescriptor<SliceInfo> INFO =
            new ValueStateDescriptor<>("slice-info", SliceInfoSerializer.INSTANCE);
    static final MapStateDescriptor<Long, byte[]> VECTORS =
            new MapStateDescriptor<>(
                    "slice-vectors",
                    LongSerializer.INSTANCE,
                    BytePrimitiveArraySerializer.INSTANCE);
    static final MapStateDescriptor<Long, int[]> BUCKETS =
            new MapStateDescriptor<>(
                    "slice-buckets", LongSerializer.INSTANCE, IntPrimitiveArraySerializer.INSTANCE);

    private final ValueState<SliceInfo> infos;
    private final MapState<Long, byte[]> vectors;
    private final MapState<Long, int[]> buckets;
    private final LongSupplier currentUid;
    private final Map<Long, Heap> heaps = new HashMap<>();

    /** What is derived from a slice, and found again when it is not there. */
    private static final class Heap {
        private final Map<Integer, Integer> counts = new HashMap<>();

        /** Records whose buckets were split, to be placed anew. */
        private final Deque<Long> split = new ArrayDeque<>();

        private void count(int[] of, int by) {
            for (int bucket : of) {
                counts.merge(bucket, by, Heap::sumOrNone);
            }
        }

        private static Integer sumOrNone(Integer left, Integer right) {
            int sum = left + right;
            return sum == 0 ? null : sum;
        }
    }

    /**
     * The slices of an operator.
     *
     * @param currentUid the collection that is the current key
     */
    Slices(KeyedStateStore state, LongSupplier currentUid) {
        this.currentUid = currentUid;
        infos = state.getState(INFO);
        vectors = state.getMapState(VECTORS);
        buckets = state.getMapState(BUCKETS);
    }

    SliceInfo info() throws Exception {
        SliceInfo info = infos.value();
        return info == null ? SliceInfo.NONE : info;
    }

    private Heap heap() throws Exception {
        Heap heap = heaps.get(currentUid.getAsLong());
        if (heap == null) {
            heap = new Heap();
            for (int[] placed : buckets.values()) {
                heap.count(placed, 1);
            }
            heaps.put(currentUid.getAsLong(), heap);
        }
        return heap;
    }

    /** Takes a change of one record. */
    void apply(SliceChange change, CollectionSettings settings, Generation newest)
            throws Exception {
        SliceInfo info = info();
        if (change.shift() > info.shift()) {
            info = trim(info, change.shift());
        }
        if (!SliceChange.isInside(change.idHash(), info.shift())) {
            return;
        }
        Heap heap = heap();
        int[] before = buckets.get(change.idHash());
        int records = info.records();
        if (before != null) {
            heap.count(before, -1);
            records--;
        }
        if (change.isGone()) {
            buckets.remove(change.idHash());
            vectors.remove(change.idHash());
        } else {
            // As the query jobs do: what an older generation signed is placed by the newest.
            int[] placed =
                    change.generation() < newest.number()
                            ? newest.place("", change.vector())
                            : change.buckets();
            buckets.put(change.idHash(), placed);
            vectors.put(change.idHash(), change.vector());
            heap.count(placed, 1);
            records++;
        }
        info = info.written().withRecords(records);
        infos.update(
                records > SliceChange.recordsMax(settings) ? trim(info, info.shift() + 1) : info);
    }

    /** Keeps one of 2^shift records of the collection from now on. */
    private SliceInfo trim(SliceInfo info, int shift) throws Exception {
        List<Long> outside = new ArrayList<>();
        for (Long hash : buckets.keys()) {
            if (!SliceChange.isInside(hash, shift)) {
                outside.add(hash);
            }
        }
        for (Long hash : outside) {
            heap().count(buckets.get(hash), -1);
            buckets.remove(hash);
            vectors.remove(hash);
        }
        SliceInfo trimmed = info.withShift(shift).withRecords(info.records() - outside.size());
        infos.update(trimmed);
        return trimmed;
    }

    /** Takes a generation up, or up again: records of cells it split are to be placed anew. */
    void takeUp(Generation newest) throws Exception {
        if (newest.number() > info().generation()) {
            infos.update(info().takenUp(newest.number()));
        }
        Heap heap = heap();
        heap.split.clear();
        for (Map.Entry<Long, int[]> entry : buckets.entries()) {
            if (leaves(newest, entry.getValue())) {
                heap.split.add(entry.getKey());
            }
        }
    }

    private static boolean leaves(Generation newest, int[] placed) {
        return IntStream.of(placed).anyMatch(newest::leaves);
    }

    /**
     * Places some records of split cells anew.
     *
     * @return whether all have been
     */
    boolean placeSome(Generation newest, int most) throws Exception {
        Heap heap = heap();
        for (int i = 0; i < most && !heap.split.isEmpty(); i++) {
            Long hash = heap.split.remove();
            int[] before = buckets.get(hash);
            if (before != null && leaves(newest, before)) {
                int[] placed = newest.place("", vectors.get(hash));
                buckets.put(hash, placed);
                heap.count(before, -1);
                heap.count(placed, 1);
            }
        }
        return heap.split.isEmpty();
    }

    /** A generation was tried in vain: the next try waits for as many writes again. */
    void tried() throws Exception {
        infos.update(info().takenUp(info().generation()));
    }

    /** How full the cells of a generation are. */
    BucketSizes sizes(Generation generation) throws Exception {
        SliceInfo info = info();
        return BucketSizes.of(generation, heap().counts, info.records(), 1L << info.shift());
    }

    /** The records, in the order of their hashes, which is always the same. */
    List<NextGeneration.Placed> records() throws Exception {
        TreeMap<Long, NextGeneration.Placed> records = new TreeMap<>();
        for (Map.Entry<Long, byte[]> entry : vectors.entries()) {
            int[] placed = buckets.get(entry.getKey());
            records.put(entry.getKey(), new NextGeneration.Placed(entry.getValue(), placed));
        }
        return List.copyOf(records.values());
    }

    /** Forgets the slice. */
    void clear() throws Exception {
        heaps.remove(currentUid.getAsLong());
        infos.clear();
        vectors.clear();
        buckets.clear();
    }
}

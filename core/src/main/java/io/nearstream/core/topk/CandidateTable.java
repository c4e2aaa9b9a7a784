package io.nearstream.core.topk;

import java.util.Arrays;

/**
 * One candidate for each id that a probe met in the buckets it visited. Call {@link #reset} for
 * each probe, {@link #nextBucket} before each bucket, then {@link #add} for each entry of that
 * bucket in the order of its log; afterwards the ordinals 0 to {@link #size} - 1 are the
 * candidates, each with the ref of its winning entry.
 *
 * <p>Within a bucket a later entry replaces an earlier one of the same id: the log decides. Between
 * buckets the higher version wins; at equal versions a live entry wins over a removal (the record
 * has moved), else the one met first stays. Removals take part, so that a stale copy in another
 * bucket does not come back; callers skip candidates that are {@link #isRemoved}.
 *
 * <p>Ids are equal when their bytes are; hashes only find them. The id bytes are kept by reference
 * and must not change before the next reset. Open addressing with linear steps, at most half full;
 * nothing is allocated once it has grown to the largest probe. Belongs to one thread.
 */
public final class CandidateTable {
    /** What {@link #add} returns when the entry is older than the candidate of its id. */
    public static final int SUPERSEDED = -1;

    private static final int CANDIDATES_FIRST = 1_024;

    /** A table that was so many times too large is halved: clearing it would cost every probe. */
    private static final int OVERSIZE_MAX = 8;

    private int size;
    private int bucket;
    private int[] slots;
    private long[] hashes;
    private byte[][] ids;
    private int[] idOffsets;
    private int[] idLengths;
    private long[] times;
    private int[] partitions;
    private long[] offsets;
    private int[] buckets;
    private int[] refs;
    private boolean[] removed;

    public CandidateTable() {
        allocate(CANDIDATES_FIRST);
    }

    private void allocate(int candidates) {
        slots = new int[2 * candidates];
        hashes = new long[candidates];
        ids = new byte[candidates][];
        idOffsets = new int[candidates];
        idLengths = new int[candidates];
        times = new long[candidates];
        partitions = new int[candidates];
        offsets = new long[candidates];
        buckets = new int[candidates];
        refs = new int[candidates];
        removed = new boolean[candidates];
    }

    /** Forgets all candidates. */
    public void reset() {
        if (hashes.length > CANDIDATES_FIRST && hashes.length / OVERSIZE_MAX > size) {
            allocate(hashes.length / 2);
        } else {
            Arrays.fill(slots, 0);
            Arrays.fill(ids, 0, size, null);
        }
        size = 0;
        bucket = 0;
    }

    /** The entries that follow are of another bucket. */
    public void nextBucket() {
        bucket++;
    }

    /** Candidates so far, removed ones too. */
    public int size() {
        return size;
    }

    /** The ref of the entry that stands for this candidate. */
    public int ref(int ordinal) {
        return refs[ordinal];
    }

    /** Whether the entry that stands for this candidate is a removal. */
    public boolean isRemoved(int ordinal) {
        return removed[ordinal];
    }

    /**
     * Takes an entry of the current bucket.
     *
     * @param idHash the same for equal ids; all 64 bits well mixed
     * @param id holds the id's bytes from idOffset on
     * @param time append time of the entry's version
     * @param partition partition of the entry's version
     * @param offset offset of the entry's version
     * @param removal whether the entry removes its id from the bucket
     * @param ref what the caller finds the entry by
     * @return the ordinal of the id's candidate, for which the entry now stands, or {@link
     *     #SUPERSEDED}
     */
    public int add(
            long idHash,
            byte[] id,
            int idOffset,
            int idLength,
            long time,
            int partition,
            long offset,
            boolean removal,
            int ref) {
        int mask = slots.length - 1;
        int slot = (int) (idHash >>> 32) & mask;
        for (int held = slots[slot]; held != 0; held = slots[slot]) {
            int ordinal = held - 1;
            if (hashes[ordinal] == idHash && isId(ordinal, id, idOffset, idLength)) {
                if (!replaces(ordinal, time, partition, offset, removal)) {
                    return SUPERSEDED;
                }
                set(ordinal, time, partition, offset, removal, ref);
                return ordinal;
            }
            slot = (slot + 1) & mask;
        }
        if (size == hashes.length) {
            grow();
            return add(idHash, id, idOffset, idLength, time, partition, offset, removal, ref);
        }
        int ordinal = size++;
        slots[slot] = ordinal + 1;
        hashes[ordinal] = idHash;
        ids[ordinal] = id;
        idOffsets[ordinal] = idOffset;
        idLengths[ordinal] = idLength;
        set(ordinal, time, partition, offset, removal, ref);
        return ordinal;
    }

    private boolean isId(int ordinal, byte[] id, int idOffset, int idLength) {
        int heldOffset = idOffsets[ordinal];
        return Arrays.equals(
                ids[ordinal],
                heldOffset,
                heldOffset + idLengths[ordinal],
                id,
                idOffset,
                idOffset + idLength);
    }

    private boolean replaces(int ordinal, long time, int partition, long offset, boolean removal) {
        if (buckets[ordinal] == bucket) {
            return true;
        }
        if (time != times[ordinal]) {
            return time > times[ordinal];
        }
        if (partition != partitions[ordinal]) {
            return partition > partitions[ordinal];
        }
        return offset != offsets[ordinal]
                ? offset > offsets[ordinal]
                : removed[ordinal] && !removal;
    }

    private void set(int ordinal, long time, int partition, long offset, boolean removal, int ref) {
        times[ordinal] = time;
        partitions[ordinal] = partition;
        offsets[ordinal] = offset;
        removed[ordinal] = removal;
        buckets[ordinal] = bucket;
        refs[ordinal] = ref;
    }

    private void grow() {
        int candidates = Math.multiplyExact(2, hashes.length);
        slots = new int[Math.multiplyExact(2, candidates)];
        hashes = Arrays.copyOf(hashes, candidates);
        ids = Arrays.copyOf(ids, candidates);
        idOffsets = Arrays.copyOf(idOffsets, candidates);
        idLengths = Arrays.copyOf(idLengths, candidates);
        times = Arrays.copyOf(times, candidates);
        partitions = Arrays.copyOf(partitions, candidates);
        offsets = Arrays.copyOf(offsets, candidates);
        buckets = Arrays.copyOf(buckets, candidates);
        refs = Arrays.copyOf(refs, candidates);
        removed = Arrays.copyOf(removed, candidates);
        int mask = slots.length - 1;
        for (int ordinal = 0; ordinal < size; ordinal++) {
            int slot = (int) (hashes[ordinal] >>> 32) & mask;
            while (slots[slot] != 0) {
                slot = (slot + 1) & mask;
            }
            slots[slot] = ordinal + 1;
        }
    }
}

package io.nearstream.core.topk;

import java.util.Arrays;

/**
 * One candidate for each id that a probe met in the buckets it visited. Call {@link #reset} for
 * each probe, then {@link #add} for each entry; afterwards the ordinals 0 to {@link #size} - 1 are
 * the candidates, each with the ref of its winning entry.
 *
 * <p>The higher version of an id wins; at equal versions the entry met first stays. A version
 * belongs to one write, so entries of equal hash and version are of one id, and the bytes of ids
 * are compared only where versions differ: copies of a record in several buckets cost no look at
 * the record that was met before.
 *
 * <p>Numbers only, no references: filling it makes no work for the garbage collector. Open
 * addressing with linear steps, at most half full; nothing is allocated once it has grown to the
 * largest probe. Belongs to one thread.
 */
public final class CandidateTable {
    /** What {@link #add} returns when the entry is not newer than the candidate of its id. */
    public static final int SUPERSEDED = -1;

    private static final int CANDIDATES_FIRST = 1_024;

    /** A table that was so many times too large is halved: clearing it would cost every probe. */
    private static final int OVERSIZE_MAX = 8;

    private final SameId sameId;
    private int size;
    private int[] slots;
    private long[] hashes;
    private long[] times;
    private int[] partitions;
    private long[] offsets;
    private int[] refs;

    /** Whether the entries of two refs have the same id. */
    @FunctionalInterface
    public interface SameId {
        boolean test(int ref, int other);
    }

    /**
     * An empty table.
     *
     * @param sameId asked where the hashes of two ids are equal and the versions are not
     */
    public CandidateTable(SameId sameId) {
        this.sameId = sameId;
        allocate(CANDIDATES_FIRST);
    }

    private void allocate(int candidates) {
        slots = new int[2 * candidates];
        hashes = new long[candidates];
        times = new long[candidates];
        partitions = new int[candidates];
        offsets = new long[candidates];
        refs = new int[candidates];
    }

    /** Forgets all candidates. */
    public void reset() {
        if (hashes.length > CANDIDATES_FIRST && hashes.length / OVERSIZE_MAX > size) {
            allocate(hashes.length / 2);
        } else {
            Arrays.fill(slots, 0);
        }
        size = 0;
    }

    /** Candidates so far. */
    public int size() {
        return size;
    }

    /** The ref of the entry that stands for this candidate. */
    public int ref(int ordinal) {
        return refs[ordinal];
    }

    /**
     * Takes an entry.
     *
     * @param idHash the same for equal ids; all 64 bits well mixed
     * @param time append time of the entry's version
     * @param partition partition of the entry's version
     * @param offset offset of the entry's version
     * @param ref what the caller finds the entry by
     * @return the ordinal of the id's candidate, for which the entry now stands, or {@link
     *     #SUPERSEDED}
     */
    public int add(long idHash, long time, int partition, long offset, int ref) {
        int mask = slots.length - 1;
        int slot = (int) (idHash >>> 32) & mask;
        for (int held = slots[slot]; held != 0; held = slots[slot]) {
            int ordinal = held - 1;
            if (hashes[ordinal] == idHash) {
                int order = order(ordinal, time, partition, offset);
                if (order == 0) {
                    return SUPERSEDED;
                }
                if (sameId.test(refs[ordinal], ref)) {
                    if (order < 0) {
                        return SUPERSEDED;
                    }
                    set(ordinal, time, partition, offset, ref);
                    return ordinal;
                }
            }
            slot = (slot + 1) & mask;
        }
        if (size == hashes.length) {
            grow();
            return add(idHash, time, partition, offset, ref);
        }
        int ordinal = size++;
        slots[slot] = ordinal + 1;
        hashes[ordinal] = idHash;
        set(ordinal, time, partition, offset, ref);
        return ordinal;
    }

    /** Above 0 where the version is newer than that of the candidate, 0 where it is the same. */
    private int order(int ordinal, long time, int partition, long offset) {
        if (time != times[ordinal]) {
            return Long.compare(time, times[ordinal]);
        }
        return partition != partitions[ordinal]
                ? Integer.compare(partition, partitions[ordinal])
                : Long.compare(offset, offsets[ordinal]);
    }

    private void set(int ordinal, long time, int partition, long offset, int ref) {
        times[ordinal] = time;
        partitions[ordinal] = partition;
        offsets[ordinal] = offset;
        refs[ordinal] = ref;
    }

    private void grow() {
        int candidates = Math.multiplyExact(2, hashes.length);
        slots = new int[Math.multiplyExact(2, candidates)];
        hashes = Arrays.copyOf(hashes, candidates);
        times = Arrays.copyOf(times, candidates);
        partitions = Arrays.copyOf(partitions, candidates);
        offsets = Arrays.copyOf(offsets, candidates);
        refs = Arrays.copyOf(refs, candidates);
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

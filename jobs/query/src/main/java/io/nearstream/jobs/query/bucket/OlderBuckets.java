package io.nearstream.jobs.query.bucket;

import io.nearstream.core.partition.Generation;
import io.nearstream.jobs.common.control.CollectionState;
import io.nearstream.jobs.query.entry.EntryRow;
import io.nearstream.jobs.query.message.BucketKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The buckets of this subtask that a newer generation of their collection no longer has. They give
 * up their entries, and answer from them until all are placed elsewhere and no sender places into
 * these buckets any more. A complete checkpoint that began after that proves that what was placed
 * has arrived: then all of them are emptied at once. Nothing of this is kept in state: after a
 * restart it is found out again from the buckets themselves.
 */
final class OlderBuckets {
    /** Entries given up in one go: probes are served in between. */
    static final int GIVEN_UP_AT_ONCE = 256;

    private final int generation;
    private final List<BucketKey> all;
    private final Deque<BucketKey> toGiveUp;
    private final Map<BucketKey, Set<Long>> heldIds = new HashMap<>();
    private final BitSet markedSenders = new BitSet();
    private Giving giving = Giving.NOTHING;
    private int senders = Integer.MAX_VALUE;
    private long settledAtCheckpoint = Long.MAX_VALUE;
    private boolean settled;

    /** The rest of a bucket's rows, as they were when it began to give them up. */
    private static final class Giving {
        private static final Giving NOTHING = new Giving(null, new BucketRows());

        private final BucketKey bucket;
        private final BucketRows rows;
        private final int count;
        private int next;

        private Giving(BucketKey bucket, BucketRows rows) {
            this.bucket = bucket;
            this.rows = rows;
            this.count = rows.count();
        }

        private boolean isDone() {
            return next == count;
        }
    }

    private OlderBuckets(int generation, List<BucketKey> all) {
        this.generation = generation;
        this.all = all;
        this.toGiveUp = new ArrayDeque<>(all);
    }

    /** What this subtask has to empty for a collection's newest generation. */
    static OlderBuckets of(CollectionState collection, OwnedBuckets owned) {
        Generation newest = collection.newest();
        List<BucketKey> leaving = new ArrayList<>(owned.flat(collection.uid()));
        leaving.removeIf(bucket -> !newest.leaves(bucket.bucket()));
        return new OlderBuckets(newest.number(), leaving);
    }

    int generation() {
        return generation;
    }

    /** Where the entries of a bucket go. */
    @FunctionalInterface
    interface Moves {
        void move(BucketKey from, byte[] block, int row);
    }

    /**
     * Gives up some more entries.
     *
     * @return whether more are left
     */
    boolean giveUpSome(BucketStore store, Moves moves) throws Exception {
        if (giving.isDone() && !toGiveUp.isEmpty()) {
            BucketKey bucket = toGiveUp.remove();
            giving = new Giving(bucket, store.read(bucket));
            for (int i = 0; i < giving.count; i++) {
                hold(bucket, giving.rows.data(i), giving.rows.at(i));
            }
        }
        for (int i = 0; i < GIVEN_UP_AT_ONCE && !giving.isDone(); i++) {
            int row = giving.next++;
            moves.move(giving.bucket, giving.rows.data(row), giving.rows.at(row));
        }
        if (!giving.isDone()) {
            return true;
        }
        giving = Giving.NOTHING;
        return !toGiveUp.isEmpty();
    }

    private void hold(BucketKey bucket, byte[] block, int row) {
        heldIds.computeIfAbsent(bucket, key -> new HashSet<>()).add(EntryRow.idHash(block, row));
    }

    /** Follows a row that was appended to one of the buckets. */
    void appended(BucketKey bucket, byte[] row, Moves moves) {
        if (toGiveUp.contains(bucket)) {
            return; // it is given up with the rest
        }
        if (EntryRow.isRemoval(row, 0)) {
            left(bucket, row);
        } else {
            hold(bucket, row, 0);
            moves.move(bucket, row, 0);
        }
    }

    /** An entry was placed elsewhere, or is removed. */
    void left(BucketKey bucket, byte[] removal) {
        Set<Long> ids = heldIds.get(bucket);
        if (ids != null && ids.remove(EntryRow.idHash(removal, 0)) && ids.isEmpty()) {
            heldIds.remove(bucket);
        }
    }

    /** A sender places nothing into these buckets any more. */
    void marked(int sender, int of) {
        senders = of;
        markedSenders.set(sender);
    }

    /** Entries that are not known to be placed elsewhere. */
    int held() {
        return heldIds.values().stream().mapToInt(Set::size).sum();
    }

    /** At a checkpoint: whether all is placed elsewhere is part of what it proves. */
    void snapshot(long checkpoint) {
        boolean placed =
                toGiveUp.isEmpty()
                        && giving.isDone()
                        && heldIds.isEmpty()
                        && markedSenders.cardinality() >= senders;
        if (placed && settledAtCheckpoint == Long.MAX_VALUE) {
            settledAtCheckpoint = checkpoint;
        }
    }

    /**
     * Empties the buckets for good once a complete checkpoint proves that nobody needs them.
     *
     * @return whether that was now
     */
    boolean settle(long completedCheckpoint, BucketStore store) throws Exception {
        if (settled || completedCheckpoint < settledAtCheckpoint) {
            return false;
        }
        for (BucketKey bucket : all) {
            store.clear(bucket);
        }
        heldIds.clear();
        settled = true;
        return true;
    }

    /** Whether the buckets are empty for good: what still comes for them is of no use. */
    boolean isSettled() {
        return settled;
    }
}

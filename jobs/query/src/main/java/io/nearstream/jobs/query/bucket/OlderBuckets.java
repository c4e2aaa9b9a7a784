package io.nearstream.jobs.query.bucket;

import io.nearstream.core.partition.Generation;
import io.nearstream.jobs.common.control.CollectionState;
import io.nearstream.jobs.query.entry.EntryRow;
import io.nearstream.jobs.query.message.BucketKey;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import javax.annotation.Nullable;

/**
 * The buckets of this subtask that the newest generation of their collection no longer has: flat
 * ones, and cells that were split. They give up their entries, and answer from them until all are
 * placed elsewhere and no sender places into these buckets any more. A complete checkpoint that
 * began after that proves that what was placed has arrived: then all of them are emptied at once.
 * Where another generation comes before that, its split cells join the others. Nothing of this is
 * kept in state: after a restart it is found out again from the buckets themselves.
 */
final class OlderBuckets {
    /** Entries given up in one go: probes are served in between. */
    static final int GIVEN_UP_AT_ONCE = 256;

    /** Reading a bucket that holds nothing costs as much as so many moves. */
    private static final int COST_OF_READING = 4;

    private static final int[] NONE = {};

    private final Set<BucketKey> all = new LinkedHashSet<>();
    private final Set<BucketKey> toGiveUp = new LinkedHashSet<>();
    private int generation;
    @Nullable private Generation taken;

    /** Buckets that this generation or one before it no longer has are empty for good. */
    private int emptiedTo;

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

    /** Takes up a collection's newest generation: what of this subtask it no longer has. */
    void takeUp(CollectionState collection, OwnedBuckets owned) {
        if (settled) {
            emptiedTo = generation;
            all.clear();
            settled = false;
        }
        Generation newest = collection.newest();
        taken = newest;
        generation = newest.number();
        if (emptiedTo == 0) {
            owned.flat(collection.uid()).stream()
                    .filter(bucket -> newest.leaves(bucket.bucket()))
                    .forEach(this::add);
        }
        long uid = collection.uid();
        for (int bucket : owned.of(uid, newest.retiredAfter(emptiedTo))) {
            add(new BucketKey(uid, bucket));
        }
        markedSenders.clear();
        senders = Integer.MAX_VALUE;
        settledAtCheckpoint = Long.MAX_VALUE;
    }

    private void add(BucketKey bucket) {
        if (all.add(bucket)) {
            toGiveUp.add(bucket);
        }
    }

    int generation() {
        return generation;
    }

    /** Whether the generation that was taken up no longer has a bucket. */
    boolean leaves(BucketKey bucket) {
        return taken != null && taken.leaves(bucket.bucket());
    }

    /** Where the entries of a bucket go. */
    @FunctionalInterface
    interface Moves {
        void move(BucketKey from, byte[] block, int row);
    }

    /**
     * Gives up some more entries.
     *
     * @param most how many, at most
     * @return how many
     */
    int giveUpSome(BucketStore store, Moves moves, int most) throws Exception {
        int given = 0;
        for (int cost = 0; cost < most && isGivingUp(); ) {
            if (giving.isDone()) {
                begin(store);
                cost += COST_OF_READING;
            } else {
                int row = giving.next++;
                moves.move(giving.bucket, giving.rows.data(row), giving.rows.at(row));
                given++;
                cost++;
            }
        }
        if (giving.isDone()) {
            giving = Giving.NOTHING;
        }
        return given;
    }

    /** Whether entries are left that were not given up, or buckets that were not looked at. */
    boolean isGivingUp() {
        return !giving.isDone() || !toGiveUp.isEmpty();
    }

    private void begin(BucketStore store) throws Exception {
        BucketKey bucket = toGiveUp.iterator().next();
        toGiveUp.remove(bucket);
        giving = new Giving(bucket, store.read(bucket));
        for (int i = 0; i < giving.count; i++) {
            hold(bucket, giving.rows.data(i), giving.rows.at(i));
        }
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
                !isGivingUp() && heldIds.isEmpty() && markedSenders.cardinality() >= senders;
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

    /**
     * Whether a bucket that the newest generation no longer has is empty for good: what still comes
     * for it is of no use.
     */
    boolean isEmptied(BucketKey bucket) {
        return settled || !all.contains(bucket);
    }

    /** The buckets that are not, by number. */
    int[] pending() {
        return settled ? NONE : all.stream().mapToInt(BucketKey::bucket).toArray();
    }
}

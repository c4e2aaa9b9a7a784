package io.nearstream.jobs.query.bucket;

import io.nearstream.core.partition.Generation;
import io.nearstream.jobs.common.control.CollectionState;
import io.nearstream.jobs.query.entry.EntryRow;
import io.nearstream.jobs.query.message.BucketKey;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The buckets of this subtask that a newer generation of their collection no longer has: they give
 * up their entries, keep them until they are told to drop each, and are settled when all are gone
 * and no sender places into them any more. Nothing of this is kept in state: after a restart it is
 * found out again from the buckets themselves.
 */
final class OlderBuckets {
    private final int generation;
    private final Deque<BucketKey> toGiveUp = new ArrayDeque<>();
    private final Map<BucketKey, Set<Long>> heldIds = new HashMap<>();
    private final BitSet markedSenders = new BitSet();
    private int senders = Integer.MAX_VALUE;
    private long settledAtCheckpoint = Long.MAX_VALUE;
    private boolean announced;

    private OlderBuckets(int generation) {
        this.generation = generation;
    }

    /** What this subtask has to empty for a collection's newest generation. */
    static OlderBuckets of(CollectionState collection, OwnedBuckets owned) {
        Generation newest = collection.newest();
        OlderBuckets older = new OlderBuckets(newest.number());
        for (BucketKey bucket : owned.flat(collection.uid())) {
            if (newest.leaves(bucket.bucket())) {
                older.toGiveUp.add(bucket);
            }
        }
        return older;
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
     * Gives up one more bucket.
     *
     * @return whether another is left
     */
    boolean giveUpOne(BucketStore store, Moves moves) throws Exception {
        BucketKey bucket = toGiveUp.poll();
        if (bucket == null) {
            return false;
        }
        BucketRows live = store.read(bucket).live(new io.nearstream.core.topk.CandidateTable());
        Set<Long> ids = new HashSet<>();
        for (int i = 0; i < live.count(); i++) {
            ids.add(EntryRow.idHash(live.data(i), live.at(i)));
            moves.move(bucket, live.data(i), live.at(i));
        }
        if (ids.isEmpty()) {
            store.clear(bucket);
        } else {
            heldIds.put(bucket, ids);
        }
        return !toGiveUp.isEmpty();
    }

    /** Follows a row that was appended to one of the buckets. */
    void appended(BucketKey bucket, byte[] row, BucketStore store, Moves moves) {
        if (toGiveUp.contains(bucket)) {
            return; // it is given up with the rest
        }
        if (!EntryRow.isRemoval(row, 0)) {
            heldIds.computeIfAbsent(bucket, key -> new HashSet<>()).add(EntryRow.idHash(row, 0));
            moves.move(bucket, row, 0);
            return;
        }
        Set<Long> ids = heldIds.get(bucket);
        if (ids != null && ids.remove(EntryRow.idHash(row, 0)) && ids.isEmpty()) {
            heldIds.remove(bucket);
            store.clear(bucket);
        }
    }

    /** A sender places nothing into these buckets any more. */
    void marked(int sender, int of) {
        senders = of;
        markedSenders.set(sender);
    }

    /** Entries that are still to be dropped. */
    int held() {
        return heldIds.values().stream().mapToInt(Set::size).sum();
    }

    /** At a checkpoint: whether the buckets are settled is part of what it proves. */
    void snapshot(long checkpoint) {
        boolean settled =
                toGiveUp.isEmpty() && heldIds.isEmpty() && markedSenders.cardinality() >= senders;
        if (settled && settledAtCheckpoint == Long.MAX_VALUE) {
            settledAtCheckpoint = checkpoint;
        }
    }

    /** Whether a complete checkpoint proves it settled, and nobody was told yet. */
    boolean toAnnounce(long completedCheckpoint) {
        if (announced || completedCheckpoint < settledAtCheckpoint) {
            return false;
        }
        announced = true;
        return true;
    }
}

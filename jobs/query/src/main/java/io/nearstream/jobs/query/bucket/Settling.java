package io.nearstream.jobs.query.bucket;

import io.nearstream.jobs.common.control.CollectionDirectory;
import io.nearstream.jobs.common.control.CollectionState;
import io.nearstream.jobs.query.bucket.OlderBuckets.Moves;
import io.nearstream.jobs.query.message.BucketKey;
import io.nearstream.jobs.query.message.BucketOp;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Follows the generations of all collections at one bucket subtask: empties older buckets, and
 * announces when a checkpoint proves that they are empty for good. Until every subtask has
 * announced, routers ask all of them. Belongs to the task's thread.
 */
final class Settling {
    /** In so many parts of a second entries are given up, at least. */
    private static final int SLICES = 100;

    private static final int[] NONE = {};

    private final CollectionDirectory directory;
    private final BucketStore store;
    private final OwnedBuckets owned;
    private final ControlOutput output;
    private final Map<Long, OlderBuckets> older = new HashMap<>();
    private long revision = -1;
    private long givenUp;

    Settling(
            CollectionDirectory directory,
            BucketStore store,
            OwnedBuckets owned,
            ControlOutput output) {
        this.directory = directory;
        this.store = store;
        this.owned = owned;
        this.output = output;
    }

    /** The newest generation taken up of a collection. */
    int generation(long uid) {
        OlderBuckets known = older.get(uid);
        return known == null ? 0 : known.generation();
    }

    /** A collection, no generation of which is newer than what has been taken up here. */
    Optional<CollectionState> collection(long uid) throws InterruptedException {
        Optional<CollectionState> known = directory.byUid(uid);
        if (known.isPresent() && known.get().newest().number() > generation(uid)) {
            refresh();
        }
        return known;
    }

    /** Takes up what is new in the directory. */
    void refresh() {
        long now = directory.revision();
        if (now == revision) {
            return;
        }
        revision = now;
        for (CollectionState collection : directory.all()) {
            long uid = collection.uid();
            if (collection.dropped()) {
                older.remove(uid);
                owned.forget(uid);
                store.dropTails(uid);
            } else if (collection.newest().number() > generation(uid)) {
                older.computeIfAbsent(uid, key -> new OlderBuckets()).takeUp(collection, owned);
            }
        }
    }

    /**
     * Takes up news and gives up some more entries.
     *
     * @param most how many, at most
     * @return how many
     */
    int poll(int most) throws Exception {
        refresh();
        int given = 0;
        for (Map.Entry<Long, OlderBuckets> entry : older.entrySet()) {
            Optional<CollectionState> collection = directory.byUid(entry.getKey());
            if (collection.isPresent() && !collection.get().dropped()) {
                Moves moves = moves(collection.get());
                given += entry.getValue().giveUpSome(store, moves, most - given);
            }
        }
        givenUp += given;
        return given;
    }

    /**
     * Gives up some entries: few at a time, so that probes are served in between, and no more than
     * so many in a second.
     *
     * @return milliseconds to wait for the next ones, at least 1
     */
    long pollAtRate(int perSecond) throws Exception {
        int most = Math.max(1, Math.min(OlderBuckets.GIVEN_UP_AT_ONCE, perSecond / SLICES));
        return Math.max(1, (1_000L * poll(most) + perSecond - 1) / perSecond);
    }

    /** Whether there is more to give up. */
    boolean isGivingUp() {
        return older.values().stream().anyMatch(OlderBuckets::isGivingUp);
    }

    /** Entries given up so far. */
    long givenUp() {
        return givenUp;
    }

    /** Buckets that the newest generation no longer has and that may hold entries. */
    int[] pending(long uid) {
        OlderBuckets buckets = older.get(uid);
        return buckets == null ? NONE : buckets.pending();
    }

    /** Of the cells that generations after this one have split, how many here are empty now. */
    int emptiedSince(CollectionState collection, int generation, int[] named) {
        OlderBuckets buckets = older.get(collection.uid());
        if (buckets == null || buckets.generation() <= generation) {
            return 0;
        }
        int[] split = collection.newest().retiredAfter(generation);
        return (int)
                IntStream.of(split)
                        .filter(bucket -> IntStream.of(named).anyMatch(name -> name == bucket))
                        .mapToObj(bucket -> new BucketKey(collection.uid(), bucket))
                        .filter(buckets::isEmptied)
                        .count();
    }

    /**
     * Appends a row to a bucket, unless the bucket is empty for good; gives it up if it is older.
     */
    void append(BucketKey bucket, byte[] row) throws Exception {
        OlderBuckets buckets = older.get(bucket.collectionUid());
        Optional<CollectionState> collection =
                buckets == null ? Optional.empty() : directory.byUid(bucket.collectionUid());
        // Not by the directory: it may know a generation that has not been taken up here yet.
        boolean isOlder = collection.isPresent() && buckets.leaves(bucket);
        if (isOlder && buckets.isEmptied(bucket)) {
            return;
        }
        store.append(bucket, row);
        if (isOlder) {
            buckets.appended(bucket, row, moves(collection.get()));
        }
    }

    /** An entry that a bucket gave up has been placed elsewhere. */
    void left(BucketKey bucket, byte[] removal) {
        OlderBuckets buckets = older.get(bucket.collectionUid());
        if (buckets != null) {
            buckets.left(bucket, removal);
        }
    }

    private Moves moves(CollectionState collection) {
        int vectorBytes = collection.settings().vectorBytes();
        return (from, block, row) -> output.move(from, vectorBytes, block, row);
    }

    /** A sender has left older generations. */
    void marked(BucketOp marker) {
        OlderBuckets buckets = older.get(marker.key().collectionUid());
        if (buckets != null && buckets.generation() == marker.generation()) {
            buckets.marked(marker.sender(), marker.senders());
        }
    }

    void snapshot(long checkpoint) {
        older.values().forEach(buckets -> buckets.snapshot(checkpoint));
    }

    void checkpointComplete(long checkpoint) throws Exception {
        for (Map.Entry<Long, OlderBuckets> entry : older.entrySet()) {
            Optional<CollectionState> collection = directory.byUid(entry.getKey());
            if (collection.isPresent() && entry.getValue().settle(checkpoint, store)) {
                output.settled(collection.get().settings(), entry.getValue().generation());
            }
        }
    }

    /** Entries that older buckets still hold. */
    int held() {
        return older.values().stream().mapToInt(OlderBuckets::held).sum();
    }
}

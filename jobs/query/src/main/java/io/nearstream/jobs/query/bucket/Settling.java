package io.nearstream.jobs.query.bucket;

import io.nearstream.jobs.common.control.CollectionDirectory;
import io.nearstream.jobs.common.control.CollectionState;
import io.nearstream.jobs.query.message.BucketKey;
import io.nearstream.jobs.query.message.BucketOp;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Follows the generations of all collections at one bucket subtask: empties older buckets, and
 * announces when a checkpoint proves that they are empty for good. Until every subtask has
 * announced, routers ask all of them. Belongs to the task's thread.
 */
final class Settling {
    private final CollectionDirectory directory;
    private final BucketStore store;
    private final OwnedBuckets owned;
    private final ControlOutput output;
    private final Map<Long, OlderBuckets> older = new HashMap<>();
    private long revision = -1;

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
                older.put(uid, OlderBuckets.of(collection, owned));
            }
        }
    }

    /**
     * Takes up news and gives up some more entries.
     *
     * @return whether more are left
     */
    boolean poll() throws Exception {
        refresh();
        boolean more = false;
        for (Map.Entry<Long, OlderBuckets> entry : older.entrySet()) {
            Optional<CollectionState> collection = directory.byUid(entry.getKey());
            if (collection.isPresent() && !collection.get().dropped()) {
                more |= entry.getValue().giveUpSome(store, moves(collection.get()));
            }
        }
        return more;
    }

    /**
     * Appends a row to a bucket, unless the bucket is empty for good; gives it up if it is older.
     */
    void append(BucketKey bucket, byte[] row) throws Exception {
        OlderBuckets buckets = older.get(bucket.collectionUid());
        Optional<CollectionState> collection =
                buckets == null ? Optional.empty() : directory.byUid(bucket.collectionUid());
        boolean isOlder =
                collection.isPresent() && collection.get().newest().leaves(bucket.bucket());
        if (isOlder && buckets.isSettled()) {
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

    private OlderBuckets.Moves moves(CollectionState collection) {
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

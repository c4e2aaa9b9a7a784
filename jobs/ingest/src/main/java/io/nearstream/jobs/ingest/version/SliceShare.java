package io.nearstream.jobs.ingest.version;

import io.nearstream.core.model.BucketScheme;
import io.nearstream.core.model.IndexChange;
import io.nearstream.jobs.common.control.CollectionDirectory;
import io.nearstream.jobs.common.control.CollectionState;
import io.nearstream.jobs.ingest.train.SliceChange;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Sends the changes of a part of the records to where buckets are learned. The part is a little
 * larger than is wanted there, which decides; it shrinks while a collection grows under this task's
 * eyes, so that what is sent stays a small part of what is written. Kept nowhere: after a restart
 * more is sent than is needed. Belongs to the task's thread.
 */
final class SliceShare {
    private final CollectionDirectory directory;
    private final int subtasks;
    private final Consumer<SliceChange> out;
    private final Map<Long, Share> shares = new HashMap<>();
    private long revision = -1;

    private static final class Share {
        private final boolean wanted;
        private final long most;
        private long added;
        private int shift;

        private Share(Optional<CollectionState> collection, int subtasks) {
            wanted =
                    collection.isPresent()
                            && !collection.get().dropped()
                            && collection.get().settings().buckets() == BucketScheme.LEARNED;
            most = wanted ? 2L * SliceChange.recordsMax(collection.get().settings()) / subtasks : 0;
        }
    }

    SliceShare(CollectionDirectory directory, int subtasks, Consumer<SliceChange> out) {
        this.directory = directory;
        this.subtasks = subtasks;
        this.out = out;
    }

    /**
     * Sends a change if it is of the part.
     *
     * @param wasLive whether the record was there before
     */
    void send(IndexChange change, boolean wasLive) throws InterruptedException {
        Share share = share(change.key().collectionUid());
        if (!share.wanted) {
            return;
        }
        share.added += (change.delete() ? 0 : 1) - (wasLive ? 1 : 0);
        share.shift = Math.max(share.shift, SliceChange.shift(share.added, share.most));
        long hash = SliceChange.hash(change.key().id());
        if (SliceChange.isInside(hash, share.shift)) {
            out.accept(SliceChange.of(change, hash, share.shift));
        }
    }

    private Share share(long uid) throws InterruptedException {
        if (directory.revision() != revision) {
            revision = directory.revision();
            takeUp();
        }
        Share share = shares.get(uid);
        if (share == null) {
            share = new Share(directory.byUid(uid), subtasks);
            shares.put(uid, share);
            takeUp(uid, share);
        }
        return share;
    }

    private void takeUp() throws InterruptedException {
        for (Map.Entry<Long, Share> entry : shares.entrySet()) {
            takeUp(entry.getKey(), entry.getValue());
        }
        for (CollectionState collection : directory.all()) {
            if (collection.dropped()) {
                shares.remove(collection.uid());
            }
        }
    }

    private void takeUp(long uid, Share share) throws InterruptedException {
        if (share.wanted) {
            long live = directory.byUid(uid).map(state -> state.newest().live()).orElse(0L);
            int shift = SliceChange.shift(live / subtasks, share.most);
            share.shift = Math.max(share.shift, shift);
        }
    }
}

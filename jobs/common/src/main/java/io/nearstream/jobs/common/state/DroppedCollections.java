package io.nearstream.jobs.common.state;

import io.nearstream.jobs.common.control.CollectionDirectory;
import io.nearstream.jobs.common.control.CollectionState;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Which collections have records in the state, and which of these are gone. Not thread-safe.
 *
 * <p>A collection counts as present from its first record until a sweep has passed; the set goes
 * into the state, so that a drop during a standstill is noticed after it.
 */
final class DroppedCollections {
    private final CollectionDirectory directory;
    private final Set<Long> present = new HashSet<>();
    private final Set<Long> gone = new HashSet<>();
    private long latest;
    private boolean latestIsKnown;
    private long revision = -1;

    DroppedCollections(CollectionDirectory directory, Iterable<Long> restored) {
        this.directory = directory;
        restored.forEach(present::add);
    }

    /** Whether a record may be kept: its collection is not gone. It then counts as present. */
    boolean admits(long uid) throws InterruptedException {
        if (latestIsKnown && uid == latest) {
            return true;
        }
        if (gone.contains(uid)) {
            return false;
        }
        if (!present.contains(uid)) {
            if (isGone(directory.byUid(uid))) {
                gone.add(uid);
                return false;
            }
            present.add(uid);
        }
        latest = uid;
        latestIsKnown = true;
        return true;
    }

    /** Looks for news; true when there are present collections that are gone. */
    boolean refresh() throws InterruptedException {
        if (directory.revision() != revision) {
            revision = directory.revision();
            for (long uid : present) {
                if (isGone(directory.byUid(uid))) {
                    gone.add(uid);
                    latestIsKnown = latestIsKnown && latest != uid;
                }
            }
        }
        return !toSweep().isEmpty();
    }

    /** Collections that are gone and whose records are still here. */
    Set<Long> toSweep() {
        Set<Long> both = new HashSet<>(present);
        both.retainAll(gone);
        return both;
    }

    /** No record of these is left. */
    void swept(Set<Long> uids) {
        present.removeAll(uids);
    }

    /** What goes into the state. */
    Set<Long> present() {
        return present;
    }

    private static boolean isGone(Optional<CollectionState> collection) {
        return collection.isEmpty() || collection.get().dropped();
    }
}

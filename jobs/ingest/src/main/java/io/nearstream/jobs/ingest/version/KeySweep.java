package io.nearstream.jobs.ingest.version;

import io.nearstream.core.model.RecordKey;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.VoidNamespace;

/**
 * One pass over the keys of the state that removes those of some collections, a slice at a time:
 * between slices the task goes on with its work.
 */
final class KeySweep implements AutoCloseable {
    /** Its iterators stand on a snapshot; others fail when the state changes under them. */
    private static final String SNAPSHOT_BACKEND = "rocksdb";

    private final Set<Long> uids;
    private final Stream<RecordKey> stream;
    private final Iterator<RecordKey> keys;

    /** Removes the record of a key. */
    @FunctionalInterface
    interface Removal {
        void remove(RecordKey key) throws Exception;
    }

    KeySweep(KeyedStateBackend<RecordKey> backend, String state, Set<Long> uids) {
        this.uids = uids;
        Stream<RecordKey> all = backend.getKeys(state, VoidNamespace.INSTANCE);
        if (backend.getBackendTypeIdentifier().equals(SNAPSHOT_BACKEND)) {
            stream = all;
            keys = all.iterator();
        } else {
            List<RecordKey> found = new ArrayList<>();
            try (all) {
                all.filter(key -> uids.contains(key.collectionUid())).forEach(found::add);
            }
            stream = found.stream();
            keys = found.iterator();
        }
    }

    /** The collections whose keys go. */
    Set<Long> uids() {
        return uids;
    }

    /**
     * Looks at the next keys and removes what has to go.
     *
     * @param limitNanos time after which the slice ends
     * @return whether the pass is over
     */
    boolean step(long limitNanos, Removal removal) throws Exception {
        long end = System.nanoTime() + limitNanos;
        while (keys.hasNext()) {
            RecordKey key = keys.next();
            if (uids.contains(key.collectionUid())) {
                removal.remove(key);
            }
            if (System.nanoTime() >= end) {
                return !keys.hasNext();
            }
        }
        return true;
    }

    @Override
    public void close() {
        stream.close();
    }
}

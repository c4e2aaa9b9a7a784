package io.nearstream.jobs.common.state;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.VoidNamespace;

/**
 * One pass over the keys of the state that removes those of some collections, a slice at a time:
 * between slices the task goes on with its work.
 *
 * @param <K> the key, which names its collection
 */
final class KeySweep<K> implements AutoCloseable {
    /** Its iterators stand on a snapshot; others fail when the state changes under them. */
    private static final String SNAPSHOT_BACKEND = "rocksdb";

    private final Set<Long> uids;
    private final ToLongFunction<K> uidOf;
    private final Stream<K> stream;
    private final Iterator<K> keys;

    KeySweep(KeyedStateBackend<K> backend, String state, ToLongFunction<K> uidOf, Set<Long> uids) {
        this.uidOf = uidOf;
        this.uids = uids;
        Stream<K> all = backend.getKeys(state, VoidNamespace.INSTANCE);
        if (backend.getBackendTypeIdentifier().equals(SNAPSHOT_BACKEND)) {
            stream = all;
            keys = all.iterator();
        } else {
            List<K> found = new ArrayList<>();
            try (all) {
                all.filter(key -> uids.contains(uidOf.applyAsLong(key))).forEach(found::add);
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
    boolean step(long limitNanos, CollectionSweep.Removal<K> removal) throws Exception {
        long end = System.nanoTime() + limitNanos;
        while (keys.hasNext()) {
            K key = keys.next();
            if (uids.contains(uidOf.applyAsLong(key))) {
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

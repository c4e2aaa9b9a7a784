package io.nearstream.jobs.query.bucket;

import io.nearstream.jobs.query.message.ProbeMessage;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * A search that looks for what it found in an {@link AnswerCache} first. Only for searches that
 * visit their plan and nothing else. Belongs to the task's thread.
 */
final class CachedSearch {
    private final BucketStore store;
    private final AnswerCache cache;

    /** The search itself. */
    @FunctionalInterface
    interface Search {
        Optional<Found> search() throws Exception;
    }

    /** Over a store, which tells the cache of every change from now on. */
    CachedSearch(BucketStore store, AnswerCache cache) {
        this.store = store;
        this.cache = cache;
        store.invalidates(cache);
    }

    /**
     * What a message finds.
     *
     * @param generation that says how entries are read
     * @param plan the buckets of each query vector
     */
    Optional<Found> search(ProbeMessage probe, int generation, List<int[]> plan, Search search)
            throws Exception {
        if (cache.isOff()) {
            return search.search();
        }
        ByteBuffer key = AnswerCache.key(probe, generation, plan);
        Optional<Found> known = cache.get(key);
        if (known.isPresent()) {
            return known;
        }
        store.noteExpiring();
        Optional<Found> found = search.search();
        if (found.isPresent() && !store.hasReadExpiring()) {
            cache.put(key, probe, plan, found.get());
        }
        return found;
    }
}

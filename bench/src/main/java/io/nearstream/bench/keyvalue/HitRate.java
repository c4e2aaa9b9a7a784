package io.nearstream.bench.keyvalue;

import io.nearstream.client.NearCache;
import io.nearstream.client.NearCacheStats;

/**
 * Where a cache's counters stood.
 *
 * @param hits gets that it answered itself
 * @param misses gets that it had to ask the source for
 */
record HitRate(long hits, long misses) {
    static HitRate from(NearCache cache) {
        return of(cache.stats());
    }

    /** The share that it answered itself since then; 1 without a get. */
    double since(NearCache cache) {
        HitRate now = from(cache);
        long answered = now.hits - hits;
        long all = answered + now.misses - misses;
        return all == 0 ? 1 : answered / (double) all;
    }

    private static HitRate of(NearCacheStats stats) {
        return new HitRate(stats.hits(), stats.misses() + stats.refusedAsStale());
    }
}

package io.nearstream.client;

/**
 * What a near cache has done since it was opened. There is no count of stale values that were
 * served: what is over the bound is refused.
 *
 * @param hits gets answered from memory
 * @param misses gets of keys that were not in memory
 * @param refusedAsStale gets of keys that were, but not all changes had been read recently enough:
 *     the source was asked
 * @param size keys in memory now, about
 */
public record NearCacheStats(long hits, long misses, long refusedAsStale, long size) {
    /** Hits of all gets, 0 to 1; 0 without one. */
    public double hitRate() {
        long gets = hits + misses + refusedAsStale;
        return gets == 0 ? 0 : (double) hits / gets;
    }
}

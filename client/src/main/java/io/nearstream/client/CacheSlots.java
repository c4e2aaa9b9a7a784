package io.nearstream.client;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Policy;
import java.util.concurrent.CompletableFuture;
import javax.annotation.Nullable;

/**
 * What a near cache knows of keys, bounded in number and bytes. A key is loaded into a place that
 * is held for it meanwhile, and of what is loaded and what changes under way the newest version
 * stays: no change that passes while a load is under way is lost to it. A place that has gone,
 * because the cache is full or the key invalidated, is not filled. Thread-safe.
 */
final class CacheSlots {
    /** What it takes to keep an entry, about: places in maps, a version, a string, an array. */
    private static final int OVERHEAD_BYTES = 256;

    private static final int CHAR_BYTES = 2;

    /** A place that is held while its key is loaded. */
    static final class Load {
        private final CompletableFuture<CachedValue> answer = new CompletableFuture<>();
        private final long startedAt;
        @Nullable private CachedValue changed;

        private Load(long startedAt) {
            this.startedAt = startedAt;
        }

        /** What was loaded; not copied. */
        CompletableFuture<CachedValue> answer() {
            return answer;
        }

        /** When it began, by the caller's clock. */
        long startedAt() {
            return startedAt;
        }
    }

    /** A {@link CachedValue} or a {@link Load}: nothing lies between a key and what is known. */
    private final Cache<String, Object> slots;

    private final Policy<String, Object> quietly;

    CacheSlots(int entriesMax, long bytesMax) {
        // Each entry weighs at least its share, so the bound of bytes bounds their number too.
        int share = (int) Math.min(Integer.MAX_VALUE, (bytesMax + entriesMax - 1) / entriesMax);
        this.slots =
                Caffeine.newBuilder()
                        .maximumWeight(bytesMax)
                        .weigher((String key, Object slot) -> Math.max(share, bytes(key, slot)))
                        .executor(Runnable::run)
                        .build();
        this.quietly = slots.policy();
    }

    private static int bytes(String key, Object slot) {
        int value = slot instanceof CachedValue known ? known.size() : 0;
        return OVERHEAD_BYTES + CHAR_BYTES * key.length() + value;
    }

    /**
     * What is known of a key; null if nothing is.
     *
     * @param counts whether the look is told to what decides which keys stay; a share of the looks
     *     tells as much as all, and the book-keeping costs as much as the look
     */
    @Nullable
    CachedValue known(String key, boolean counts) {
        Object slot = counts ? slots.getIfPresent(key) : quietly.getIfPresentQuietly(key);
        return slot instanceof CachedValue known ? known : null;
    }

    /** Whether the key has a place. */
    boolean contains(String key) {
        return quietly.getIfPresentQuietly(key) != null;
    }

    /** A place to be held by {@link #begin}. */
    static Load newLoad(long now) {
        return new Load(now);
    }

    /**
     * Holds a place for a key, if it has none; the caller then loads it and ends with {@link
     * #loaded} or {@link #failed}.
     *
     * @return the place given, or the one that another caller holds; null if the key is known by
     *     now
     */
    @Nullable
    Load begin(String key, Load load) {
        Object slot = slots.asMap().putIfAbsent(key, load);
        if (slot == null) {
            return load;
        }
        return slot instanceof Load held ? held : null;
    }

    /** Fills the place that was held, unless it has gone. */
    void loaded(String key, Load load, CachedValue entry) {
        slots.asMap()
                .computeIfPresent(
                        key, (same, slot) -> slot == load ? newest(entry, load.changed) : slot);
        load.answer.complete(entry);
    }

    /** Gives the place up. */
    void failed(String key, Load load, Throwable cause) {
        slots.asMap().remove(key, load);
        load.answer.completeExceptionally(cause);
    }

    /** Takes what is known now of a key that has a place: a change, or another answer. */
    void changed(String key, CachedValue entry) {
        slots.asMap()
                .computeIfPresent(
                        key,
                        (same, slot) -> {
                            if (slot instanceof Load load) {
                                load.changed = newest(entry, load.changed);
                                return load;
                            }
                            return newest((CachedValue) slot, entry);
                        });
    }

    /** Forgets a key; a load of it that is under way fills nothing. */
    void invalidate(String key) {
        slots.invalidate(key);
    }

    void clear() {
        slots.invalidateAll();
    }

    long size() {
        return slots.estimatedSize();
    }

    private static CachedValue newest(CachedValue entry, @Nullable CachedValue other) {
        return other != null && other.isNewerThan(entry) ? other : entry;
    }
}

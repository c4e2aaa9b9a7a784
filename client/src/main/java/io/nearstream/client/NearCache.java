package io.nearstream.client;

import io.nearstream.core.keyvalue.KeyValueEntry;
import io.nearstream.core.model.Limits;
import io.nearstream.jobs.common.wire.ProgressClock;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import javax.annotation.Nullable;
import org.apache.kafka.clients.consumer.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads keys from memory, for those that are asked for again and again. A key that is not there is
 * read from the source, and kept up to date from then on by {@code nearstream.kv-changes.v1}, which
 * a thread of its own follows, uncommitted.
 *
 * <p>How stale: a value from memory is served only if every change appended up to {@link
 * NearCacheOptions#maxStaleness} ago has been read; else the source is asked. "Ago" compares this
 * machine's clock with the append times of the broker, so what one is ahead of the other adds to
 * the bound. What the source answers is as fresh as the source is: a live source may, after a
 * failure of the job, answer with a state from before; the cache asks it, and serves nothing from
 * memory, until the job has repeated what came after that state. Between the job's restart and the
 * first that the cache hears of it, which is less than the bound, it may keep such an answer.
 *
 * <p>Thread-safe. A get answered from memory is complete when it returns; its bytes are the
 * caller's.
 */
public final class NearCache implements KeyValueReader {
    /**
     * So many looks in a millisecond are counted for what decides which keys stay: the book-keeping
     * of one costs as much as the look, and a share of a million a second tells as much as all.
     */
    private static final int LOOKS_COUNTED_PER_MS = 8;

    private static final Logger LOG = LoggerFactory.getLogger(NearCache.class);

    private final KeyValueReader source;
    private final NearCacheOptions options;
    private final long maxStalenessMs;
    private final Runnable onClose;
    private final CacheSlots slots;
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private long countedAt;
    private int counted;
    private volatile long asOf = ProgressClock.UNKNOWN;
    private volatile boolean closed;
    private volatile Optional<NearstreamException> failure = Optional.empty();
    @Nullable private ChangeFeed feed;

    /** Follows no changes yet; see {@link #start}. */
    NearCache(KeyValueReader source, NearCacheOptions options, Runnable onClose) {
        this.source = source;
        this.options = options;
        this.maxStalenessMs = options.maxStaleness().toMillis();
        this.onClose = onClose;
        this.slots = new CacheSlots(options.entriesMax(), options.bytesMax());
    }

    static NearCache start(
            KeyValueReader source,
            NearCacheOptions options,
            Consumer<byte[], byte[]> changes,
            Runnable onClose) {
        NearCache cache = new NearCache(source, options, onClose);
        cache.feed = ChangeFeed.start(changes, false, cache.listener(), "nearstream-near-cache");
        return cache;
    }

    @Override
    public CompletableFuture<Optional<KeyValue>> get(String key) {
        // In this order: what is known is then at least as new as this time says.
        long upTo = asOf;
        long now = options.clock().millis();
        CachedValue known = slots.known(key, isCounted(now));
        if (known == null) {
            Gets.checkKey(key);
            return miss(key, now);
        }
        if (upTo < now - maxStalenessMs) {
            refused.increment();
            return refresh(key);
        }
        hits.increment();
        return CompletableFuture.completedFuture(known.visible(key, now));
    }

    /** Threads race here; at worst some looks more or less are counted. */
    private boolean isCounted(long now) {
        if (now != countedAt) {
            countedAt = now;
            counted = 0;
        }
        return counted < LOOKS_COUNTED_PER_MS && counted++ < LOOKS_COUNTED_PER_MS;
    }

    @Override
    public CompletableFuture<Map<String, KeyValue>> getAll(Collection<String> keys) {
        return Gets.all(keys, this::get);
    }

    private CompletableFuture<Optional<KeyValue>> miss(String key, long now) {
        misses.increment();
        if (closed) {
            return CompletableFuture.failedFuture(
                    new NearstreamException("The reader was closed."));
        }
        CacheSlots.Load mine = CacheSlots.newLoad(now);
        CacheSlots.Load held = slots.begin(key, mine);
        if (held == mine) {
            load(key, mine);
        } else if (held == null || now - held.startedAt() > maxStalenessMs) {
            // Known by now, or a load so old that its answer may be staler than is allowed.
            return refresh(key);
        }
        CompletableFuture<Optional<KeyValue>> answer = new CompletableFuture<>();
        held.answer()
                .whenComplete(
                        (known, failure) -> {
                            if (failure != null) {
                                answer.completeExceptionally(failure);
                            } else {
                                answer.complete(known.visible(key, options.clock().millis()));
                            }
                        });
        return answer;
    }

    private void load(String key, CacheSlots.Load load) {
        CompletableFuture<Optional<KeyValue>> answer;
        try {
            answer = source.get(key);
        } catch (RuntimeException failure) {
            slots.failed(key, load, failure);
            return;
        }
        answer.whenComplete(
                (value, failure) -> {
                    if (failure != null) {
                        slots.failed(key, load, Gets.unwrap(failure));
                    } else {
                        slots.loaded(key, load, CachedValue.of(value));
                    }
                });
    }

    /** Asks the source, and takes what it says before the caller has it. */
    private CompletableFuture<Optional<KeyValue>> refresh(String key) {
        return source.get(key)
                .whenComplete(
                        (value, failure) -> {
                            if (failure == null && value.isPresent()) {
                                slots.changed(key, CachedValue.of(value));
                            }
                        });
    }

    /** What changes do to the cache; called by one thread. */
    ChangeFeed.Listener listener() {
        return new ChangeFeed.Listener() {
            @Override
            public boolean wants(String key) {
                return slots.contains(key);
            }

            @Override
            public void changed(String key, KeyValueEntry entry) {
                try {
                    slots.changed(key, CachedValue.of(entry));
                } catch (IllegalStateException broken) {
                    LOG.warn("Cannot keep {}: {}", Limits.quote(key), broken.getMessage());
                    slots.invalidate(key);
                }
            }

            @Override
            public void lost(String key) {
                slots.invalidate(key);
            }

            @Override
            public void asOf(long time) {
                asOf = time;
            }

            @Override
            public void caughtUp() {
                // It started at the end.
            }

            @Override
            public void ended(@Nullable NearstreamException ended) {
                asOf = ProgressClock.UNKNOWN; // From here on only the source is asked.
                failure = Optional.ofNullable(ended);
            }
        };
    }

    /** What it has done so far. */
    public NearCacheStats stats() {
        return new NearCacheStats(hits.sum(), misses.sum(), refused.sum(), slots.size());
    }

    /**
     * Every change appended up to this time has been read, milliseconds since 1970 on the broker's
     * clock; {@link Long#MIN_VALUE} before anything is known.
     */
    public long asOf() {
        return asOf;
    }

    /**
     * Why it follows the changes no more, and asks the source for every key; empty while it does.
     * Open another one then.
     */
    public Optional<NearstreamException> failure() {
        return failure;
    }

    /** Ends its thread and forgets everything; the source stays open. */
    @Override
    public void close() {
        closed = true;
        if (feed != null) {
            feed.close();
        }
        asOf = ProgressClock.UNKNOWN;
        slots.clear();
        onClose.run();
    }
}

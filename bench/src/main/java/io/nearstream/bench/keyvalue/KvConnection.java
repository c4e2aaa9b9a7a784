package io.nearstream.bench.keyvalue;

import io.nearstream.client.ClientOptions;
import io.nearstream.client.KeyValueReader;
import io.nearstream.client.KeyValueWriter;
import io.nearstream.client.LiveReadOptions;
import io.nearstream.client.NearCache;
import io.nearstream.client.NearCacheOptions;
import io.nearstream.client.NearstreamClient;
import java.time.Duration;
import java.util.List;
import javax.annotation.Nullable;

/**
 * The clients of a benchmark: one whose appended writes gather in batches, and one where nothing
 * waits. One thread opens; readers and writers are thread-safe.
 */
final class KvConnection implements AutoCloseable {
    /** A key, and what it takes to keep it. */
    private static final long CACHE_BYTES_PER_ENTRY = 512;

    private final NearstreamClient bulk;
    private final NearstreamClient prompt;
    private final KeyValueReader live;
    private final KeyValueReader strong;
    private final NearCacheOptions cacheOptions;
    @Nullable private NearCache cached;

    private KvConnection(
            NearstreamClient bulk,
            NearstreamClient prompt,
            String state,
            NearCacheOptions cacheOptions) {
        this.bulk = bulk;
        this.prompt = prompt;
        this.live = prompt.keyValues().live(LiveReadOptions.of(List.of(state.split(","))));
        this.strong = prompt.keyValues().strong();
        this.cacheOptions = cacheOptions;
    }

    static KvConnection open(KvTarget.Running addresses, KvPlan plan) {
        ClientOptions options = ClientOptions.of(addresses.bootstrap());
        NearstreamClient bulk = NearstreamClient.connect(options);
        try {
            return new KvConnection(
                    bulk,
                    NearstreamClient.connect(options.withLingers(Duration.ZERO, Duration.ZERO)),
                    addresses.state(),
                    cacheOptions(plan));
        } catch (RuntimeException failure) {
            bulk.close();
            throw failure;
        }
    }

    /** Room for so many keys, whatever their values' size. */
    private static NearCacheOptions cacheOptions(KvPlan plan) {
        long bytes = plan.cacheEntries() * (plan.load().valueBytes() + CACHE_BYTES_PER_ENTRY);
        NearCacheOptions options = NearCacheOptions.defaults();
        return options.withRoom(plan.cacheEntries(), Math.max(options.bytesMax(), bytes));
    }

    /** Appends in batches. */
    KeyValueWriter bulkWriter() {
        return bulk.keyValues().writer();
    }

    /** Lets nothing wait. */
    KeyValueWriter promptWriter() {
        return prompt.keyValues().writer();
    }

    KeyValueReader live() {
        return live;
    }

    KeyValueReader strong() {
        return strong;
    }

    /** Opened when it is asked for first: it takes part of every change from then on. */
    NearCache cached() {
        if (cached == null) {
            cached = prompt.keyValues().cached(live, cacheOptions);
        }
        return cached;
    }

    @Override
    public void close() {
        if (cached != null) {
            cached.close();
        }
        strong.close();
        live.close();
        prompt.close();
        bulk.close();
    }
}

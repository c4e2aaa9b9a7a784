package io.nearstream.client;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Reads keys. The three ways differ in what they promise, and say so: <em>live</em> reads the state
 * of the running job, <em>strong</em> reads through the log, <em>cached</em> from memory.
 *
 * <p>A key without a value is an empty answer. State that cannot be reached, or an answer that does
 * not come in time, is a {@link NearstreamException} that says so; the two are never confused.
 * Thread-safe. Actions that depend on a future run on the reader's own thread and must not block.
 */
public interface KeyValueReader extends AutoCloseable {
    /**
     * Reads a key.
     *
     * @param key 1 to 1,024 bytes of UTF-8
     * @return the value, or empty where there is none: never put, deleted or expired
     * @throws IllegalArgumentException if the key is empty or too long
     */
    CompletableFuture<Optional<KeyValue>> get(String key);

    /**
     * Reads many keys, in flight together.
     *
     * @return the keys that have a value; fails if one of them could not be read
     */
    CompletableFuture<Map<String, KeyValue>> getAll(Collection<String> keys);

    /** Frees its connections and threads; reads under way end with an error. */
    @Override
    void close();
}

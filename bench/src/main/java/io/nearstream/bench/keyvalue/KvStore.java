package io.nearstream.bench.keyvalue;

import io.nearstream.client.KeyValue;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What a workload runs on. Thread-safe. */
interface KvStore extends AutoCloseable {
    CompletableFuture<Optional<KeyValue>> read(String key);

    /** Puts a value; complete once it is in force. */
    CompletableFuture<Boolean> put(String key, byte[] value);

    /**
     * Puts a value if the key still has what was read.
     *
     * @return whether it has
     */
    CompletableFuture<Boolean> replace(KeyValue read, byte[] value);

    @Override
    void close();
}

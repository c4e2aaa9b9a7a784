package io.nearstream.bench.keyvalue;

import io.nearstream.client.KeyValue;
import io.nearstream.client.KeyValueOutcome;
import io.nearstream.client.KeyValueReader;
import io.nearstream.client.KeyValueRequest;
import io.nearstream.client.KeyValueWriter;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The product. A write ends when it is in force, not when it is only in the log. Closes nothing:
 * reader and writer are the caller's.
 *
 * @param reader one of the ways of reading
 * @param writer writes
 */
record NearstreamStore(KeyValueReader reader, KeyValueWriter writer) implements KvStore {
    @Override
    public CompletableFuture<Optional<KeyValue>> read(String key) {
        return reader.get(key);
    }

    @Override
    public CompletableFuture<Boolean> put(String key, byte[] value) {
        return writer.apply(KeyValueRequest.put(key, value)).thenApply(KeyValueOutcome::applied);
    }

    @Override
    public CompletableFuture<Boolean> replace(KeyValue read, byte[] value) {
        return writer.apply(KeyValueRequest.put(read.key(), value).ifVersion(read.version()))
                .thenApply(KeyValueOutcome::applied);
    }

    @Override
    public void close() {
        // Nothing is its own.
    }
}

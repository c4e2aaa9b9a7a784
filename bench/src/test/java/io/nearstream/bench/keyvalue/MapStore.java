package io.nearstream.bench.keyvalue;

import io.nearstream.client.KeyValue;
import io.nearstream.core.model.Version;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** A store that is right, to be made wrong by those who override it. */
class MapStore implements KvStore {
    final Map<String, KeyValue> held = new ConcurrentHashMap<>();
    private final AtomicLong offset = new AtomicLong();

    @Override
    public CompletableFuture<Optional<KeyValue>> read(String key) {
        return CompletableFuture.completedFuture(Optional.ofNullable(held.get(key)));
    }

    @Override
    public CompletableFuture<Boolean> put(String key, byte[] value) {
        held.put(key, keyValue(key, value));
        return CompletableFuture.completedFuture(true);
    }

    @Override
    public CompletableFuture<Boolean> replace(KeyValue read, byte[] value) {
        KeyValue now =
                held.computeIfPresent(
                        read.key(),
                        (key, old) ->
                                old.version().equals(read.version()) ? keyValue(key, value) : old);
        return CompletableFuture.completedFuture(now != null && now.value() == value);
    }

    KeyValue keyValue(String key, byte[] value) {
        Version version = new Version(1, 0, offset.incrementAndGet());
        return new KeyValue(key, value, version, 0, OptionalLong.empty());
    }

    @Override
    public void close() {}
}

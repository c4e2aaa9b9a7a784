package io.nearstream.client;

import io.nearstream.core.keyvalue.KeyValueEntry;
import io.nearstream.core.model.Limits;
import io.nearstream.core.model.RefusedException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/** What all readers of keys do alike. */
final class Gets {
    private Gets() {}

    /** Refuses a key that nothing can be stored under. */
    static void checkKey(String key) {
        try {
            Limits.DEFAULT.checkKey(key);
        } catch (RefusedException refused) {
            throw new IllegalArgumentException(refused.getMessage(), refused);
        }
    }

    /** A state with a value as its reader gets it, with bytes of its own. */
    static KeyValue keyValue(String key, KeyValueEntry entry) {
        return new KeyValue(
                key,
                entry.value().value(),
                entry.version(),
                entry.writerTime(),
                entry.expiresAt() == KeyValueEntry.NEVER
                        ? OptionalLong.empty()
                        : OptionalLong.of(entry.expiresAt()));
    }

    /** What a reader at this time sees of a state. */
    static Optional<KeyValue> visible(String key, KeyValueEntry entry, long time) {
        return entry.visibleAt(time) ? Optional.of(keyValue(key, entry)) : Optional.empty();
    }

    /** Gets every key, in flight together; fails with the failure of the first that failed. */
    static CompletableFuture<Map<String, KeyValue>> all(
            Collection<String> keys,
            Function<String, CompletableFuture<Optional<KeyValue>>> reader) {
        keys.forEach(Gets::checkKey);
        Map<String, CompletableFuture<Optional<KeyValue>>> gets = new LinkedHashMap<>();
        keys.forEach(key -> gets.computeIfAbsent(key, reader));
        CompletableFuture<Map<String, KeyValue>> all = new CompletableFuture<>();
        CompletableFuture.allOf(gets.values().toArray(CompletableFuture[]::new))
                .whenComplete(
                        (done, failure) -> {
                            if (failure != null) {
                                all.completeExceptionally(unwrap(failure));
                            } else {
                                all.complete(found(gets));
                            }
                        });
        return all;
    }

    /** The failure itself, without the wrapping of dependent futures. */
    static Throwable unwrap(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null
                ? failure.getCause()
                : failure;
    }

    private static Map<String, KeyValue> found(
            Map<String, CompletableFuture<Optional<KeyValue>>> gets) {
        Map<String, KeyValue> found = new LinkedHashMap<>();
        gets.forEach((key, get) -> get.join().ifPresent(value -> found.put(key, value)));
        return found;
    }
}

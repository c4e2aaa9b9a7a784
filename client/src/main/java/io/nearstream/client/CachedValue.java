package io.nearstream.client;

import io.nearstream.core.keyvalue.Compression;
import io.nearstream.core.keyvalue.KeyValueEntry;
import io.nearstream.core.model.Version;
import java.util.Optional;
import java.util.OptionalLong;
import javax.annotation.Nullable;

/**
 * What a near cache knows of a key, as flat as it can be: a get takes about as long as the looks
 * into main memory that it needs. Immutable; the bytes are its own and are copied for a caller.
 *
 * @param bytes the value, never compressed; null for none
 * @param version of the write that made it so
 * @param writerTime the writer's own time, milliseconds since 1970
 * @param expiresAt milliseconds since 1970; {@link KeyValueEntry#NEVER} for never
 */
record CachedValue(@Nullable byte[] bytes, Version version, long writerTime, long expiresAt) {
    private static final CachedValue MISSING =
            new CachedValue(null, Version.NONE, 0, KeyValueEntry.NEVER);

    /**
     * Of a state whose bytes nobody else changes.
     *
     * @throws IllegalStateException if its value does not decompress
     */
    static CachedValue of(KeyValueEntry entry) {
        byte[] bytes =
                entry.value().compression() == Compression.NONE
                        ? entry.value().bytes()
                        : entry.value().value();
        return new CachedValue(
                entry.deleted() ? null : bytes,
                entry.version(),
                entry.writerTime(),
                entry.expiresAt());
    }

    /** Of an answer, whose bytes stay its caller's. */
    static CachedValue of(Optional<KeyValue> answer) {
        return answer.map(
                        value ->
                                new CachedValue(
                                        value.value().clone(),
                                        value.version(),
                                        value.writerTime(),
                                        value.expiresAt().orElse(KeyValueEntry.NEVER)))
                .orElse(MISSING);
    }

    /** What a reader at this time sees, with bytes of its own. */
    Optional<KeyValue> visible(String key, long time) {
        if (bytes == null || expiresAt <= time) {
            return Optional.empty();
        }
        return Optional.of(
                new KeyValue(
                        key,
                        bytes.clone(),
                        version,
                        writerTime,
                        expiresAt == KeyValueEntry.NEVER
                                ? OptionalLong.empty()
                                : OptionalLong.of(expiresAt)));
    }

    /** Bytes that the value takes. */
    int size() {
        return bytes == null ? 0 : bytes.length;
    }

    boolean isNewerThan(CachedValue other) {
        return version.isNewerThan(other.version);
    }
}

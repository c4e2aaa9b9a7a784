package io.nearstream.client;

import io.nearstream.core.model.Version;
import java.util.OptionalLong;

/**
 * A key with its value, as a reader found it.
 *
 * @param key the key
 * @param value the value's bytes; the caller's own
 * @param version of the write that put it: for {@link KeyValueRequest#ifVersion}
 * @param writerTime the writer's own time, milliseconds since 1970
 * @param expiresAt when it expires, milliseconds since 1970 on the broker's clock; empty for never
 */
public record KeyValue(
        String key, byte[] value, Version version, long writerTime, OptionalLong expiresAt) {}

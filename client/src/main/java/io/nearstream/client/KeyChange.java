package io.nearstream.client;

import io.nearstream.core.model.Version;
import java.util.Optional;

/**
 * What a key has become.
 *
 * @param key the key
 * @param version of the write that made it so; of an expiry, its time and the write that expired
 * @param writerTime that writer's own time, milliseconds since 1970
 * @param value its value; empty if it was deleted or has expired
 */
public record KeyChange(String key, Version version, long writerTime, Optional<KeyValue> value) {}

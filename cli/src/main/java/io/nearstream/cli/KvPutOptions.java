package io.nearstream.cli;

import io.nearstream.client.KeyValueRequest;
import io.nearstream.core.model.Version;
import java.time.Duration;

/**
 * What puts have in common.
 *
 * @param ttl when they expire; zero for never
 * @param ifAbsent whether the key must have no value
 * @param ifVersion the version that it must have; {@link Version#NONE} for any
 */
record KvPutOptions(Duration ttl, boolean ifAbsent, Version ifVersion) {
    /**
     * A put.
     *
     * @throws IllegalArgumentException if key or value are over their limits
     */
    KeyValueRequest put(String key, byte[] value) {
        KeyValueRequest request = KeyValueRequest.put(key, value);
        if (!ttl.isZero()) {
            request = request.ttl(ttl);
        }
        if (ifAbsent) {
            request = request.ifAbsent();
        }
        return ifVersion.equals(Version.NONE) ? request : request.ifVersion(ifVersion);
    }
}

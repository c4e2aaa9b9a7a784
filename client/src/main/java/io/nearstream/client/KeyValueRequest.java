package io.nearstream.client;

import io.nearstream.core.keyvalue.Condition;
import io.nearstream.core.keyvalue.KeyValueCommand;
import io.nearstream.core.model.Limits;
import io.nearstream.core.model.RefusedException;
import io.nearstream.core.model.Version;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A write of one key: what to do, and under which condition. Immutable.
 *
 * @param op put or delete
 * @param key 1 to 1,024 bytes of UTF-8
 * @param value up to 1 MiB; empty for a delete. Not copied: do not change it
 * @param ttl of a put, how long after its append time it expires, at least 1 ms; empty for never
 * @param condition what must hold of the key
 * @param writerTime the writer's own time, milliseconds since 1970; empty for the append time
 */
public record KeyValueRequest(
        KeyValueCommand.Op op,
        String key,
        byte[] value,
        Optional<Duration> ttl,
        Condition condition,
        OptionalLong writerTime) {
    private static final byte[] NO_BYTES = {};

    public KeyValueRequest {
        try {
            Limits.DEFAULT.checkKey(key);
            Limits.DEFAULT.checkValue(value.length);
        } catch (RefusedException refused) {
            throw new IllegalArgumentException(refused.getMessage(), refused);
        }
        if (ttl.isPresent() && (ttl.get().toMillis() < 1 || op != KeyValueCommand.Op.PUT)) {
            throw new IllegalArgumentException(
                    "ttl must be at least 1 ms, and of a put; but was %d ms of a %s."
                            .formatted(ttl.get().toMillis(), op));
        }
        if (op == KeyValueCommand.Op.READ) {
            throw new IllegalArgumentException(
                    "A write must be a put or a delete, but was a READ: a KeyValueReader reads.");
        }
        if (op == KeyValueCommand.Op.DELETE && value.length > 0) {
            throw new IllegalArgumentException(
                    "A delete must have no value, but has %d bytes.".formatted(value.length));
        }
        if (op == KeyValueCommand.Op.DELETE && condition.kind() == Condition.Kind.ABSENT) {
            throw new IllegalArgumentException(
                    "A delete must have no condition or a version, but was only for an absent key.");
        }
    }

    /** Puts a value, whatever the key has now. */
    public static KeyValueRequest put(String key, byte[] value) {
        return new KeyValueRequest(
                KeyValueCommand.Op.PUT,
                key,
                value,
                Optional.empty(),
                Condition.NONE,
                OptionalLong.empty());
    }

    /** Deletes a key; it need not have a value. */
    public static KeyValueRequest delete(String key) {
        return new KeyValueRequest(
                KeyValueCommand.Op.DELETE,
                key,
                NO_BYTES,
                Optional.empty(),
                Condition.NONE,
                OptionalLong.empty());
    }

    /** The same put, expiring so long after its append time. */
    public KeyValueRequest ttl(Duration timeToLive) {
        return new KeyValueRequest(op, key, value, Optional.of(timeToLive), condition, writerTime);
    }

    /** The same put, only if the key has no value. */
    public KeyValueRequest ifAbsent() {
        return new KeyValueRequest(op, key, value, ttl, Condition.ABSENT, writerTime);
    }

    /** The same write, only if the key has a value of exactly this version. */
    public KeyValueRequest ifVersion(Version version) {
        return new KeyValueRequest(op, key, value, ttl, Condition.version(version), writerTime);
    }

    /** The same write with the writer's own time, milliseconds since 1970. */
    public KeyValueRequest writerTime(long time) {
        return new KeyValueRequest(op, key, value, ttl, condition, OptionalLong.of(time));
    }
}

package io.nearstream.core.keyvalue;

import io.nearstream.core.model.Version;

/**
 * The state of one key: its value, or that it has none any more. Immutable.
 *
 * @param deleted whether the key was deleted or has expired: a tombstone
 * @param version of the write that made it so; of an expiry, its time and the write that expired
 * @param writerTime the writer's own time, milliseconds since 1970; nothing is decided by it
 * @param expiresAt append time at which the value is gone, milliseconds since 1970; {@link #NEVER}
 *     for never and for a tombstone
 * @param value the value; empty for a tombstone
 */
public record KeyValueEntry(
        boolean deleted, Version version, long writerTime, long expiresAt, StoredValue value) {
    /** The expiry of what does not expire. */
    public static final long NEVER = Long.MAX_VALUE;

    public KeyValueEntry {
        if (deleted && (expiresAt != NEVER || value.length() != 0)) {
            throw new IllegalArgumentException(
                    "A tombstone must have no value and never expire, but has %d bytes and expires at %d."
                            .formatted(value.length(), expiresAt));
        }
    }

    /** A key without a value as of this version. */
    public static KeyValueEntry tombstone(Version version, long writerTime) {
        return new KeyValueEntry(true, version, writerTime, NEVER, StoredValue.EMPTY);
    }

    /** Whether a reader at this time, milliseconds since 1970, sees a value. */
    public boolean visibleAt(long time) {
        return !deleted && expiresAt > time;
    }

    /** Whether the value has expired by this append time; never of a tombstone. */
    public boolean expiredBy(long appendTime) {
        return expiresAt != NEVER && expiresAt <= appendTime;
    }

    /** The key after its expiry: a tombstone as of that time, by the write that set it. */
    public KeyValueEntry expired() {
        return tombstone(new Version(expiresAt, version.partition(), version.offset()), writerTime);
    }

    /**
     * When a timer has to look at the key: at its expiry, or when its tombstone may be forgotten;
     * {@link #NEVER} for never.
     */
    public long dueAt(long tombstoneHorizonMs) {
        if (!deleted) {
            return expiresAt;
        }
        long due = version.time() + tombstoneHorizonMs;
        return due < version.time() ? NEVER : due;
    }
}

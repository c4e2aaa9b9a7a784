package io.nearstream.jobs.ingest.version;

import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.Version;

/**
 * What is kept of one record: enough to tell a newer write from a replayed one. Immutable.
 *
 * @param version the newest version
 * @param deleted whether that version is a delete or an expiry
 * @param expiresAt append time at which the record is gone, milliseconds since 1970; {@link
 *     IndexChange#NEVER} for never and for a deleted one
 */
record RecordState(Version version, boolean deleted, long expiresAt) {
    RecordState {
        if (deleted && expiresAt != IndexChange.NEVER) {
            throw new IllegalArgumentException(
                    "expiresAt of a deleted record must be never, but was %d."
                            .formatted(expiresAt));
        }
    }

    static RecordState of(IndexChange change) {
        return new RecordState(change.version(), change.delete(), change.expiresAt());
    }

    /** Whether the record has expired by this append time. */
    boolean expiredBy(long appendTime) {
        return expiresAt != IndexChange.NEVER && expiresAt <= appendTime;
    }

    /** The record after its expiry: a delete as of that time, by the write that set it. */
    RecordState expired() {
        return new RecordState(
                new Version(expiresAt, version.partition(), version.offset()),
                true,
                IndexChange.NEVER);
    }

    /**
     * When a timer has to look at the record: at its expiry, or when its tombstone may be
     * forgotten; {@link IndexChange#NEVER} for never.
     */
    long dueAt(long tombstoneHorizonMs) {
        if (!deleted) {
            return expiresAt;
        }
        long due = version.time() + tombstoneHorizonMs;
        return due < version.time() ? IndexChange.NEVER : due;
    }
}

package io.nearstream.jobs.query.assign;

import io.nearstream.core.model.Version;

/**
 * Where a record lives: what is kept for each id.
 *
 * @param version the newest version seen
 * @param deleted whether that version deletes the record; then it lives nowhere
 * @param generation the generation that chose the buckets
 * @param buckets where it lives, home first
 * @param leaving older buckets that still hold a copy and are overwritten too until they may go
 * @param leaveAfterCheckpoint they may go once a checkpoint of this id or a later one is complete
 * @param hasPayload whether the record store has a payload of it
 * @param forgetAt wall clock at which a deleted record is forgotten, milliseconds since 1970
 */
public record Placement(
        Version version,
        boolean deleted,
        int generation,
        int[] buckets,
        int[] leaving,
        long leaveAfterCheckpoint,
        boolean hasPayload,
        long forgetAt) {
    private static final int[] NOWHERE = {};

    /** A record that was never seen. */
    public static final Placement UNKNOWN = gone(Version.NONE, 0);

    /** A record that is deleted. */
    public static Placement gone(Version version, long forgetAt) {
        return new Placement(version, true, 0, NOWHERE, NOWHERE, 0, false, forgetAt);
    }

    /** The same record, its older copies gone. */
    public Placement withoutLeaving() {
        return new Placement(
                version, deleted, generation, buckets, NOWHERE, 0, hasPayload, forgetAt);
    }
}

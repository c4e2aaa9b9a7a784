package io.nearstream.jobs.query.assign;

import io.nearstream.core.model.Version;

/**
 * Where a record lives: what is kept for each id.
 *
 * @param version the newest version seen
 * @param deleted whether that version deletes the record; then it lives nowhere
 * @param generation the generation that chose the buckets
 * @param buckets where it lives, home first
 * @param leaving older buckets that may still hold a copy, overwritten too until they may go
 * @param leaveAfter for each of them the checkpoint after which it may go, once that one or a later
 *     one is complete
 * @param hasPayload whether the record store has a payload of it
 * @param forgetAt wall clock at which a deleted record is forgotten, milliseconds since 1970
 */
public record Placement(
        Version version,
        boolean deleted,
        int generation,
        int[] buckets,
        int[] leaving,
        long[] leaveAfter,
        boolean hasPayload,
        long forgetAt) {
    private static final int[] NOWHERE = {};
    private static final long[] NEVER = {};

    /** A record that was never seen. */
    public static final Placement UNKNOWN = gone(Version.NONE, 0);

    /** A record that is deleted. */
    public static Placement gone(Version version, long forgetAt) {
        return new Placement(version, true, 0, NOWHERE, NOWHERE, NEVER, false, forgetAt);
    }

    /** The same record, with other older copies. */
    public Placement withLeaving(int[] others, long[] after) {
        return new Placement(
                version, deleted, generation, buckets, others, after, hasPayload, forgetAt);
    }
}

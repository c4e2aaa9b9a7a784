package io.nearstream.jobs.query.gauge;

/**
 * A record that may belong to its collection's slice, or that it is gone.
 *
 * @param collectionUid the collection
 * @param level its sender knows: it sends nothing of what is in the slice of a lower one only
 * @param row as {@link io.nearstream.jobs.query.entry.EntryRow} describes it
 */
public record SliceRow(long collectionUid, int level, byte[] row) {
    /**
     * Whether a record is in the slice of a level: half of those of the level below are.
     *
     * @param idHash of its id, all bits well mixed
     */
    public static boolean isIn(long idHash, int level) {
        return (idHash >>> 1) >>> (Long.SIZE - 1 - level) == 0;
    }
}

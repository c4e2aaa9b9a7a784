package io.nearstream.jobs.ingest.train;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.IndexChange;
import io.nearstream.core.partition.StableHash;

/**
 * A change of a record of the slice: that part of a collection from which the sizes of its buckets
 * are estimated and further generations are learned. Whether a record is of the slice is decided by
 * a hash of its id, so its deletes and replacements are, too.
 *
 * @param collectionUid the incarnation of the collection
 * @param idHash of the record
 * @param shift the sender sends one of 2^shift records: those whose hash begins with so many zeros
 * @param vector in the collection's encoding; empty for a record that is gone
 * @param buckets that the generation gave it
 * @param generation that gave them
 */
public record SliceChange(
        long collectionUid, long idHash, int shift, byte[] vector, int[] buckets, int generation) {
    /** Records of a collection's slice, at most. */
    static final int RECORDS_MAX = 32_768;

    private static final int RECORDS_LEAST = 1_024;
    private static final long BYTES_MAX = 64L << 20;

    /** Smaller parts than this are not taken: 2^36 records would be too many for one index. */
    private static final int SHIFT_MAX = 20;

    /** From an index change. */
    public static SliceChange of(IndexChange change, long idHash, int shift) {
        return new SliceChange(
                change.key().collectionUid(),
                idHash,
                shift,
                change.vector(),
                change.buckets(),
                change.generation());
    }

    /** The hash by which a record is in the slice or not. */
    public static long hash(String id) {
        return StableHash.of(id);
    }

    /** Whether a record is in the slice that takes one of 2^shift. */
    public static boolean isInside(long idHash, int shift) {
        return shift == 0 || idHash >>> (Long.SIZE - shift) == 0;
    }

    /** Records of a collection's slice, at most: so many fit into memory for a training. */
    public static int recordsMax(CollectionSettings settings) {
        long fit = BYTES_MAX / settings.vectorBytes();
        return (int) Math.max(RECORDS_LEAST, Math.min(RECORDS_MAX, fit));
    }

    /** The smallest shift at which the slice of so many live records has at most so many. */
    public static int shift(long live, long most) {
        int shift = 0;
        while (live > most << shift && shift < SHIFT_MAX) {
            shift++;
        }
        return shift;
    }

    /** Whether the record is gone. */
    boolean isGone() {
        return vector.length == 0;
    }
}

package io.nearstream.core.join;

/**
 * What a bucket is told of a record. Visits of a bucket are applied in their order: that of the
 * records, and an end before a beginning.
 *
 * @param bucket the bucket
 * @param kind what to do
 * @param record which; of an {@link Kind#END}, the version at which the one before it ends
 * @param eventTime of the record, milliseconds since 1970; 0 of an end
 * @param homes the buckets that store the record, in order; empty where it has one home only
 * @param vector of the record, as {@link JoinRule#packed} has it or whole; empty of an end
 * @param centre how far the record is from the centre of the bucket, {@link #NO_CENTRE} where it
 *     has none
 * @param reach by how much a partner's distance from it may differ
 */
public record Visit(
        int bucket,
        Kind kind,
        RecordRef record,
        long eventTime,
        int[] homes,
        byte[] vector,
        float centre,
        float reach)
        implements Comparable<Visit> {
    /** What to do. Formats number them by their order. */
    public enum Kind {
        /** The record's version before this one is over: forget it, and take its pairs back. */
        END,
        /** Say its pairs with what lives here. */
        LOOK,
        /** Say its pairs with what lives here, then store it. */
        LIVE
    }

    /** Of buckets without a centre. */
    public static final float NO_CENTRE = Float.NaN;

    private static final float ANY = Float.POSITIVE_INFINITY;
    private static final int[] ONE_HOME = {};
    private static final byte[] NO_BYTES = {};

    /** Of a record that has one home only. */
    public static Visit single(int bucket, Kind kind, JoinChange change) {
        return of(bucket, kind, change, ONE_HOME);
    }

    /** Of a record with several homes. */
    public static Visit of(int bucket, Kind kind, JoinChange change, int[] homes) {
        return new Visit(
                bucket,
                kind,
                change.record(),
                change.eventTime(),
                homes,
                change.vector(),
                NO_CENTRE,
                ANY);
    }

    /** The version of the record that lived before this one is over. */
    public static Visit end(int bucket, RecordRef record) {
        return new Visit(bucket, Kind.END, record, 0, ONE_HOME, NO_BYTES, NO_CENTRE, ANY);
    }

    @Override
    public int compareTo(Visit other) {
        int byRecord = record.compareTo(other.record);
        return byRecord != 0 ? byRecord : kind.compareTo(other.kind);
    }

    /** Whether a record at this distance from the centre is too far; not if one is unknown. */
    boolean excludes(float centreOfOther) {
        return Math.abs(centre - centreOfOther) > reach;
    }

    /** Of several buckets that both records are in, the first says the pair: whether it is this. */
    boolean isFirstCommonWith(int[] homesOfOther) {
        for (int i = 0; i < homesOfOther.length && i < homes.length; i++) {
            if (homesOfOther[i] == homes[i]) {
                return homes[i] == bucket;
            }
        }
        return true;
    }
}

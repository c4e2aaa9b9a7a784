package io.nearstream.jobs.query.message;

/**
 * What the operator that places records tells a bucket, in the order of its stream.
 *
 * @param kind what to do
 * @param key the bucket; for a marker its bucket number is the target subtask
 * @param generation the newest generation its sender knows: the receiver must know it too
 * @param row the entry, for an append; a removal of what was placed elsewhere
 * @param fetch the request, for a fetch; else {@link FetchRequest#NONE}
 * @param sender sending subtask, for a marker
 * @param senders how many there are, for a marker
 */
public record BucketOp(
        Kind kind,
        BucketKey key,
        int generation,
        byte[] row,
        FetchRequest fetch,
        int sender,
        int senders) {

    private static final byte[] NO_BYTES = {};

    /** What a message does. */
    public enum Kind {
        /** Appends a row to the bucket's log. */
        APPEND,
        /** The bucket's entry of an id has been placed elsewhere: a checkpoint may prove it. */
        LEFT,
        /** The sender places nothing in buckets of older generations from here on. */
        MARKER,
        /** Answers the row of an id. */
        FETCH,
        /** Answers that there is no such id. */
        FETCH_MISSING
    }

    /** Appends a row. */
    public static BucketOp append(BucketKey key, int generation, byte[] row) {
        return new BucketOp(Kind.APPEND, key, generation, row, FetchRequest.NONE, 0, 0);
    }

    /** Tells a bucket that gave up an entry that it has been placed elsewhere, before this. */
    public static BucketOp left(BucketKey key, int generation, byte[] removal) {
        return new BucketOp(Kind.LEFT, key, generation, removal, FetchRequest.NONE, 0, 0);
    }

    /** Tells one bucket subtask that this sender has left older generations. */
    public static BucketOp marker(
            long collectionUid, int target, int generation, int sender, int senders) {
        return new BucketOp(
                Kind.MARKER,
                new BucketKey(collectionUid, target),
                generation,
                NO_BYTES,
                FetchRequest.NONE,
                sender,
                senders);
    }

    /** Fetches an id from a bucket that has it. */
    public static BucketOp fetch(BucketKey key, int generation, FetchRequest fetch) {
        return new BucketOp(Kind.FETCH, key, generation, NO_BYTES, fetch, 0, 0);
    }

    /** Lets any bucket answer that an id is not there. */
    public static BucketOp missing(BucketKey key, int generation, FetchRequest fetch) {
        return new BucketOp(Kind.FETCH_MISSING, key, generation, NO_BYTES, fetch, 0, 0);
    }
}

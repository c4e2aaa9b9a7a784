package io.nearstream.operators.join;

import java.util.BitSet;

/**
 * Which buckets have anything in the state, as far as this is known: a bucket that has nothing need
 * not be looked up, and most of those that a set visits have nothing. Of a restored state it is
 * known of buckets that were looked up since. Two bits for each number up to the largest: 8 MiB at
 * most of 32 bands. Not thread-safe.
 */
final class FilledBuckets {
    private final boolean restored;
    private final BitSet known = new BitSet();
    private final BitSet filled = new BitSet();

    /**
     * @param restored whether the state is of an earlier run; else it is empty
     */
    FilledBuckets(boolean restored) {
        this.restored = restored;
    }

    /** Whether there may be something in a bucket, 0 or more. */
    boolean mayBeFilled(int bucket) {
        return filled.get(bucket) || restored && !known.get(bucket);
    }

    /** Notes whether there is something. */
    void is(int bucket, boolean something) {
        filled.set(bucket, something);
        if (restored) {
            known.set(bucket);
        }
    }
}

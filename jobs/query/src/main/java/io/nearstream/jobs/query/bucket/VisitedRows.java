package io.nearstream.jobs.query.bucket;

import io.nearstream.jobs.query.entry.EntryRow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The rows of all buckets that a query vector visits, numbered through: a ref. Not thread-safe. */
final class VisitedRows {
    private final List<BucketRows> buckets = new ArrayList<>();
    private int[] firstRefs = new int[64];
    private int refs;

    /** Forgets all. */
    void clear() {
        buckets.clear();
        refs = 0;
    }

    /**
     * Adds the rows of one more bucket.
     *
     * @return the ref of its first row; the others follow
     */
    int add(BucketRows rows) {
        if (buckets.size() == firstRefs.length) {
            firstRefs = Arrays.copyOf(firstRefs, 2 * firstRefs.length);
        }
        int first = refs;
        firstRefs[buckets.size()] = first;
        buckets.add(rows);
        refs += rows.count();
        return first;
    }

    /** Whether two refs are rows of the same id. */
    boolean isSameId(int ref, int other) {
        int bucket = bucketOf(ref);
        int otherBucket = bucketOf(other);
        return buckets.get(bucket)
                .isSameId(
                        ref - firstRefs[bucket],
                        buckets.get(otherBucket),
                        other - firstRefs[otherBucket]);
    }

    /** The id of a row. */
    String id(int ref) {
        int bucket = bucketOf(ref);
        BucketRows rows = buckets.get(bucket);
        int row = ref - firstRefs[bucket];
        return EntryRow.id(rows.data(row), rows.at(row));
    }

    /** A row as an answer carries it. */
    byte[] forAnswer(int ref, int vectorBytes, boolean withVector) {
        int bucket = bucketOf(ref);
        BucketRows rows = buckets.get(bucket);
        int row = ref - firstRefs[bucket];
        return EntryRow.forAnswer(rows.data(row), rows.at(row), vectorBytes, withVector);
    }

    /** Which bucket a ref belongs to: the last that starts at it or before. */
    private int bucketOf(int ref) {
        int low = 0;
        int high = buckets.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (firstRefs[middle] <= ref) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }
}

package io.nearstream.jobs.query.bucket;

import io.nearstream.jobs.query.message.BucketKey;
import io.nearstream.jobs.query.message.ProbeMessage;
import java.util.HashMap;
import java.util.Map;

/**
 * The rows of the buckets that one probe visits. The query vectors of a batch share the reading of
 * a bucket. Belongs to the task's thread; reused.
 */
final class SharedRows {
    /** Rows of a batch are kept for its later query vectors up to this many bytes. */
    private static final long BYTES_MAX = 32L << 20;

    private final BucketStore store;
    private final Map<Integer, BucketRows> shared = new HashMap<>();
    private long bytes;

    SharedRows(BucketStore store) {
        this.store = store;
    }

    /** The rows of a bucket. */
    BucketRows of(ProbeMessage probe, int bucket) throws Exception {
        BucketRows known = shared.get(bucket);
        if (known != null) {
            return known;
        }
        BucketRows rows = store.read(new BucketKey(probe.collectionUid(), bucket));
        if (probe.queries().size() > 1 && bytes + rows.bytes() <= BYTES_MAX) {
            shared.put(bucket, rows);
            bytes += rows.bytes();
        }
        return rows;
    }

    /** The probe has been answered: nothing of a bucket is held between probes. */
    void clear() {
        shared.clear();
        bytes = 0;
    }
}

package io.nearstream.jobs.query.route;

import io.nearstream.core.model.BucketScheme;
import io.nearstream.jobs.common.control.CollectionDirectory;
import io.nearstream.jobs.common.control.CollectionState;
import java.util.HashMap;
import java.util.Map;

/**
 * What the collections topic says of a query job's buckets, as a router needs it for each probe:
 * asked for again only when the topic has news. Belongs to the task's thread.
 */
final class JobView {
    private final CollectionDirectory directory;
    private final String job;
    private final Map<Long, Known> known = new HashMap<>();
    private long revision = -1;

    private record Known(int newest, int settled, double correction) {}

    JobView(CollectionDirectory directory, String job) {
        this.directory = directory;
        this.job = job;
    }

    /** The generation whose older buckets are known to be empty; 0 where flat ones may not be. */
    int settled(CollectionState collection) {
        int newest = collection.newest().number();
        return collection.settings().buckets() == BucketScheme.LEARNED
                ? known(collection).settled
                : Math.max(1, newest); // a family has no older buckets
    }

    /** Factor on the calibrated number of buckets of the newest generation. */
    double correction(CollectionState collection) {
        return known(collection).correction;
    }

    private Known known(CollectionState collection) {
        long now = directory.revision();
        if (now != revision) {
            revision = now;
            known.clear();
        }
        long uid = collection.uid();
        int newest = collection.newest().number();
        Known last = known.get(uid);
        if (last == null || last.newest != newest) {
            int settled = Math.min(newest, directory.settledGeneration(uid, job));
            last = new Known(newest, settled, directory.recallCorrection(uid, job, newest));
            known.put(uid, last);
        }
        return last;
    }
}

package io.nearstream.jobs.ingest.write;

import io.nearstream.core.model.BucketScheme;
import io.nearstream.jobs.common.control.CollectionDirectory;
import io.nearstream.jobs.common.control.CollectionState;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits while the first buckets of a collection are learned, if its writes are late anyway: a bulk
 * load would else place everything twice, for the training takes about as long as the load. Once
 * for each collection, and not longer than allowed. Belongs to the task's thread.
 */
final class FirstTraining {
    private static final Logger LOG = LoggerFactory.getLogger(FirstTraining.class);

    /** Writes that are this late belong to a load, of which nobody expects freshness. */
    private static final long LATE_MS = 200;

    private final CollectionDirectory directory;
    private final Duration atMost;
    private final Set<Long> waited = new HashSet<>();

    /**
     * Waits for news of this directory.
     *
     * @param atMost 0 never waits
     */
    FirstTraining(CollectionDirectory directory, Duration atMost) {
        this.directory = directory;
        this.atMost = atMost;
    }

    /**
     * The collection as it is known once the wait is over.
     *
     * @param lateMs how long ago the write was appended
     */
    CollectionState await(CollectionState collection, long lateMs) throws InterruptedException {
        boolean first =
                collection.newest().number() == 0
                        && collection.settings().buckets() == BucketScheme.LEARNED;
        if (!first || lateMs < LATE_MS || atMost.isZero() || !waited.add(collection.uid())) {
            return collection;
        }
        long start = System.nanoTime();
        CollectionState known =
                directory.awaitGeneration(collection.uid(), 1, atMost).orElse(collection);
        LOG.info(
                "Collection {}: late writes waited {} ms for the first buckets.",
                collection.settings().name(),
                (System.nanoTime() - start) / 1_000_000);
        return known;
    }

    /** The collection has generation 1, or is gone. */
    void forget(long uid) {
        waited.remove(uid);
    }
}

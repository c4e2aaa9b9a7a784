package io.nearstream.jobs.ingest.write;

import io.nearstream.core.model.CollectionSettings;
import java.util.HashMap;
import java.util.Map;

/**
 * How many vectors of each collection this subtask has given to the training: as many as the
 * training needs in all, for the others may see none. Not thread-safe.
 */
final class Sampling {
    private final Map<Long, int[]> given = new HashMap<>();

    /** Whether the next vector is wanted; it counts as given then. */
    boolean wants(CollectionSettings settings) {
        int[] count = given.computeIfAbsent(settings.uid(), uid -> new int[1]);
        if (count[0] >= settings.trainAfter()) {
            return false;
        }
        count[0]++;
        return true;
    }

    /** No more vectors of this collection will come, or they are no longer wanted. */
    void forget(long uid) {
        given.remove(uid);
    }
}

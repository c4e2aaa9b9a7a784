package io.nearstream.jobs.common.control;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.partition.Generation;

/**
 * One incarnation of a collection as the topic tells it. Immutable.
 *
 * @param settings fixed at creation
 * @param dropped whether it is gone
 * @param newest the newest complete generation; it says what it needs to of those before it
 */
public record CollectionState(CollectionSettings settings, boolean dropped, Generation newest) {

    /** The incarnation's identity. */
    public long uid() {
        return settings.uid();
    }

    /** Whether its first buckets are there, or will not be needed: it is gone. */
    public boolean isTrained() {
        return dropped || newest.number() > 0;
    }
}

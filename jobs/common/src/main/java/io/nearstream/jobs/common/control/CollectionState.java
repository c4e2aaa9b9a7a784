package io.nearstream.jobs.common.control;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.partition.Generation;
import java.util.List;

/**
 * One incarnation of a collection as the topic tells it. Immutable.
 *
 * @param settings fixed at creation
 * @param dropped whether it is gone
 * @param generations complete generations, 0 first
 */
public record CollectionState(
        CollectionSettings settings, boolean dropped, List<Generation> generations) {

    /** The newest complete generation. */
    public Generation newest() {
        return generations.get(generations.size() - 1);
    }

    /** The incarnation's identity. */
    public long uid() {
        return settings.uid();
    }
}

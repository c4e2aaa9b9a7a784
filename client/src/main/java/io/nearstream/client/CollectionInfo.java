package io.nearstream.client;

import io.nearstream.core.model.CollectionSettings;
import java.util.List;

/**
 * What the control topic says of a collection.
 *
 * @param settings its settings
 * @param dropped whether it was dropped
 * @param newest its newest generation whose codebook is complete
 * @param settled one entry for each query job and generation that was announced, sorted
 * @param recall the newest estimate of each query job that has made one, sorted by job
 */
public record CollectionInfo(
        CollectionSettings settings,
        boolean dropped,
        GenerationInfo newest,
        List<SettledInfo> settled,
        List<RecallInfo> recall) {

    public CollectionInfo {
        settled = List.copyOf(settled);
        recall = List.copyOf(recall);
    }

    /** Whether some query job has moved everything to this generation, or to a later one. */
    public boolean isSettled(int generation) {
        return generation == 0
                || settled.stream()
                        .anyMatch(info -> info.generation() >= generation && info.complete());
    }
}

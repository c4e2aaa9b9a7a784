package io.nearstream.jobs.standing;

import io.nearstream.core.partition.CellVisits;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.core.standing.StandingCells;
import io.nearstream.core.standing.StandingRules;
import java.io.Serializable;

/**
 * What the shards of a job are made by.
 *
 * @param collection whose records they keep
 * @param shards their keys
 * @param centroids of the cells as they were when the job was made; empty: one cell. What the state
 *     remembers wins
 * @param queriesMax of a shard
 * @param recordsMax of a shard
 * @param differencesPerSecond of a query
 */
record ShardSettings(
        KeptCollection collection,
        ShardKeys shards,
        byte[] centroids,
        int queriesMax,
        int recordsMax,
        int differencesPerSecond)
        implements Serializable {
    /** With these centroids. */
    StandingRules rules(byte[] remembered) {
        VectorSpace space = collection.space();
        StandingCells cells =
                remembered.length == 0
                        ? StandingCells.single()
                        : StandingCells.of(
                                CellVisits.of(
                                        space.metric(),
                                        space.encoding(),
                                        space.dimensions(),
                                        remembered));
        return new StandingRules(space, cells, queriesMax, recordsMax, differencesPerSecond);
    }
}

package io.nearstream.embedded;

import io.nearstream.jobs.common.config.NearstreamOptions;
import io.nearstream.jobs.common.config.StandingOptions;
import io.nearstream.jobs.standing.ShardsOfState;
import java.io.IOException;
import java.util.OptionalInt;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.checkpoint.OperatorState;

/**
 * The number of shards of a job of standing queries that goes on from state: that of the state,
 * which its parallelism says nothing about. Said here, and not by tasks that fail.
 */
final class StandingShards {
    private StandingShards() {}

    /**
     * Takes the number from the state, if it has shards.
     *
     * @param going the options of the job, which are changed
     * @param from the state, for errors
     * @throws IOException when the options do not go with that number
     */
    static void take(StateContent content, Configuration going, String from) throws IOException {
        if (content.standingShards().isEmpty()) {
            return;
        }
        OperatorState operator = content.standingShards().get();
        OptionalInt known = ShardsOfState.read(operator.getOperatorName().orElse(""));
        int given = going.get(StandingOptions.SHARDS);
        int parallelism = going.get(NearstreamOptions.PARALLELISM);
        if (known.isEmpty()) {
            // An earlier build's. It has at least as many as subtasks, and most likely no more.
            if (given == 0 && operator.getParallelism() > parallelism) {
                going.set(StandingOptions.SHARDS, operator.getParallelism());
            }
            return;
        }
        int shards = known.getAsInt();
        if (given != 0 && given != shards) {
            throw new IOException(
                    "'%s' must be 0, or %d as in the state that the job goes on from, %s, but was %d. Leave it out, or start without state ('--from %s')."
                            .formatted(
                                    StandingOptions.SHARDS.key(),
                                    shards,
                                    from,
                                    given,
                                    EarlierRuns.NO_STATE));
        }
        if (parallelism > shards) {
            throw new IOException(
                    "'%s' must be 1 to %d, the shards of the state that the job goes on from, %s, but was %d: some subtasks would have no shard. Give less, or start without state ('--from %s')."
                            .formatted(
                                    NearstreamOptions.PARALLELISM.key(),
                                    shards,
                                    from,
                                    parallelism,
                                    EarlierRuns.NO_STATE));
        }
        going.set(StandingOptions.SHARDS, shards);
    }
}

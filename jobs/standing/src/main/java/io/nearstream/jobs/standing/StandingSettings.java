package io.nearstream.jobs.standing;

import io.nearstream.core.model.Limits;
import io.nearstream.core.partition.CellVisits;
import io.nearstream.jobs.common.config.NearstreamOptions;
import io.nearstream.jobs.common.config.OptionValues;
import io.nearstream.jobs.common.config.StandingOptions;
import io.nearstream.jobs.common.control.CollectionDirectory;
import io.nearstream.jobs.common.control.CollectionState;
import java.util.regex.Pattern;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.ReadableConfig;

/**
 * The options of a standing-query job, checked once, with the collection that they name.
 *
 * @param job its name
 * @param parallelism subtasks of every operator
 * @param maxParallelism key groups; fixed for the life of the state
 * @param limits what is accepted at most
 * @param probesDefault cells that a query visits which does not say how many
 * @param bufferTimeoutMs how long a change waits for a fuller buffer
 * @param shards what they are made by
 */
record StandingSettings(
        String job,
        int parallelism,
        int maxParallelism,
        Limits limits,
        int probesDefault,
        long bufferTimeoutMs,
        ShardSettings shards) {
    private static final Pattern JOB_NAME = Pattern.compile("[a-z0-9-]{1,64}");
    private static final int MAX_PARALLELISM_DEFAULT = 128;
    private static final byte[] ONE_CELL = {};

    /**
     * Reads and checks the options.
     *
     * @param directory has the collections as they stand now
     */
    static StandingSettings of(ReadableConfig config, CollectionDirectory directory) {
        String job = config.get(StandingOptions.JOB);
        if (!JOB_NAME.matcher(job).matches()) {
            throw new IllegalArgumentException(
                    "'%s' must be 1 to 64 characters of [a-z0-9-], but was '%s'."
                            .formatted(StandingOptions.JOB.key(), job));
        }
        int maxParallelism = config.get(PipelineOptions.MAX_PARALLELISM);
        if (maxParallelism < 1) {
            maxParallelism = MAX_PARALLELISM_DEFAULT;
        }
        int parallelism =
                OptionValues.number(config, NearstreamOptions.PARALLELISM, 1, maxParallelism);
        CollectionState collection = collection(config, directory);
        return new StandingSettings(
                job,
                parallelism,
                maxParallelism,
                OptionValues.limits(config),
                OptionValues.number(config, StandingOptions.PROBES, 1, 65_536),
                OptionValues.millis(config, NearstreamOptions.WRITE_BUFFER_TIMEOUT, 0, 1_000),
                new ShardSettings(
                        KeptCollection.of(collection.settings()),
                        new ShardKeys(shards(config, parallelism, maxParallelism), maxParallelism),
                        config.get(StandingOptions.CELLS) == StandingOptions.Cells.ONE
                                ? ONE_CELL
                                : cells(collection),
                        OptionValues.number(config, StandingOptions.QUERIES_MAX, 1, 10_000_000),
                        OptionValues.number(config, StandingOptions.RECORDS_MAX, 1, 100_000_000),
                        OptionValues.number(
                                config, StandingOptions.DIFFERENCES_PER_SECOND, 1, 1_000_000),
                        OptionValues.bytes(
                                config, StandingOptions.WAITING_BYTES, 64 << 10, 1 << 30)));
    }

    private static int shards(ReadableConfig config, int parallelism, int maxParallelism) {
        int shards = OptionValues.number(config, StandingOptions.SHARDS, 0, maxParallelism);
        if (shards > 0 && shards < parallelism) {
            throw new IllegalArgumentException(
                    "'%s' must be 0 or at least '%s', %d, but was %d: some subtasks would have no shard."
                            .formatted(
                                    StandingOptions.SHARDS.key(),
                                    NearstreamOptions.PARALLELISM.key(),
                                    parallelism,
                                    shards));
        }
        return shards == 0 ? parallelism : shards;
    }

    private static CollectionState collection(
            ReadableConfig config, CollectionDirectory directory) {
        String name = OptionValues.required(config, StandingOptions.COLLECTION);
        return directory
                .latest(name)
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "'%s' must name a collection that exists, but '%s' does not. Create it first."
                                                .formatted(
                                                        StandingOptions.COLLECTION.key(), name)));
    }

    private static byte[] cells(CollectionState collection) {
        try {
            return CellVisits.of(collection.newest()).centroids();
        } catch (IllegalArgumentException none) {
            throw new IllegalArgumentException(
                    "Collection '%s' has no learned cells that serve here (yet). Submit the job when it has (it learns them from its first %d vectors), or set '%s' to 'one'."
                            .formatted(
                                    collection.settings().name(),
                                    collection.settings().trainAfter(),
                                    StandingOptions.CELLS.key()),
                    none);
        }
    }
}

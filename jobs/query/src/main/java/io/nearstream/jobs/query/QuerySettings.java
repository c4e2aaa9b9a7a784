package io.nearstream.jobs.query;

import io.nearstream.core.model.Limits;
import io.nearstream.jobs.common.config.NearstreamOptions;
import io.nearstream.jobs.common.config.NearstreamOptions.Routing;
import io.nearstream.jobs.common.config.OptionValues;
import io.nearstream.jobs.query.gauge.GaugeSettings;
import java.util.regex.Pattern;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.ReadableConfig;

/**
 * The options of a query job, checked once.
 *
 * @param job its name
 * @param parallelism subtasks of every operator
 * @param maxParallelism key groups; fixed for the life of the state
 * @param routing how probes find their subtasks
 * @param limits what probes are checked against
 * @param bufferTimeoutMs how long a write waits for a fuller buffer between two tasks
 * @param deadlineDefaultMs deadline of a probe that names none
 * @param strongClockBoundMs how far the brokers' clocks may be apart
 * @param pendingMax probes that a subtask keeps waiting, at most
 * @param blockBytes bytes of a packed block
 * @param tailBytes heap for entries that are not in RocksDB yet
 * @param cacheBytes heap for the rows of buckets that were read last
 * @param probeBucketsMax buckets that a probe may name by hand, times its query vectors
 * @param recordCacheBytes heap for the vectors of the records that were scored last
 * @param answerCacheBytes heap for shares of answers to probes that are asked again; 0 for none
 * @param filterBucketsMax buckets that a filter may make a query vector visit, at most
 * @param movesPerSecond entries that a subtask's older buckets give up in a second, at most
 * @param tombstoneHorizonMs how long a delete is remembered
 * @param directoryPollMs how often operators look for news of collections
 * @param resultPartitions partitions of the results topic
 * @param gauge how recall is gauged
 */
public record QuerySettings(
        String job,
        int parallelism,
        int maxParallelism,
        Routing routing,
        Limits limits,
        long bufferTimeoutMs,
        long deadlineDefaultMs,
        long strongClockBoundMs,
        int pendingMax,
        int blockBytes,
        int tailBytes,
        long cacheBytes,
        long answerCacheBytes,
        int probeBucketsMax,
        long recordCacheBytes,
        int filterBucketsMax,
        int movesPerSecond,
        long tombstoneHorizonMs,
        long directoryPollMs,
        int resultPartitions,
        GaugeSettings gauge) {

    private static final Pattern JOB_NAME = Pattern.compile("[a-z0-9-]{1,64}");
    private static final int MAX_PARALLELISM_DEFAULT = 128;
    private static final long DAY_MS = 86_400_000L;

    /** Reads and checks the options. */
    public static QuerySettings of(ReadableConfig config, int resultPartitions) {
        String job = config.get(NearstreamOptions.QUERY_JOB);
        if (!JOB_NAME.matcher(job).matches()) {
            throw new IllegalArgumentException(
                    "'%s' must be 1 to 64 characters of [a-z0-9-], but was '%s'."
                            .formatted(NearstreamOptions.QUERY_JOB.key(), job));
        }
        int maxParallelism = config.get(PipelineOptions.MAX_PARALLELISM);
        if (maxParallelism < 1) {
            maxParallelism = MAX_PARALLELISM_DEFAULT;
        }
        return new QuerySettings(
                job,
                OptionValues.number(config, NearstreamOptions.PARALLELISM, 1, maxParallelism),
                maxParallelism,
                config.get(NearstreamOptions.ROUTING),
                OptionValues.limits(config),
                OptionValues.millis(config, NearstreamOptions.WRITE_BUFFER_TIMEOUT, 0, 1_000),
                OptionValues.millis(config, NearstreamOptions.DEADLINE_DEFAULT, 1, 60_000),
                OptionValues.millis(config, NearstreamOptions.STRONG_CLOCK_BOUND, 0, 10_000),
                OptionValues.number(config, NearstreamOptions.PENDING_MAX, 1, 1_000_000),
                OptionValues.bytes(config, NearstreamOptions.BLOCK_BYTES, 1 << 10, 4 << 20),
                OptionValues.bytes(config, NearstreamOptions.TAIL_BYTES, 64 << 10, 1 << 30),
                OptionValues.bytes(config, NearstreamOptions.CACHE_BYTES, 0, 1 << 30),
                OptionValues.bytes(config, NearstreamOptions.ANSWER_CACHE_BYTES, 0, 1 << 30),
                OptionValues.number(config, NearstreamOptions.PROBE_BUCKETS_MAX, 1, 1 << 24),
                OptionValues.bytes(config, NearstreamOptions.RECORD_CACHE_BYTES, 0, 1 << 30),
                OptionValues.number(config, NearstreamOptions.FILTER_BUCKETS_MAX, 1, 65_536),
                OptionValues.number(config, NearstreamOptions.MOVES_PER_SECOND, 1, 10_000_000),
                OptionValues.millis(
                        config, NearstreamOptions.TOMBSTONE_HORIZON, 1_000, 3_650 * DAY_MS),
                OptionValues.millis(config, NearstreamOptions.DIRECTORY_POLL, 1, 10_000),
                resultPartitions,
                gauge(config, job));
    }

    private static GaugeSettings gauge(ReadableConfig config, String job) {
        return new GaugeSettings(
                job,
                OptionValues.share(config, NearstreamOptions.RECALL_SHARE),
                OptionValues.number(config, NearstreamOptions.RECALL_RATE, 1, 1_000),
                OptionValues.number(config, NearstreamOptions.RECALL_SLICE, 64, 65_536),
                OptionValues.millis(config, NearstreamOptions.STRONG_CLOCK_BOUND, 0, 10_000),
                OptionValues.millis(config, NearstreamOptions.DIRECTORY_POLL, 1, 10_000));
    }
}

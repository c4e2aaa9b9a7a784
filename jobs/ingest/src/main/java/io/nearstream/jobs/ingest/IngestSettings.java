package io.nearstream.jobs.ingest;

import io.nearstream.core.model.Limits;
import io.nearstream.jobs.common.config.NearstreamOptions;
import io.nearstream.jobs.common.config.OptionValues;
import io.nearstream.jobs.ingest.train.LifeSettings;
import java.io.Serializable;
import java.time.Duration;
import org.apache.flink.configuration.ReadableConfig;

/**
 * What the ingest dataflow is told, checked. Times in milliseconds.
 *
 * @param limits of writes
 * @param tickIdleMs a partition without records for this long gets a tick, 5 to 10,000
 * @param bufferTimeoutMs how long a write waits for a fuller buffer, 0 to 1,000
 * @param progressIntervalMs each sink subtask says how far it is this often at most, 1 to 10,000
 * @param tombstoneHorizonMs how long a delete is remembered, at least 1
 * @param directoryPollMs how often news of collections are looked for, 1 to 10,000
 * @param trainingWaitMs how long late writes wait for the first buckets, 0 to 60,000
 * @param life how often further generations are made
 * @param startedAtSeconds when the job was submitted, seconds since 1970
 */
public record IngestSettings(
        Limits limits,
        long tickIdleMs,
        long bufferTimeoutMs,
        long progressIntervalMs,
        long tombstoneHorizonMs,
        long directoryPollMs,
        long trainingWaitMs,
        LifeSettings life,
        long startedAtSeconds)
        implements Serializable {
    private static final long INTERVAL_MS_MAX = 10_000;
    private static final long TICK_IDLE_MS_MIN = 5;
    private static final long HORIZON_MS_MAX = Duration.ofDays(3_650).toMillis();

    /** The settings in a configuration; a value out of its range is named in the exception. */
    public static IngestSettings read(ReadableConfig config, long startedAtSeconds) {
        return new IngestSettings(
                OptionValues.limits(config),
                OptionValues.millis(
                        config, NearstreamOptions.TICK_IDLE, TICK_IDLE_MS_MIN, INTERVAL_MS_MAX),
                OptionValues.millis(config, NearstreamOptions.WRITE_BUFFER_TIMEOUT, 0, 1_000),
                OptionValues.millis(
                        config, NearstreamOptions.PROGRESS_INTERVAL, 1, INTERVAL_MS_MAX),
                OptionValues.millis(config, NearstreamOptions.TOMBSTONE_HORIZON, 1, HORIZON_MS_MAX),
                OptionValues.millis(config, NearstreamOptions.DIRECTORY_POLL, 1, INTERVAL_MS_MAX),
                OptionValues.millis(
                        config, NearstreamOptions.TRAINING_WAIT, 0, 6 * INTERVAL_MS_MAX),
                new LifeSettings(
                        OptionValues.number(
                                config, NearstreamOptions.LIFE_WRITES_MIN, 100, 1_000_000_000),
                        OptionValues.millis(
                                config,
                                NearstreamOptions.LIFE_INTERVAL,
                                0,
                                INTERVAL_MS_MAX * 8_640),
                        OptionValues.number(config, NearstreamOptions.LIFE_SPLITS_MAX, 0, 65_536)),
                startedAtSeconds);
    }
}

package io.nearstream.jobs.common.kafka;

import io.nearstream.jobs.common.config.NearstreamOptions;
import io.nearstream.jobs.common.config.OptionValues;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ReadableConfig;

/**
 * What the Kafka clients of one subtask may hold, and how long they wait for more.
 *
 * @param fetchBytes that a source asks a broker for at once, of all its partitions
 * @param fetchWaitMs that a broker waits for something to answer a source with
 * @param sinkBytes of records that a sink has and the broker has not taken yet
 */
public record KafkaBuffers(int fetchBytes, int fetchWaitMs, int sinkBytes) {
    /** As the options' defaults. */
    public static final KafkaBuffers DEFAULT = of(new Configuration());

    private static final int FETCH_LEAST = 64 << 10;

    private static final int FETCH_WAIT_LEAST_MS = 10;

    private static final int FETCH_WAIT_MOST_MS = 10_000;

    /** A dead letter of the largest size, and a batch beside it. */
    private static final int SINK_LEAST = 6 << 20;

    private static final int MOST = 1 << 30;

    /** Reads and checks the options. */
    public static KafkaBuffers of(ReadableConfig config) {
        return new KafkaBuffers(
                OptionValues.bytes(config, NearstreamOptions.FETCH_BYTES, FETCH_LEAST, MOST),
                (int)
                        OptionValues.millis(
                                config,
                                NearstreamOptions.FETCH_WAIT,
                                FETCH_WAIT_LEAST_MS,
                                FETCH_WAIT_MOST_MS),
                OptionValues.bytes(config, NearstreamOptions.SINK_BUFFER_BYTES, SINK_LEAST, MOST));
    }
}

package io.nearstream.jobs.common.kafka;

import io.nearstream.jobs.common.wire.RawRecord;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.kafka.clients.consumer.ConsumerConfig;

/** The Kafka sources of both jobs. */
public final class KafkaSources {
    /** Of one partition at once; the largest record of a topic is as large. */
    private static final int PARTITION_BYTES_MAX = 4 << 20;

    private KafkaSources() {}

    /**
     * A source of raw records, from its checkpoint or else from where the initializer says. Where
     * retention has removed what the checkpoint names, it goes on with the oldest record left.
     *
     * @param isolation {@code read_committed} or {@code read_uncommitted}
     * @param buffers limit what is read ahead
     */
    public static KafkaSource<RawRecord> raw(
            String bootstrap,
            String topic,
            String groupId,
            OffsetsInitializer start,
            String isolation,
            KafkaBuffers buffers) {
        int fetch = buffers.fetchBytes();
        return KafkaSource.<RawRecord>builder()
                .setBootstrapServers(bootstrap)
                .setTopics(topic)
                .setGroupId(groupId)
                .setStartingOffsets(new OldestLeft(start))
                .setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation)
                .setProperty(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, "1")
                .setProperty(
                        ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                        Integer.toString(buffers.fetchWaitMs()))
                .setProperty(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "2000")
                .setProperty(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, Integer.toString(fetch))
                .setProperty(
                        ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                        Integer.toString(Math.min(fetch, PARTITION_BYTES_MAX)))
                .setProperty("partition.discovery.interval.ms", "30000")
                .setProperty("commit.offsets.on.checkpoint", "true")
                .setDeserializer(new RawRecordReader())
                .build();
    }
}

package io.nearstream.jobs.common.changes;

import io.nearstream.jobs.common.kafka.KafkaBuffers;
import io.nearstream.jobs.common.kafka.KafkaSources;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.jobs.common.topics.TopicPartitions;
import io.nearstream.jobs.common.topics.TopicsException;
import io.nearstream.jobs.common.wire.RawRecord;
import java.util.List;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The index changes from their beginning, uncommitted: an aborted write is followed by a replay of
 * the same version and content, which readers drop, so they need not wait until the ingest job
 * commits.
 */
public final class ChangesSource {
    private static final String UNCOMMITTED = "read_uncommitted";

    private ChangesSource() {}

    /**
     * Adds it to a job.
     *
     * @param group of the consumers
     * @param uid of the source
     * @throws TopicsException if the topic is missing, or no broker answers
     */
    public static DataStream<RawRecord> read(
            StreamExecutionEnvironment environment,
            String bootstrap,
            String group,
            KafkaBuffers buffers,
            String uid)
            throws InterruptedException {
        // A source subtask without a partition would hold time back.
        int readers =
                Math.min(
                        environment.getParallelism(),
                        TopicPartitions.of(bootstrap, List.of(TopicNames.INDEX_CHANGES))
                                .get(TopicNames.INDEX_CHANGES));
        return environment
                .fromSource(
                        KafkaSources.raw(
                                bootstrap,
                                TopicNames.INDEX_CHANGES,
                                group,
                                OffsetsInitializer.earliest(),
                                UNCOMMITTED,
                                buffers),
                        ProgressWatermarks.strategy(),
                        "Read " + TopicNames.INDEX_CHANGES)
                .uid(uid)
                .setParallelism(readers);
    }
}

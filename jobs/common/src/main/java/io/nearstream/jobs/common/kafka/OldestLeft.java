package io.nearstream.jobs.common.kafka;

import java.util.Collection;
import java.util.Map;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import org.apache.kafka.common.TopicPartition;

/**
 * Where a source begins without state, and that it goes on with the oldest record there is when its
 * state names one that retention has removed. What else a source does then is to go on behind the
 * newest: it would leave out records that wait for it.
 *
 * @param start without state
 */
@SuppressWarnings("deprecation") // of Kafka's strategy, which the connector asks for
record OldestLeft(OffsetsInitializer start) implements OffsetsInitializer {
    private static final long serialVersionUID = 1L;

    @Override
    public Map<TopicPartition, Long> getPartitionOffsets(
            Collection<TopicPartition> partitions, PartitionOffsetsRetriever retriever) {
        return start.getPartitionOffsets(partitions, retriever);
    }

    @Override
    public OffsetResetStrategy getAutoOffsetResetStrategy() {
        return OffsetResetStrategy.EARLIEST;
    }
}

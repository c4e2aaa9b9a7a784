package io.nearstream.jobs.ingest.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.jobs.common.topics.TopicNames;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.internals.AutoOffsetResetStrategy;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class KafkaRetainedWritesTest {
    private static final TopicPartition ONE = new TopicPartition(TopicNames.VECTORS, 0);
    private static final TopicPartition TWO = new TopicPartition(TopicNames.VECTORS, 1);

    private static MockConsumer<byte[], byte[]> consumer(long one, long two) {
        MockConsumer<byte[], byte[]> consumer =
                new MockConsumer<>(AutoOffsetResetStrategy.NONE.name());
        consumer.updatePartitions(
                TopicNames.VECTORS,
                List.of(
                        new PartitionInfo(TopicNames.VECTORS, 0, null, null, null),
                        new PartitionInfo(TopicNames.VECTORS, 1, null, null, null)));
        consumer.updateBeginningOffsets(Map.of(ONE, one, TWO, two));
        consumer.updateEndOffsets(Map.of(ONE, 10L, TWO, 10L));
        return consumer;
    }

    private static ConsumerRecord<byte[], byte[]> record(
            TopicPartition of, long offset, long time) {
        return new ConsumerRecord<>(
                of.topic(),
                of.partition(),
                offset,
                time,
                TimestampType.LOG_APPEND_TIME,
                0,
                0,
                new byte[0],
                new byte[0],
                new RecordHeaders(),
                Optional.empty());
    }

    @Test
    void nothingIsGoneOfPartitionsThatBeginWithTheirFirstWrite() {
        assertThat(new KafkaRetainedWrites(() -> consumer(0, 0)).goneBefore()).isEmpty();
    }

    @Test
    void thePartitionThatLostMostTells() {
        MockConsumer<byte[], byte[]> consumer = consumer(3, 5);
        // What is polled, is assigned first.
        consumer.schedulePollTask(
                () -> {
                    consumer.addRecord(record(ONE, 3, 700));
                    consumer.addRecord(record(ONE, 4, 900));
                });
        consumer.schedulePollTask(() -> consumer.addRecord(record(TWO, 5, 800)));
        assertThat(new KafkaRetainedWrites(() -> consumer).goneBefore())
                .isEqualTo(OptionalLong.of(800));
    }

    @Test
    void ofAPartitionThatLostAllNothingIsKnown() {
        assertThat(new KafkaRetainedWrites(() -> consumer(0, 10)).goneBefore())
                .isEqualTo(OptionalLong.of(Long.MAX_VALUE));
    }
}

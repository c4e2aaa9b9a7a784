package io.nearstream.client;

import io.nearstream.jobs.common.topics.TopicNames;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A topic partition in memory: what its producer sends, its consumer reads. */
final class LoopBroker {
    private final TopicPartition partition;
    final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer()) {
                @Override
                public synchronized Future<RecordMetadata> send(
                        ProducerRecord<byte[], byte[]> record, Callback callback) {
                    if (record.topic().equals(partition.topic())) {
                        append(record.key(), record.value());
                    }
                    Future<RecordMetadata> sent = super.send(record, callback);
                    if (record.topic().equals(TopicNames.PROBES)) {
                        answerer.accept(record.key());
                    }
                    return sent;
                }
            };
    private long end;
    private volatile Consumer<byte[]> answerer = probeId -> {};

    LoopBroker(String topic, int partitionNumber) {
        partition = new TopicPartition(topic, partitionNumber);
        consumer.updateBeginningOffsets(Map.of(partition, 0L));
        consumer.updateEndOffsets(Map.of(partition, 0L));
        consumer.updatePartitions(
                topic,
                List.of(
                        new PartitionInfo(
                                topic, partitionNumber, Node.noNode(), new Node[0], new Node[0])));
    }

    /** What happens to the id of each probe that is sent from now on. */
    void onProbe(Consumer<byte[]> answer) {
        answerer = answer;
    }

    /** Appends behind everything; the consumer must have its assignment. */
    synchronized void append(byte[] key, byte[] value) {
        consumer.addRecord(
                new ConsumerRecord<>(partition.topic(), partition.partition(), end, key, value));
        end++;
        consumer.updateEndOffsets(Map.of(partition, end));
    }
}

package io.nearstream.jobs.common.control;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.internals.AutoOffsetResetStrategy;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/** One partition in memory, and mock consumers of it. Thread-safe. */
final class MemoryTopic {
    private final TopicPartition partition;
    private final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    private int checks;
    private Optional<RuntimeException> failure = Optional.empty();
    private CountDownLatch gate = new CountDownLatch(0);

    MemoryTopic(TopicPartition partition) {
        this.partition = partition;
    }

    synchronized void append(long appendTime, byte[] value) {
        records.add(
                new ConsumerRecord<>(
                        partition.topic(),
                        partition.partition(),
                        records.size(),
                        appendTime,
                        TimestampType.LOG_APPEND_TIME,
                        0,
                        value.length,
                        new byte[0],
                        value,
                        new RecordHeaders(),
                        Optional.empty()));
    }

    /** How often somebody asked for the end. */
    synchronized int checks() {
        return checks;
    }

    /** From now on, who asks for the end gets this. */
    synchronized void fail(RuntimeException error) {
        failure = Optional.of(error);
    }

    /** From now on, who asks for the end is answered when the gate is open. */
    synchronized void hold(CountDownLatch opened) {
        gate = opened;
    }

    private long end() throws InterruptedException {
        CountDownLatch waitFor;
        synchronized (this) {
            checks++;
            waitFor = gate;
        }
        waitFor.await();
        return answer();
    }

    private synchronized long answer() {
        if (failure.isPresent()) {
            throw failure.get();
        }
        return records.size();
    }

    private synchronized List<ConsumerRecord<byte[], byte[]>> from(long offset) {
        return List.copyOf(records.subList((int) offset, records.size()));
    }

    /** A consumer that sees what was appended by the time it polls. */
    Consumer<byte[], byte[]> consumer() {
        return new Reader();
    }

    private final class Reader extends MockConsumer<byte[], byte[]> {
        private Reader() {
            super(AutoOffsetResetStrategy.EARLIEST.name());
            updateBeginningOffsets(Map.of(partition, 0L));
        }

        @Override
        public synchronized ConsumerRecords<byte[], byte[]> poll(java.time.Duration timeout) {
            from(position(partition)).forEach(this::addRecord);
            return super.poll(timeout);
        }

        @Override
        public synchronized Map<TopicPartition, Long> endOffsets(
                java.util.Collection<TopicPartition> partitions) {
            try {
                return Map.of(partition, end());
            } catch (InterruptedException ended) {
                throw new InterruptException(ended);
            }
        }
    }
}

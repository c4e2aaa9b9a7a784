package io.nearstream.bench.keyvalue;

import io.nearstream.client.NearstreamException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import javax.annotation.Nullable;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads what the pass-through job has copied, on a thread of its own, and keeps the number of
 * records under way. One thread sends; begin and end follow each other.
 */
final class Echoes implements AutoCloseable {
    private static final int DIGITS = 3;
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final long JOIN_MS = 10_000;

    /**
     * Records that were sent and came back.
     *
     * @param records how many
     * @param seconds from the first that was sent to the last that came back
     * @param latency of each
     */
    record Pass(long records, double seconds, Latency latency) {
        double perSecond() {
            return records / seconds;
        }
    }

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Thread thread = new Thread(this::work, "bench-echoes");
    private AtomicLongArray sentAt = new AtomicLongArray(0);
    private Histogram nanos = new Histogram(DIGITS);
    private Semaphore free = new Semaphore(0);
    private int inFlight;
    private int back;
    private long lastAt;
    @Nullable private volatile Exception failure;

    Echoes(String bootstrap, String topic) {
        Map<String, Object> settings = new HashMap<>();
        settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 100);
        consumer =
                new KafkaConsumer<>(
                        settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions =
                consumer.partitionsFor(topic).stream()
                        .map(each -> new TopicPartition(topic, each.partition()))
                        .toList();
        consumer.assign(partitions);
        thread.setDaemon(true);
        thread.start();
    }

    /** So many records follow, so many of them under way. */
    synchronized void begin(int records, int underWay) {
        sentAt = new AtomicLongArray(records);
        nanos = new Histogram(DIGITS);
        free = new Semaphore(underWay);
        inFlight = underWay;
        back = 0;
    }

    /** The record is about to be sent, as soon as there is room. */
    void sending(int number) throws InterruptedException {
        acquire(1);
        sentAt.set(number, System.nanoTime());
    }

    /** A record will not come back. */
    void failed(Exception cause) {
        failure = cause;
    }

    /** Waits for all of them. */
    Pass end() throws InterruptedException {
        acquire(inFlight);
        synchronized (this) {
            return new Pass(back, (lastAt - sentAt.get(0)) / 1e9, Latency.of(nanos));
        }
    }

    private void acquire(int permits) throws InterruptedException {
        boolean acquired = free.tryAcquire(permits, PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        Exception cause = failure;
        if (cause != null || !acquired) {
            throw new NearstreamException(
                    "The pass-through job did not copy every record: "
                            + (cause == null ? "nothing came for " + PATIENCE : cause.getMessage()),
                    cause);
        }
    }

    private void work() {
        try {
            while (true) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    came(
                            (int)
                                    ByteBuffer.wrap(record.value())
                                            .order(ByteOrder.LITTLE_ENDIAN)
                                            .getLong());
                }
            }
        } catch (WakeupException closed) {
            consumer.close();
        } catch (KafkaException broken) {
            failed(broken);
            consumer.close();
        }
    }

    private synchronized void came(int number) {
        long now = System.nanoTime();
        nanos.recordValue(Math.max(0, now - sentAt.get(number)));
        lastAt = now;
        back++;
        free.release();
    }

    @Override
    public void close() throws InterruptedException {
        consumer.wakeup();
        thread.join(JOIN_MS);
    }
}

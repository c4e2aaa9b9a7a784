package io.nearstream.embedded;

import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.schemas.StandingDifference;
import io.nearstream.schemas.StandingHit;
import io.nearstream.schemas.StandingKind;
import io.nearstream.schemas.wire.AvroWire;
import io.nearstream.schemas.wire.UndecodableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLongArray;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Differences of standing queries as an uncommitted reader sees them, and when; on a thread of its
 * own. A write is the partition and the offset of its version. Thread-safe.
 */
final class StandingSeen implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(50);
    private static final long QUIET_NANOS = Duration.ofSeconds(2).toNanos();

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final AtomicLongArray counts = new AtomicLongArray(StandingKind.values().length);
    private final Map<Long, Long> firstSeen = new ConcurrentHashMap<>();
    private final Map<String, Set<String>> snapshots = new ConcurrentHashMap<>();
    private final Thread thread = new Thread(this::read, "standing-seen");
    private volatile long lastSeen = System.nanoTime();
    private volatile boolean closing;

    StandingSeen(String bootstrap) {
        consumer =
                new KafkaConsumer<>(
                        Map.of("bootstrap.servers", bootstrap, "fetch.max.wait.ms", "100"),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
        List<TopicPartition> partitions =
                consumer.partitionsFor(TopicNames.STANDING_DIFFERENCES).stream()
                        .map(info -> new TopicPartition(info.topic(), info.partition()))
                        .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        thread.start();
    }

    /** A write. */
    static long key(int partition, long offset) {
        return (long) partition << 48 | offset;
    }

    private void read() {
        AvroWire wire = AvroWire.of(StandingDifference.getClassSchema());
        while (!closing) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                try {
                    take((StandingDifference) wire.decode(record.value()));
                } catch (UndecodableException broken) {
                    throw new IllegalStateException(broken);
                }
            }
        }
        consumer.close();
    }

    private void take(StandingDifference difference) {
        lastSeen = System.nanoTime();
        if (difference.getKind() == StandingKind.CHANGE) {
            long write =
                    key(difference.getCause().getPartition(), difference.getCause().getOffset());
            firstSeen.putIfAbsent(write, lastSeen);
        } else if (difference.getKind() == StandingKind.SNAPSHOT) {
            Set<String> ids = new HashSet<>();
            for (StandingHit hit : difference.getAdded()) {
                ids.add(hit.getId());
            }
            snapshots.put(difference.getSubscriber() + "/" + difference.getId(), ids);
        } else if (difference.getKind() == StandingKind.REFUSED) {
            throw new IllegalStateException(difference.toString());
        }
        counts.incrementAndGet(difference.getKind().ordinal());
    }

    long count(StandingKind kind) {
        return counts.get(kind.ordinal());
    }

    void forget() {
        firstSeen.clear();
    }

    /** Ids of the newest snapshot of a query. */
    Set<String> snapshot(String query) {
        return snapshots.getOrDefault(query, Set.of());
    }

    /** Waits until nothing has come for two seconds. */
    void awaitQuiet(Duration atMost) throws InterruptedException, TimeoutException {
        long start = System.nanoTime();
        while (System.nanoTime() - lastSeen < QUIET_NANOS) {
            if (System.nanoTime() - start > atMost.toNanos()) {
                throw new TimeoutException("Differences still come after " + atMost);
            }
            Thread.sleep(POLL.toMillis());
        }
    }

    /** Milliseconds from sending a write to the first of its differences, in order. */
    List<Double> latencies(Map<Long, Long> sentAt) {
        List<Double> all = new ArrayList<>();
        sentAt.forEach(
                (write, sent) -> {
                    Long seen = firstSeen.get(write);
                    if (seen != null) {
                        all.add((seen - sent) / 1e6);
                    }
                });
        Collections.sort(all);
        return all;
    }

    @Override
    public void close() throws InterruptedException {
        closing = true;
        thread.join();
    }
}

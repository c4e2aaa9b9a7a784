package io.nearstream.client;

import io.nearstream.core.keyvalue.KeyValueEntry;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.jobs.common.wire.KeyValueWire;
import io.nearstream.jobs.common.wire.ProgressClock;
import io.nearstream.schemas.KeyValueChange;
import io.nearstream.schemas.Progress;
import io.nearstream.schemas.wire.AvroWire;
import io.nearstream.schemas.wire.UndecodableException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.annotation.Nullable;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows {@code nearstream.kv-changes.v1}, uncommitted, on a thread of its own, and tells a
 * listener, on that thread. Changes of one key come in order, but after a failure of the ingest job
 * some come again: the version tells.
 */
final class ChangeFeed implements AutoCloseable {
    /** Who is told. */
    interface Listener {
        /** Whether changes of the key are wanted at all; asked before one is decoded. */
        boolean wants(String key);

        /** The state of a key now; its value may turn out not to decompress. */
        void changed(String key, KeyValueEntry entry);

        /** A record of the key says nothing that can be understood, or that it is forgotten. */
        void lost(String key);

        /**
         * All changes up to this append time have been told; {@link ProgressClock#UNKNOWN} at first
         * and while the job repeats itself after a failure.
         */
        void asOf(long time);

        /** All that stood in the topic at the start has been told. */
        void caughtUp();

        /** Nothing will be told any more; null if the feed was closed. */
        void ended(@Nullable NearstreamException failure);
    }

    private static final Logger LOG = LoggerFactory.getLogger(ChangeFeed.class);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final long PARTITIONS_EVERY_NANOS = Duration.ofSeconds(30).toNanos();
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);
    private static final AvroWire CHANGES = AvroWire.of(KeyValueChange.getClassSchema());
    private static final AvroWire PROGRESS = AvroWire.of(Progress.getClassSchema());

    private final Consumer<byte[], byte[]> consumer;
    private final Listener listener;
    private final Map<Integer, FeedClock> clocks = new HashMap<>();
    private final Map<TopicPartition, Long> ends;
    private final Thread reader;
    private long asOf = ProgressClock.UNKNOWN;
    private volatile boolean closing;

    private ChangeFeed(
            Consumer<byte[], byte[]> consumer,
            boolean fromBeginning,
            Listener listener,
            String threadName) {
        this.consumer = consumer;
        this.listener = listener;
        this.ends = assign(consumer, fromBeginning);
        ends.keySet().forEach(partition -> clocks.put(partition.partition(), new FeedClock()));
        this.reader = new Thread(this::read, threadName);
        this.reader.setDaemon(true);
    }

    /**
     * Starts to follow; stands at its start when it returns. The consumer is the feed's from now
     * on.
     *
     * @throws NearstreamException if the topic cannot be read
     */
    static ChangeFeed start(
            Consumer<byte[], byte[]> consumer,
            boolean fromBeginning,
            Listener listener,
            String threadName) {
        try {
            ChangeFeed feed = new ChangeFeed(consumer, fromBeginning, listener, threadName);
            feed.reader.start();
            return feed;
        } catch (KafkaException failure) {
            consumer.close();
            throw failed(failure);
        }
    }

    private static Map<TopicPartition, Long> assign(
            Consumer<byte[], byte[]> consumer, boolean fromBeginning) {
        List<TopicPartition> partitions =
                consumer.partitionsFor(TopicNames.KV_CHANGES).stream()
                        .map(info -> new TopicPartition(info.topic(), info.partition()))
                        .toList();
        consumer.assign(partitions);
        Map<TopicPartition, Long> ends = new HashMap<>(consumer.endOffsets(partitions));
        if (fromBeginning) {
            consumer.seekToBeginning(partitions);
        } else {
            consumer.seekToEnd(partitions);
        }
        partitions.forEach(consumer::position);
        return ends;
    }

    private void read() {
        NearstreamException failure = null;
        try {
            boolean caughtUp = false;
            long lookedAt = System.nanoTime();
            while (!closing) {
                if (System.nanoTime() - lookedAt >= PARTITIONS_EVERY_NANOS) {
                    requireSamePartitions();
                    lookedAt = System.nanoTime();
                }
                if (!caughtUp && hasCaughtUp()) {
                    caughtUp = true;
                    listener.caughtUp();
                }
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    take(record);
                }
                tellTime();
            }
        } catch (WakeupException closed) {
            LOG.debug("The feed of changes was closed.");
        } catch (RuntimeException broken) {
            LOG.error("Following the changes of keys failed; no more of them are seen.", broken);
            failure = failed(broken);
        } catch (Error fatal) {
            failure = failed(fatal);
            throw fatal;
        } finally {
            consumer.close();
            listener.ended(failure);
        }
    }

    /** With more partitions keys have moved, and what this feed says of time would not hold. */
    private void requireSamePartitions() {
        int now = consumer.partitionsFor(TopicNames.KV_CHANGES).size();
        if (now != clocks.size()) {
            throw new IllegalStateException(
                    "it has %d partitions now and had %d at the start; open a new one."
                            .formatted(now, clocks.size()));
        }
    }

    private boolean hasCaughtUp() {
        ends.entrySet().removeIf(end -> consumer.position(end.getKey()) >= end.getValue());
        return ends.isEmpty();
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        if (record.key() == null) {
            LOG.warn("Ignored {}: it has no key.", place(record));
        } else if (KeyValueWire.isProgress(record.key())) {
            takeProgress(record);
        } else {
            String key = new String(record.key(), StandardCharsets.UTF_8);
            if (listener.wants(key)) {
                takeChange(key, record);
            }
        }
    }

    private void takeProgress(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            return;
        }
        try {
            Progress progress = (Progress) PROGRESS.decode(record.value());
            if (clocks.get(record.partition()).observe(progress)) {
                // At once: what stands behind this record may be a repeat of something older.
                tellTime();
            }
        } catch (UndecodableException broken) {
            LOG.warn("Ignored {}: {}", place(record), broken.getMessage());
        }
    }

    private void takeChange(String key, ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            listener.lost(key);
            return;
        }
        KeyValueEntry entry;
        try {
            entry = KeyValueWire.entry((KeyValueChange) CHANGES.decode(record.value()));
        } catch (UndecodableException | IllegalArgumentException broken) {
            LOG.warn("Cannot take {}: {}", place(record), broken.getMessage());
            listener.lost(key);
            return;
        }
        listener.changed(key, entry);
    }

    private void tellTime() {
        long time =
                clocks.values().stream()
                        .mapToLong(FeedClock::time)
                        .min()
                        .orElse(ProgressClock.UNKNOWN);
        if (time != asOf) {
            asOf = time;
            listener.asOf(time);
        }
    }

    private static String place(ConsumerRecord<byte[], byte[]> record) {
        return record.topic() + "/" + record.partition() + "/" + record.offset();
    }

    private static NearstreamException failed(Throwable cause) {
        return new NearstreamException(
                "Could not follow %s: %s".formatted(TopicNames.KV_CHANGES, cause.getMessage()),
                cause);
    }

    /** Ends the thread. */
    @Override
    public void close() {
        closing = true;
        consumer.wakeup();
        if (Thread.currentThread() == reader) {
            return; // A listener that closes; the thread ends when it returns.
        }
        try {
            reader.join(CLOSE_TIMEOUT.toMillis());
        } catch (InterruptedException interrupted) {
            throw Calls.interrupted("closing", interrupted);
        }
    }
}

package io.nearstream.jobs.common.control;

import io.nearstream.jobs.common.topics.TopicNames;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The directory as the jobs use it: over Kafka. A handle is used by one task thread.
 *
 * <p>A check with the broker covers every append time up to the moment at which it was asked for,
 * by this machine's clock: under load one check serves all records that were fetched before it. A
 * clock that runs behind the broker's only makes checks more frequent. One that runs ahead might
 * miss a collection created a moment ago, so that there is none is never said by the clock. It
 * might miss a drop, too, for as long as it is ahead. Handles share checks.
 */
public final class KafkaCollectionDirectory implements CollectionDirectory {
    private final ControlFeed feed;
    private final Clock clock;
    private final long openedAtOffset;

    /** Covered by a check, by this machine's clock. */
    private long checkedTo = Long.MIN_VALUE;

    /** Covered by a check that began after a record of this append time had been read. */
    private long provenTo = Long.MIN_VALUE;

    KafkaCollectionDirectory(ControlFeed feed, Clock clock) throws InterruptedException {
        this.feed = feed;
        this.clock = clock;
        feed.readToEnd();
        openedAtOffset = feed.endOffset();
    }

    /** Opens handles on the collections topic of this broker. */
    public static Provider provider(String bootstrap) {
        return () -> open(bootstrap, Clock.systemUTC());
    }

    private static CollectionDirectory open(String bootstrap, Clock clock)
            throws InterruptedException {
        TopicPartition partition = new TopicPartition(TopicNames.COLLECTIONS, 0);
        ControlFeed feed =
                ControlFeed.acquire(bootstrap, partition, KafkaCollectionDirectory::consumer);
        try {
            return new KafkaCollectionDirectory(feed, clock);
        } catch (RuntimeException | InterruptedException failed) {
            feed.release();
            throw failed;
        }
    }

    static Consumer<byte[], byte[]> consumer(String bootstrap) {
        Properties properties = new Properties();
        properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        return new KafkaConsumer<>(
                properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    public Optional<CollectionState> at(String name, long appendTime) throws InterruptedException {
        if (appendTime > checkedTo) {
            long asked = clock.millis();
            if (feed.readPast(appendTime, asked)) {
                // Append times have whole milliseconds: this one may still see another record.
                provenTo = Math.max(provenTo, appendTime - 1);
                checkedTo = Math.max(appendTime, asked) - 1;
            }
        }
        Optional<CollectionState> known = feed.at(name, appendTime);
        if (known.isPresent() || appendTime <= provenTo) {
            return known;
        }
        feed.readToEnd();
        provenTo = appendTime - 1;
        return feed.at(name, appendTime);
    }

    @Override
    public Optional<CollectionState> latest(String name) {
        return feed.at(name, Long.MAX_VALUE);
    }

    @Override
    public Optional<CollectionState> byUid(long uid) throws InterruptedException {
        Optional<CollectionState> known = feed.byUid(uid);
        if (known.isPresent()) {
            return known;
        }
        feed.readToEnd();
        return feed.byUid(uid);
    }

    @Override
    public Optional<CollectionState> withGeneration(long uid, int generation)
            throws InterruptedException {
        Optional<CollectionState> known = feed.byUid(uid);
        if (known.isPresent() && known.get().newest().number() >= generation) {
            return known;
        }
        feed.readToEnd();
        return feed.byUid(uid);
    }

    @Override
    public Optional<CollectionState> awaitGeneration(long uid, int generation, Duration atMost)
            throws InterruptedException {
        return feed.await(uid, generation, atMost);
    }

    @Override
    public Collection<CollectionState> all() {
        return feed.all();
    }

    @Override
    public long revision() {
        return feed.revision();
    }

    @Override
    public int settledGeneration(long uid, String job) {
        return feed.settledGeneration(uid, job, openedAtOffset);
    }

    @Override
    public double recallCorrection(long uid, String job, int generation) {
        return feed.recallCorrection(uid, job, generation);
    }

    @Override
    public void close() {
        feed.release();
    }
}

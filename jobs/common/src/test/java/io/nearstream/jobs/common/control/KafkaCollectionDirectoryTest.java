package io.nearstream.jobs.common.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.schemas.wire.AvroWire;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30) // a lost wake-up would wait for ever
class KafkaCollectionDirectoryTest {
    private static final TopicPartition PARTITION = new TopicPartition("collections", 0);
    private static final CollectionSettings PLACES =
            CollectionSettings.learned("places", 1, 2, Metric.L2, Encoding.UINT8);
    private static final AtomicLong FEEDS = new AtomicLong();

    private final MemoryTopic topic = new MemoryTopic(PARTITION);
    private final ControlFeed feed =
            ControlFeed.acquire(
                    "feed-" + FEEDS.incrementAndGet(), PARTITION, name -> topic.consumer());

    @AfterEach
    void release() {
        feed.release();
    }

    private KafkaCollectionDirectory directory(long now) throws InterruptedException {
        return new KafkaCollectionDirectory(
                feed, Clock.fixed(Instant.ofEpochMilli(now), ZoneOffset.UTC));
    }

    private void append(long appendTime, SpecificRecordBase record) {
        topic.append(appendTime, AvroWire.encode(record));
    }

    private void create(long appendTime) {
        append(appendTime, ControlRecords.descriptor(PLACES, false));
    }

    @Test
    void handleIsOpenedOnceTheTopicIsRead() throws Exception {
        create(10);
        assertThat(directory(0).all()).extracting(CollectionState::uid).containsExactly(1L);
    }

    /** A write sent right after the creation must not be refused as unknown. */
    @Test
    void collectionCreatedLaterIsSeenByWhoAsksForALaterTime() throws Exception {
        KafkaCollectionDirectory directory = directory(0);
        assertThat(directory.at("places", 5)).isEmpty();
        create(10);
        assertThat(directory.at("places", 11)).isPresent();
        assertThat(directory.at("places", 9)).isEmpty();
    }

    /** A clock that runs ahead of the broker's covers times of which nothing was read. */
    @Test
    void thatThereIsNoneIsNeverSaidByTheClock() throws Exception {
        KafkaCollectionDirectory directory = directory(1_000_000);
        assertThat(directory.at("places", 5)).isEmpty();
        create(10);
        assertThat(directory.at("places", 11)).isPresent();
    }

    /**
     * Whoever follows revisions takes up at the next one what is new. With news of the old revision
     * a bucket subtask answered by a generation whose split cells it did not visit.
     */
    @Test
    void newsAreOfANewRevision() throws Exception {
        KafkaCollectionDirectory directory = directory(0);
        for (int i = 1; i <= 1_000; i++) {
            String name = "news-" + i;
            long before = directory.revision();
            append(
                    10 + i,
                    ControlRecords.descriptor(
                            CollectionSettings.learned(name, i, 2, Metric.L2, Encoding.UINT8),
                            false));
            while (directory.latest(name).isEmpty()) {
                Thread.onSpinWait();
            }
            assertThat(directory.revision()).as(name).isGreaterThan(before);
        }
    }

    @Test
    void dropIsSeenByWhoAsksForALaterTime() throws Exception {
        create(10);
        KafkaCollectionDirectory directory = directory(0);
        assertThat(directory.at("places", 20)).isPresent();
        append(30, ControlRecords.descriptor(PLACES, true));
        assertThat(directory.at("places", 31)).isEmpty();
        assertThat(directory.at("places", 29)).isPresent();
    }

    @Test
    void oneCheckServesAllThatWasWrittenBeforeIt() throws Exception {
        create(10);
        KafkaCollectionDirectory directory = directory(1_000);
        directory.at("places", 100);
        int checks = topic.checks();
        for (int time = 100; time < 999; time++) {
            assertThat(directory.at("places", time)).isPresent();
        }
        assertThat(topic.checks()).isEqualTo(checks);
        directory.at("places", 1_000);
        assertThat(topic.checks()).isGreaterThan(checks);
    }

    @Test
    void aCheckOfAnotherHandleServes() throws Exception {
        create(10);
        KafkaCollectionDirectory other = directory(1_000);
        KafkaCollectionDirectory directory = directory(1_001);
        other.at("places", 100);
        int checks = topic.checks();
        assertThat(directory.at("places", 999)).isPresent();
        assertThat(topic.checks()).isEqualTo(checks);
        append(1_000, ControlRecords.descriptor(PLACES, true));
        assertThat(directory.at("places", 1_000)).as("the check's own millisecond").isEmpty();
        assertThat(topic.checks()).isGreaterThan(checks);
        create(1_010);
        assertThat(other.at("places", 1_011)).isPresent();
    }

    @Test
    void aCheckUnderWayServesWhoAsksForLess() throws Exception {
        create(10);
        KafkaCollectionDirectory one = directory(1_000);
        KafkaCollectionDirectory other = directory(1_000);
        int checks = topic.checks();
        CountDownLatch gate = new CountDownLatch(1);
        topic.hold(gate);
        FutureTask<Optional<CollectionState>> asking =
                new FutureTask<>(() -> one.at("places", 900));
        new Thread(asking).start();
        await(() -> topic.checks() == checks + 1);
        FutureTask<Optional<CollectionState>> joining =
                new FutureTask<>(() -> other.at("places", 999));
        Thread second = new Thread(joining);
        second.start();
        await(() -> second.getState() == Thread.State.WAITING);
        assertThat(joining.isDone()).isFalse();
        gate.countDown();
        assertThat(asking.get()).isPresent();
        assertThat(joining.get()).isPresent();
        assertThat(topic.checks()).isEqualTo(checks + 1);
    }

    private static void await(BooleanSupplier fact) {
        while (!fact.getAsBoolean()) {
            Thread.onSpinWait();
        }
    }

    /** Else nobody would look before real time has caught up. */
    @Test
    void aClockThatWasSetBackServesNobodyElse() throws Exception {
        create(10);
        directory(1_000_000).at("places", 20);
        KafkaCollectionDirectory directory = directory(40);
        append(30, ControlRecords.descriptor(PLACES, true));
        assertThat(directory.at("places", 31)).isEmpty();
    }

    /** That there is none is said only by a check of one's own, whoever asked before. */
    @Test
    void anotherHandlesCheckDoesNotSayThatThereIsNone() throws Exception {
        KafkaCollectionDirectory ahead = directory(1_000_000);
        KafkaCollectionDirectory directory = directory(1_000_000);
        assertThat(ahead.at("places", 5)).isEmpty();
        create(10);
        assertThat(directory.at("places", 11)).isPresent();
    }

    @Test
    void unknownUidsAndGenerationsAreLookedForFirst() throws Exception {
        KafkaCollectionDirectory directory = directory(0);
        assertThat(directory.byUid(1)).isEmpty();
        create(10);
        assertThat(directory.byUid(1)).isPresent();
        int checks = topic.checks();
        assertThat(directory.withGeneration(1, 0)).isPresent();
        assertThat(topic.checks()).isEqualTo(checks);
        Optional<CollectionState> missing = directory.withGeneration(1, 1);
        assertThat(missing.orElseThrow().newest().number()).isZero();
        assertThat(topic.checks()).isGreaterThan(checks);
    }

    @Test
    void announcementsFromBeforeTheHandleWasOpenedDoNotCount() throws Exception {
        create(10);
        settle();
        KafkaCollectionDirectory directory = directory(0);
        assertThat(directory.settledGeneration(1, "query")).isZero();
        settle();
        directory.byUid(99); // reads to the end
        assertThat(directory.settledGeneration(1, "query")).isEqualTo(1);
    }

    private void settle() {
        append(
                20,
                io.nearstream.schemas.Settled.newBuilder()
                        .setJob("query")
                        .setCollection("places")
                        .setCollectionUid(1)
                        .setGeneration(1)
                        .setSubtask(0)
                        .setOf(1)
                        .build());
    }

    @Test
    void revisionGrowsWithEveryRecord() throws Exception {
        KafkaCollectionDirectory directory = directory(0);
        long before = directory.revision();
        create(10);
        directory.at("places", 11);
        assertThat(directory.revision()).isGreaterThan(before);
    }

    @Test
    void failureOfTheFeedReachesWhoWaits() throws Exception {
        KafkaCollectionDirectory directory = directory(0);
        topic.fail(new IllegalStateException("the broker is gone"));
        assertThatThrownBy(() -> directory.at("places", 11)).hasMessage("the broker is gone");
    }
}

package io.nearstream.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.core.model.LabelFilter;
import io.nearstream.core.model.Version;
import io.nearstream.core.standing.Difference;
import io.nearstream.core.standing.Difference.Kind;
import io.nearstream.core.standing.QueryName;
import io.nearstream.core.standing.StandingQuery;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.jobs.common.wire.StandingWire;
import io.nearstream.schemas.StandingRegistration;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a watch tells and asks for, over topics in memory. */
@Timeout(60)
class StandingWatchTest {
    private static final QueryName QUERY = new QueryName("me", "q");
    private static final long HOUR_MS = 3_600_000;

    /** Closes, but not in order where it is told so. */
    private static final class Topics extends MockConsumer<byte[], byte[]> {
        private volatile boolean breaks;

        Topics() {
            super("earliest");
        }

        @Override
        public synchronized void close() {
            super.close();
            if (breaks) {
                throw new KafkaException("not in order");
            }
        }
    }

    private final Topics consumer = new Topics();
    private final Map<TopicPartition, Long> ends = new HashMap<>();
    private final AtomicLong now = new AtomicLong(1_000);
    private final BlockingQueue<StandingUpdate> told = new LinkedBlockingQueue<>();
    private final BlockingQueue<StandingRegistration> asked = new LinkedBlockingQueue<>();
    private final BlockingQueue<Integer> turns = new LinkedBlockingQueue<>();

    StandingWatchTest() {
        for (String topic : List.of(TopicNames.STANDING_QUERIES, TopicNames.STANDING_DIFFERENCES)) {
            TopicPartition partition = new TopicPartition(topic, 0);
            ends.put(partition, 0L);
            consumer.updateBeginningOffsets(Map.of(partition, 0L));
            consumer.updateEndOffsets(Map.of(partition, 0L));
            consumer.updatePartitions(
                    topic,
                    List.of(new PartitionInfo(topic, 0, Node.noNode(), new Node[0], new Node[0])));
        }
    }

    private StandingWatch watch(StandingWatchOptions options) {
        return watch(options, told::add);
    }

    private StandingWatch watch(StandingWatchOptions options, Consumer<StandingUpdate> listener) {
        InstantSource clock = () -> Instant.ofEpochMilli(now.get());
        return StandingWatch.start(
                options.withClock(clock.withZone(ZoneOffset.UTC)),
                listener,
                consumer,
                registrations -> {
                    asked.addAll(registrations);
                    turns.add(registrations.size()); // last: whoever sees it sees the others
                },
                () -> {});
    }

    /** A second later, behind a turn of the upkeep that saw it. */
    private void aTurnLater() throws InterruptedException {
        now.addAndGet(1_000);
        for (int i = 0; i < 2; i++) {
            tell(QUERY, new Version(0, 0, 0), 0, Kind.REFUSED); // of no registration
            assertThat(next().difference().kind()).isEqualTo(Kind.REFUSED);
        }
    }

    /** Appends behind everything; the consumer must have its assignment, or it comes with it. */
    private Version append(String topic, byte[] key, byte[] value) {
        TopicPartition partition = new TopicPartition(topic, 0);
        long offset = ends.merge(partition, 1L, Long::sum) - 1;
        long time = now.get();
        consumer.updateEndOffsets(Map.of(partition, offset + 1));
        consumer.schedulePollTask(
                () ->
                        consumer.addRecord(
                                new ConsumerRecord<>(
                                        topic,
                                        0,
                                        offset,
                                        time,
                                        TimestampType.LOG_APPEND_TIME,
                                        0,
                                        0,
                                        key,
                                        value,
                                        new RecordHeaders(),
                                        Optional.empty())));
        return new Version(time, 0, offset);
    }

    private Version register(QueryName name, long leaseMs) {
        StandingQuery query =
                new StandingQuery(
                        new byte[] {1, 2},
                        3,
                        Double.POSITIVE_INFINITY,
                        LabelFilter.NONE,
                        StandingQuery.ALL_CELLS);
        return append(
                TopicNames.STANDING_QUERIES,
                StandingWire.key(name),
                StandingWire.encode(name, "c", query, leaseMs, false));
    }

    private void tell(QueryName name, Version registered, long sequence, Kind kind, String... ids) {
        List<Difference.Hit> hits =
                IntStream.range(0, ids.length)
                        .mapToObj(i -> new Difference.Hit(ids[i], i, registered, i))
                        .toList();
        Difference difference =
                new Difference(
                        name,
                        registered,
                        sequence,
                        kind,
                        new Version(now.get(), 0, 0),
                        List.of(),
                        hits,
                        kind == Kind.REFUSED ? "BAD_K" : "",
                        "",
                        now.get() + HOUR_MS);
        append(
                TopicNames.STANDING_DIFFERENCES,
                StandingWire.subscriberKey(name.subscriber()),
                StandingWire.encode(difference, 7));
    }

    private StandingUpdate next() throws InterruptedException {
        StandingUpdate update = told.poll(30, TimeUnit.SECONDS);
        assertThat(update).as("an update is told").isNotNull();
        return update;
    }

    private StandingRegistration nextAsked() throws InterruptedException {
        StandingRegistration question = asked.poll(30, TimeUnit.SECONDS);
        assertThat(question).as("a registration is appended").isNotNull();
        return question;
    }

    @Test
    void aWatchBeginsWithASnapshotOfWhatStandsForTheRestOfItsLease() throws Exception {
        Version stamp = register(QUERY, HOUR_MS);
        register(new QueryName("other", "q"), HOUR_MS);
        register(new QueryName("me", "over"), 1);
        now.addAndGet(10_000);
        try (StandingWatch watch = watch(StandingWatchOptions.of("me"))) {
            StandingRegistration question = nextAsked();
            assertThat(question.getId()).isEqualTo("q");
            assertThat(question.getSnapshot()).isTrue();
            assertThat(question.getLeaseMs()).isEqualTo(HOUR_MS - 10_000);
            assertThat(question.getCollection()).isEqualTo("c");

            tell(new QueryName("other", "q"), stamp, 1, Kind.SNAPSHOT, "x");
            tell(QUERY, stamp, 4, Kind.SNAPSHOT, "a", "b");
            assertThat(next().answer().hits()).hasSize(2);
            assertThat(watch.answer(QUERY)).isPresent();
            assertThat(watch.answers()).hasSize(1);
            aTurnLater();
            assertThat(asked).as("it is known").isEmpty();
        }
    }

    @Test
    void aStepBackIsToldAndAskedAboutOnceAndAgainLater() throws Exception {
        Version stamp = register(QUERY, HOUR_MS);
        try (StandingWatch watch = watch(StandingWatchOptions.of("me"))) {
            nextAsked();
            tell(QUERY, stamp, 1, Kind.SNAPSHOT, "a");
            tell(QUERY, stamp, 2, Kind.RENEWED);
            assertThat(next().answer().status()).isEqualTo(StandingAnswer.Status.CURRENT);
            assertThat(next().answer().status()).isEqualTo(StandingAnswer.Status.CURRENT);
            tell(QUERY, stamp, 2, Kind.RENEWED);
            assertThat(next().answer().status()).isEqualTo(StandingAnswer.Status.UNKNOWN);
            now.addAndGet(Asks.WAIT_MS_MAX);
            assertThat(nextAsked().getSnapshot()).isTrue();
            now.addAndGet(Asks.WAIT_MS_MAX);
            assertThat(nextAsked().getSnapshot()).isTrue();
            assertThat(watch.ended()).isNotDone();
        }
    }

    @Test
    void whatWasRefusedIsNotAskedForAgain() throws Exception {
        Version refused = register(QUERY, HOUR_MS);
        try (StandingWatch watch = watch(StandingWatchOptions.of("me"))) {
            nextAsked();
            tell(QUERY, refused, 0, Kind.REFUSED);
            assertThat(next().difference().reason()).isEqualTo("BAD_K");
            now.addAndGet(Asks.FIRST_WAIT_MS);
            tell(QUERY, refused, 0, Kind.REFUSED);
            next();
            tell(QUERY, refused, 0, Kind.REFUSED); // behind a turn of the upkeep
            next();
            assertThat(asked).isEmpty();
            assertThat(watch.answers()).isEmpty();
        }
    }

    @Test
    void leasesAreRenewedWhereThatIsWanted() throws Exception {
        Version stamp = register(QUERY, 8_000);
        Duration lease = Duration.ofSeconds(10);
        try (StandingWatch watch = watch(StandingWatchOptions.of("me").withRenewal(lease))) {
            assertThat(nextAsked().getLeaseMs()).as("a snapshot").isEqualTo(8_000);
            tell(QUERY, stamp, 1, Kind.SNAPSHOT, "a");
            next();
            now.addAndGet(4_000);
            StandingRegistration renewal = nextAsked();
            assertThat(renewal.getLeaseMs()).isEqualTo(lease.toMillis());
            assertThat(renewal.getSnapshot()).isFalse();
            aTurnLater();
            assertThat(asked).as("it may be on its way").isEmpty();
            now.addAndGet(1_000);
            assertThat(nextAsked().getLeaseMs()).as("not seen").isEqualTo(lease.toMillis());
            register(QUERY, lease.toMillis());
            aTurnLater();
            aTurnLater();
            aTurnLater();
            assertThat(asked).as("it was renewed").isEmpty();
            assertThat(watch.ended()).isNotDone();
        }
    }

    /** Else a long backlog of differences outlasts the leases. */
    @Test
    void leasesAreRenewedBeforeAllDifferencesAreRead() throws Exception {
        register(QUERY, 8_000);
        consumer.updateEndOffsets(
                Map.of(new TopicPartition(TopicNames.STANDING_DIFFERENCES, 0), 1L));
        StandingWatchOptions options =
                StandingWatchOptions.of("me").fromBeginning().withRenewal(Duration.ofSeconds(20));
        try (StandingWatch watch = watch(options)) {
            StandingRegistration renewal = nextAsked();
            assertThat(renewal.getLeaseMs()).isEqualTo(20_000);
            assertThat(renewal.getSnapshot()).as("its answer may be on its way").isFalse();
            assertThat(watch.caughtUp()).isNotDone();
            assertThat(watch.registered().get(30, TimeUnit.SECONDS))
                    .extracting(each -> each.registration().getId())
                    .containsExactly("q");
        }
    }

    @Test
    void questionsForVeryManyAreSpreadOverTurns() throws Exception {
        int queries = StandingUpkeep.TURN_MAX + 3;
        for (int i = 0; i < queries; i++) {
            register(new QueryName("me", "q" + i), HOUR_MS);
        }
        try (StandingWatch watch = watch(StandingWatchOptions.of("me"))) {
            assertThat(turns.poll(30, TimeUnit.SECONDS)).isEqualTo(StandingUpkeep.TURN_MAX);
            now.addAndGet(1_000);
            assertThat(turns.poll(30, TimeUnit.SECONDS)).as("the others").isEqualTo(3);
            assertThat(asked.stream().map(StandingRegistration::getId).distinct()).hasSize(queries);
            assertThat(watch.ended()).isNotDone();
        }
    }

    @Test
    void ofOneQueryNothingIsAskedOrToldThatIsOfOthers() throws Exception {
        QueryName other = new QueryName("me", "other");
        Version of = register(other, HOUR_MS);
        Version stamp = register(QUERY, HOUR_MS);
        try (StandingWatch watch = watch(StandingWatchOptions.of("me").withOnly("q"))) {
            assertThat(nextAsked().getId()).isEqualTo("q");
            tell(other, of, 1, Kind.SNAPSHOT, "a");
            tell(QUERY, stamp, 1, Kind.SNAPSHOT, "b");
            assertThat(next().answer().query()).isEqualTo(QUERY);
            aTurnLater();
            assertThat(asked).isEmpty();
            assertThat(watch.answer(other)).isEmpty();
        }
    }

    @Test
    void endsAreToldAndForgotten() throws Exception {
        try (StandingWatch watch = watch(StandingWatchOptions.of("me").fromBeginning())) {
            watch.caughtUp().get(30, TimeUnit.SECONDS);
            Version stamp = register(QUERY, HOUR_MS);
            tell(QUERY, stamp, 1, Kind.SNAPSHOT, "a");
            append(TopicNames.STANDING_QUERIES, StandingWire.key(QUERY), null);
            tell(QUERY, stamp, 2, Kind.ENDED);
            assertThat(next().answer().status()).isEqualTo(StandingAnswer.Status.CURRENT);
            assertThat(next().answer().status()).isEqualTo(StandingAnswer.Status.ENDED);
            assertThat(watch.answers()).isEmpty();
            aTurnLater();
            assertThat(asked).as("it is over").isEmpty();
        }
    }

    @Test
    void aListenerThatThrowsEndsTheWatch() throws Exception {
        try (StandingWatch watch =
                watch(
                        StandingWatchOptions.of("me"),
                        update -> {
                            throw new IllegalStateException("enough");
                        })) {
            tell(QUERY, Version.NONE, 1, Kind.SNAPSHOT);
            assertThatThrownBy(() -> watch.ended().get(30, TimeUnit.SECONDS))
                    .hasMessageContaining("enough");
        }
    }

    /** Else whoever waits for its end waits for ever. */
    @Test
    void aWatchEndsThoughItsConsumerIsNotClosedInOrder() throws Exception {
        consumer.breaks = true;
        try (StandingWatch watch = watch(StandingWatchOptions.of("me"))) {
            watch.caughtUp().get(30, TimeUnit.SECONDS);
            watch.close();
            watch.ended().get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void optionsAreChecked() {
        assertThatThrownBy(() -> StandingWatchOptions.of("a b"))
                .hasMessageContaining("subscriber must be 1 to 128 characters");
        assertThatThrownBy(() -> StandingWatchOptions.of("a").withRenewal(Duration.ofDays(8)))
                .hasMessageContaining("renewal must be between PT10S and PT168H, but was PT192H");
    }
}

package io.nearstream.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.core.model.Version;
import io.nearstream.core.standing.Difference.Kind;
import io.nearstream.core.standing.QueryName;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.jobs.common.wire.StandingWire;
import io.nearstream.schemas.StandingRegistration;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a watch tells and asks for, over topics in memory. */
@Timeout(60)
class StandingWatchTest {
    private static final QueryName QUERY = new QueryName("me", "q");
    private static final long HOUR_MS = WatchedTopics.HOUR_MS;

    private final AtomicLong now = new AtomicLong(1_000);
    private final WatchedTopics topics = new WatchedTopics(now);
    private final BlockingQueue<StandingUpdate> told = new LinkedBlockingQueue<>();
    private final BlockingQueue<StandingRegistration> asked = new LinkedBlockingQueue<>();
    private final BlockingQueue<Integer> turns = new LinkedBlockingQueue<>();

    private StandingWatch watch(StandingWatchOptions options) {
        return watch(options, told::add);
    }

    private StandingWatch watch(StandingWatchOptions options, Consumer<StandingUpdate> listener) {
        InstantSource clock = () -> Instant.ofEpochMilli(now.get());
        return StandingWatch.start(
                options.withClock(clock.withZone(ZoneOffset.UTC)),
                listener,
                topics,
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
            topics.tell(QUERY, new Version(0, 0, 0), 0, Kind.REFUSED); // of no registration
            assertThat(next().difference().kind()).isEqualTo(Kind.REFUSED);
        }
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
        Version stamp = topics.register(QUERY, HOUR_MS);
        topics.register(new QueryName("other", "q"), HOUR_MS);
        topics.register(new QueryName("me", "over"), 1);
        now.addAndGet(10_000);
        try (StandingWatch watch = watch(StandingWatchOptions.of("me"))) {
            StandingRegistration question = nextAsked();
            assertThat(question.getId()).isEqualTo("q");
            assertThat(question.getSnapshot()).isTrue();
            assertThat(question.getLeaseMs()).isEqualTo(HOUR_MS - 10_000);
            assertThat(question.getCollection()).isEqualTo("c");

            topics.tell(new QueryName("other", "q"), stamp, 1, Kind.SNAPSHOT, "x");
            topics.tell(QUERY, stamp, 4, Kind.SNAPSHOT, "a", "b");
            assertThat(next().answer().hits()).hasSize(2);
            assertThat(watch.answer(QUERY)).isPresent();
            assertThat(watch.answers()).hasSize(1);
            aTurnLater();
            assertThat(asked).as("it is known").isEmpty();
        }
    }

    @Test
    void aStepBackIsToldAndAskedAboutOnceAndAgainLater() throws Exception {
        Version stamp = topics.register(QUERY, HOUR_MS);
        try (StandingWatch watch = watch(StandingWatchOptions.of("me"))) {
            nextAsked();
            topics.tell(QUERY, stamp, 1, Kind.SNAPSHOT, "a");
            topics.tell(QUERY, stamp, 2, Kind.RENEWED);
            assertThat(next().answer().status()).isEqualTo(StandingAnswer.Status.CURRENT);
            assertThat(next().answer().status()).isEqualTo(StandingAnswer.Status.CURRENT);
            topics.tell(QUERY, stamp, 2, Kind.RENEWED);
            assertThat(next().answer().status()).isEqualTo(StandingAnswer.Status.UNKNOWN);
            now.addAndGet(Asks.WAIT_MS_MAX);
            assertThat(nextAsked().getSnapshot()).isTrue();
            now.addAndGet(Asks.WAIT_MS_MAX);
            assertThat(nextAsked().getSnapshot()).isTrue();
            assertThat(watch.ended()).isNotDone();
        }
    }

    @Test
    void leasesAreRenewedWhereThatIsWanted() throws Exception {
        Version stamp = topics.register(QUERY, 8_000);
        Duration lease = Duration.ofSeconds(10);
        try (StandingWatch watch = watch(StandingWatchOptions.of("me").withRenewal(lease))) {
            assertThat(nextAsked().getLeaseMs()).as("a snapshot").isEqualTo(8_000);
            topics.tell(QUERY, stamp, 1, Kind.SNAPSHOT, "a");
            next();
            now.addAndGet(4_000);
            StandingRegistration renewal = nextAsked();
            assertThat(renewal.getLeaseMs()).isEqualTo(lease.toMillis());
            assertThat(renewal.getSnapshot()).isFalse();
            aTurnLater();
            assertThat(asked).as("it may be on its way").isEmpty();
            now.addAndGet(1_000);
            assertThat(nextAsked().getLeaseMs()).as("not seen").isEqualTo(lease.toMillis());
            topics.register(QUERY, lease.toMillis());
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
        topics.register(QUERY, 8_000);
        topics.updateEndOffsets(Map.of(new TopicPartition(TopicNames.STANDING_DIFFERENCES, 0), 1L));
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
            topics.register(new QueryName("me", "q" + i), HOUR_MS);
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
        Version of = topics.register(other, HOUR_MS);
        Version stamp = topics.register(QUERY, HOUR_MS);
        try (StandingWatch watch = watch(StandingWatchOptions.of("me").withOnly("q"))) {
            assertThat(nextAsked().getId()).isEqualTo("q");
            topics.tell(other, of, 1, Kind.SNAPSHOT, "a");
            topics.tell(QUERY, stamp, 1, Kind.SNAPSHOT, "b");
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
            Version stamp = topics.register(QUERY, HOUR_MS);
            topics.tell(QUERY, stamp, 1, Kind.SNAPSHOT, "a");
            topics.append(TopicNames.STANDING_QUERIES, StandingWire.key(QUERY), null);
            topics.tell(QUERY, stamp, 2, Kind.ENDED);
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
            topics.tell(QUERY, Version.NONE, 1, Kind.SNAPSHOT);
            assertThatThrownBy(() -> watch.ended().get(30, TimeUnit.SECONDS))
                    .hasMessageContaining("enough");
        }
    }

    /** Else whoever waits for its end waits for ever. */
    @Test
    void aWatchEndsThoughItsConsumerIsNotClosedInOrder() throws Exception {
        topics.breakAtClose();
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

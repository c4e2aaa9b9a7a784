package io.nearstream.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.Reason;
import io.nearstream.core.model.Version;
import io.nearstream.core.standing.Difference.Kind;
import io.nearstream.core.standing.QueryName;
import io.nearstream.schemas.StandingRegistration;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which queries that were refused a watch registers again, over topics in memory. */
@Timeout(60)
class StandingRefusalTest {
    private static final QueryName QUERY = new QueryName("me", "q");
    private static final long HOUR_MS = WatchedTopics.HOUR_MS;

    private final AtomicLong now = new AtomicLong(1_000);
    private final WatchedTopics topics = new WatchedTopics(now);
    private final BlockingQueue<StandingUpdate> told = new LinkedBlockingQueue<>();
    private final BlockingQueue<StandingRegistration> asked = new LinkedBlockingQueue<>();

    private StandingWatch watch(StandingWatchOptions options) {
        InstantSource clock = () -> Instant.ofEpochMilli(now.get());
        return StandingWatch.start(
                options.withClock(clock.withZone(ZoneOffset.UTC)),
                told::add,
                topics,
                asked::addAll,
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
    void whatWasRefusedIsNotAskedForAgain() throws Exception {
        Version refused = topics.register(QUERY, HOUR_MS);
        try (StandingWatch watch = watch(StandingWatchOptions.of("me"))) {
            nextAsked();
            topics.tell(QUERY, refused, 0, Kind.REFUSED);
            assertThat(next().difference().reason()).isEqualTo("BAD_K");
            now.addAndGet(Asks.FIRST_WAIT_MS);
            topics.tell(QUERY, refused, 0, Kind.REFUSED);
            next();
            topics.tell(QUERY, refused, 0, Kind.REFUSED); // behind a turn of the upkeep
            next();
            assertThat(asked).isEmpty();
            assertThat(watch.answers()).isEmpty();
        }
    }

    @Test
    void whoRenewsTriesAgainWhereThereWasNoRoomButNotForEver() throws Exception {
        Version stamp = topics.register(QUERY, HOUR_MS);
        Duration lease = Duration.ofMillis(HOUR_MS);
        try (StandingWatch watch = watch(StandingWatchOptions.of("me").withRenewal(lease))) {
            nextAsked();
            long end = now.get() + StandingUpkeep.WITHOUT_ROOM_MS_MAX;
            while (now.get() < end) {
                topics.refuse(QUERY, stamp, Reason.TOO_MANY_PENDING);
                assertThat(next().again()).as("told that it is tried again").isTrue();
                now.addAndGet(Asks.WAIT_MS_MAX);
                StandingRegistration again = nextAsked();
                assertThat(again.getK()).isEqualTo(3);
                assertThat(again.getSnapshot()).isTrue();
                stamp = topics.register(QUERY, HOUR_MS);
            }
            topics.refuse(QUERY, stamp, Reason.TOO_MANY_PENDING);
            assertThat(next().again()).as("long enough").isFalse();
            now.addAndGet(Asks.WAIT_MS_MAX);
            aTurnLater();
            assertThat(asked).isEmpty();
            assertThat(watch.ended()).isNotDone();
        }
    }

    /** Each renewal is refused, too, and short leases are renewed often. */
    @Test
    void howOftenItIsRefusedDoesNotMatter() throws Exception {
        Version stamp = topics.register(QUERY, HOUR_MS);
        Duration lease = Duration.ofSeconds(10);
        try (StandingWatch watch = watch(StandingWatchOptions.of("me").withRenewal(lease))) {
            long end = now.get() + StandingUpkeep.WITHOUT_ROOM_MS_MAX;
            for (; now.get() < end; now.addAndGet(5_000)) {
                topics.refuse(QUERY, stamp, Reason.TOO_MANY_PENDING);
                assertThat(next().again()).isTrue();
            }
            topics.refuse(QUERY, stamp, Reason.TOO_MANY_PENDING);
            assertThat(next().again()).isFalse();
            assertThat(watch.ended()).isNotDone();
        }
    }

    @Test
    void whoFoundRoomMayBeRefusedAsLongOnceMore() throws Exception {
        Version stamp = topics.register(QUERY, HOUR_MS);
        Duration lease = Duration.ofMillis(HOUR_MS);
        try (StandingWatch watch = watch(StandingWatchOptions.of("me").withRenewal(lease))) {
            topics.refuse(QUERY, stamp, Reason.TOO_MANY_PENDING);
            assertThat(next().again()).isTrue();
            topics.tell(QUERY, stamp, 1, Kind.SNAPSHOT, "a");
            assertThat(next().again()).isFalse();
            now.addAndGet(StandingUpkeep.WITHOUT_ROOM_MS_MAX);
            topics.refuse(QUERY, stamp, Reason.TOO_MANY_PENDING);
            assertThat(next().again()).isTrue();
            assertThat(watch.ended()).isNotDone();
        }
    }

    @Test
    void whoRenewsDoesNotTryAgainWhatIsFinal() throws Exception {
        Duration lease = Duration.ofMillis(HOUR_MS);
        isNotTriedAgain(StandingWatchOptions.of("me").withRenewal(lease), Reason.BAD_K);
    }

    @Test
    void whoOnlyFollowsDoesNotTryAgain() throws Exception {
        isNotTriedAgain(StandingWatchOptions.of("me"), Reason.TOO_MANY_PENDING);
    }

    private void isNotTriedAgain(StandingWatchOptions options, Reason reason) throws Exception {
        Version stamp = topics.register(QUERY, HOUR_MS);
        try (StandingWatch watch = watch(options)) {
            nextAsked();
            topics.refuse(QUERY, stamp, reason);
            assertThat(next().again()).isFalse();
            now.addAndGet(Asks.WAIT_MS_MAX);
            aTurnLater();
            assertThat(asked).isEmpty();
            assertThat(watch.ended()).isNotDone();
        }
    }
}

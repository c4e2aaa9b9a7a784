package io.nearstream.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.core.keyvalue.KeyValueEntry;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.jobs.common.wire.KeyValueWire;
import io.nearstream.jobs.common.wire.ProgressClock;
import io.nearstream.schemas.Progress;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What stands in the topic of changes, and what watches and caches make of it. */
@Timeout(60)
class ChangeFeedTest {
    private final LoopBroker changes = new LoopBroker(TopicNames.KV_CHANGES, 0);
    private final BlockingQueue<KeyChange> told = new LinkedBlockingQueue<>();

    private KeyValueWatch watch(WatchOptions options) {
        return KeyValueWatch.start(
                options.withClock(Clock.fixed(Instant.ofEpochMilli(1_000), ZoneOffset.UTC)),
                told::add,
                changes.consumer,
                () -> {});
    }

    private String next() throws InterruptedException {
        KeyChange change = told.poll(30, TimeUnit.SECONDS);
        assertThat(change).as("a change is told").isNotNull();
        return "%s@%d=%s"
                .formatted(
                        change.key(),
                        change.version().time(),
                        Entries.text(change.value()).orElse("none"));
    }

    @Test
    void changesComeOnceInTheOrderOfTheirVersions() throws Exception {
        try (KeyValueWatch watch = watch(WatchOptions.fromNow())) {
            changes.append(Entries.bytes("a"), Entries.change(Entries.entry(1, "x")));
            changes.append(Entries.bytes("b"), Entries.change(Entries.expiring(2, "y", 1_001)));
            changes.append(Entries.bytes("a"), Entries.change(Entries.deleted(3)));
            changes.append(Entries.bytes("a"), Entries.change(Entries.entry(1, "x")));
            changes.append(Entries.bytes("a"), Entries.change(Entries.deleted(3)));
            changes.append(Entries.bytes("b"), Entries.change(Entries.expiring(4, "z", 1_000)));
            changes.append(Entries.bytes("b"), null);
            changes.append(Entries.bytes("b"), new byte[] {1});
            changes.append(KeyValueWire.progressKey(0, 0), Entries.progress(1, 0, 1, 5));
            changes.append(Entries.bytes("end"), Entries.change(Entries.entry(9, "")));

            assertThat(List.of(next(), next(), next(), next(), next()))
                    .containsExactly("a@1=x", "b@2=y", "a@3=none", "b@4=none", "end@9=");
            assertThat(watch.ended()).isNotDone();
            watch.close();
            assertThat(watch.ended()).isCompleted();
        }
    }

    @Test
    void prefixChoosesAndTheStartIsCaughtUpWith() throws Exception {
        try (KeyValueWatch watch = watch(WatchOptions.fromBeginning().withPrefix("user/"))) {
            watch.caughtUp().get(30, TimeUnit.SECONDS);
            changes.append(Entries.bytes("other"), Entries.change(Entries.entry(1, "x")));
            changes.append(Entries.bytes("user/1"), Entries.change(Entries.entry(2, "y")));
            assertThat(next()).isEqualTo("user/1@2=y");
        }
    }

    @Test
    void repeatsAreKnownForTheKeysThatChangedLast() throws Exception {
        try (KeyValueWatch watch = watch(WatchOptions.fromNow().withKeysRemembered(1))) {
            changes.append(Entries.bytes("a"), Entries.change(Entries.entry(1, "x")));
            changes.append(Entries.bytes("a"), Entries.change(Entries.entry(1, "x")));
            changes.append(Entries.bytes("b"), Entries.change(Entries.entry(2, "y")));
            changes.append(Entries.bytes("a"), Entries.change(Entries.entry(1, "x")));
            assertThat(List.of(next(), next(), next())).containsExactly("a@1=x", "b@2=y", "a@1=x");
            assertThat(watch.ended()).isNotDone();
        }
    }

    @Test
    void brokerFailureAndThrowingListenerEndTheWatchWithTheCause() {
        KeyValueWatch watch = watch(WatchOptions.fromNow());
        changes.consumer.setPollException(new KafkaException("the disk is gone"));
        assertThatThrownBy(() -> watch.ended().get(30, TimeUnit.SECONDS))
                .hasCauseInstanceOf(NearstreamException.class)
                .hasMessageContaining(
                        "Could not follow nearstream.kv-changes.v1: the disk is gone");

        LoopBroker more = new LoopBroker(TopicNames.KV_CHANGES, 0);
        KeyValueWatch throwing =
                KeyValueWatch.start(
                        WatchOptions.fromNow(),
                        change -> {
                            throw new IllegalStateException("full");
                        },
                        more.consumer,
                        () -> {});
        more.append(Entries.bytes("a"), Entries.change(Entries.entry(1, "x")));
        assertThatThrownBy(() -> throwing.ended().get(30, TimeUnit.SECONDS))
                .hasMessageContaining("full");
    }

    @Test
    void timeIsTheLeastOfAllSubtasksAndStartsAgainWithTheJob() {
        FeedClock clock = new FeedClock();
        assertThat(clock.observe(new Progress(1L, 0, 2, 50L))).isFalse();
        assertThat(clock.time()).isEqualTo(ProgressClock.UNKNOWN);
        assertThat(clock.observe(new Progress(1L, 1, 2, 40L))).isFalse();
        assertThat(clock.time()).isEqualTo(40);

        assertThat(clock.observe(new Progress(2L, 0, 2, 20L))).isTrue();
        assertThat(clock.time()).isEqualTo(ProgressClock.UNKNOWN);
        assertThat(clock.observe(new Progress(1L, 1, 2, 60L))).as("a late one").isFalse();
        assertThat(clock.observe(new Progress(2L, 1, 2, 30L))).isFalse();
        assertThat(clock.time()).isEqualTo(20);
        assertThat(clock.observe(new Progress(2L, 0, 2, 10L))).as("the same epoch").isTrue();
        assertThat(clock.time()).isEqualTo(ProgressClock.UNKNOWN);
    }

    @Test
    void feedTellsTimeOnlyOnceItHasToldWhatStandsBeforeIt() throws Exception {
        List<String> order = new ArrayList<>();
        BlockingQueue<Long> times = new LinkedBlockingQueue<>();
        ChangeFeed.Listener listener =
                new ChangeFeed.Listener() {
                    @Override
                    public boolean wants(String key) {
                        return true;
                    }

                    @Override
                    public void changed(String key, KeyValueEntry entry) {
                        order.add(key);
                    }

                    @Override
                    public void lost(String key) {
                        order.add("lost " + key);
                    }

                    @Override
                    public void asOf(long time) {
                        order.add("time " + time);
                        times.add(time);
                    }

                    @Override
                    public void caughtUp() {
                        order.add("caught up");
                    }

                    @Override
                    public void ended(NearstreamException failure) {
                        order.add("ended");
                    }
                };
        ChangeFeed feed = ChangeFeed.start(changes.consumer, false, listener, "test-feed");
        changes.append(Entries.bytes("a"), Entries.change(Entries.entry(1, "x")));
        changes.append(Entries.bytes("b"), null);
        changes.append(KeyValueWire.progressKey(0, 0), Entries.progress(1, 0, 1, 5));
        assertThat(times.poll(30, TimeUnit.SECONDS)).isEqualTo(5);
        changes.append(KeyValueWire.progressKey(0, 0), Entries.progress(2, 0, 1, 3));
        assertThat(times.poll(30, TimeUnit.SECONDS)).isEqualTo(3);
        feed.close();

        assertThat(order).containsExactly("caught up", "a", "lost b", "time 5", "time 3", "ended");
    }
}

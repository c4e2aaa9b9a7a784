package io.nearstream.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.core.keyvalue.KeyValueEntry;
import java.net.ConnectException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.flink.queryablestate.network.BadRequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a live reader does about connections that are refused, rest or hang. */
@Timeout(60)
class LiveReaderFailuresTest extends LiveReaderHarness {
    @Test
    void refusedConnectionIsRenewedAndTheGetGoesOn() {
        LiveReader reader = reader(A);
        CompletableFuture<Optional<KeyValue>> get = reader.get("k");
        newestCall(A).completeExceptionally(new ConnectException("refused"));
        assertThat(newest(A).closed).isTrue();

        pass(reader, Duration.ofMillis(10));
        assertThat(connections.get(A)).hasSize(2);
        newestCall(A).complete(Entries.entry(1, "v"));
        assertThat(text(get)).contains("v");
    }

    @Test
    void answeringProxyKeepsItsConnectionThoughItCannotServe() {
        LiveReader reader = reader(A);
        reader.get("k");
        newestCall(A).completeExceptionally(new RuntimeException("UnknownLocationException"));
        pass(reader, Duration.ofMillis(10));
        newestCall(A).completeExceptionally(new BadRequestException("proxy", "not now"));
        pass(reader, Duration.ofMillis(20));

        assertThat(connections.get(A)).hasSize(1);
        assertThat(newest(A).calls).hasSize(3);
    }

    @Test
    void otherAddressIsAskedAtOnceAndTheFailedOneRests() {
        LiveReader reader = reader(A, B);
        CompletableFuture<Optional<KeyValue>> get = reader.get("k");
        newestCall(A).completeExceptionally(new ConnectException("refused"));
        newestCall(B).complete(Entries.entry(1, "v"));
        assertThat(text(get)).contains("v");

        for (int i = 0; i < 4; i++) {
            reader.get("k");
            newestCall(B).complete(Entries.entry(1, "v"));
        }
        assertThat(connections.get(A)).hasSize(1);
        now += Duration.ofMillis(20).toNanos();
        reader.get("k");
        reader.get("k");
        assertThat(connections.get(A)).hasSize(2);
    }

    @Test
    void hangIsTriedElsewhereAndALateAnswerStillCounts() {
        LiveReader reader = reader(A, B);
        CompletableFuture<Optional<KeyValue>> get = reader.get("k");
        CompletableFuture<KeyValueEntry> slow = newestCall(A);
        reader.get("answered meanwhile, so only one call hangs");
        reader.get("on A");
        now += 1;
        newestCall(A).complete(Entries.entry(1, "x"));
        pass(reader, Duration.ofMillis(500));
        assertThat(newest(A).closed).isFalse();
        assertThat(newest(B).calls.size()).isGreaterThanOrEqualTo(1);

        slow.complete(Entries.entry(1, "late"));
        assertThat(text(get)).contains("late");
    }

    @Test
    void silentConnectionIsRenewedOnceItHadTimeToBeMade() {
        LiveReader reader = reader(A);
        CompletableFuture<Optional<KeyValue>> get = reader.get("k");
        pass(reader, Duration.ofMillis(500));
        assertThat(newest(A).closed).isFalse();
        pass(reader, Duration.ofMillis(10));
        assertThat(newest(A).calls).hasSize(2);
        pass(reader, Duration.ofMillis(500));
        assertThat(newest(A).closed).isTrue();
        pass(reader, Duration.ofMillis(20));
        newestCall(A).complete(Entries.entry(1, "v"));
        assertThat(text(get)).contains("v");
    }

    @Test
    void hangIsWhatTheDeadlineNamesAndNotTheRenewalAfterIt() {
        LiveReader reader = reader(A);
        CompletableFuture<Optional<KeyValue>> get = reader.get("k");
        pass(reader, Duration.ofMillis(1_500));
        assertThat(newest(A).closed).isTrue();
        pass(reader, Duration.ofMillis(500));
        assertThatThrownBy(get::get).hasMessageContaining("no answer from a:1 within 500 ms");
    }

    /** The thread sleeps until an attempt is overdue, and is woken up when one fails. */
    @Test
    void failureIsNoticedThoughNothingWasDue() throws Exception {
        BlockingQueue<CompletableFuture<KeyValueEntry>> made = new LinkedBlockingQueue<>();
        try (LiveReader reader = running(made)) {
            CompletableFuture<Optional<KeyValue>> get = reader.get("k");
            CompletableFuture<KeyValueEntry> first = made.take();
            Thread.sleep(50); // by then it sleeps; if not, this proves less
            first.completeExceptionally(new RuntimeException("only this call"));
            CompletableFuture<KeyValueEntry> second = made.poll(20, TimeUnit.SECONDS);
            assertThat(second).isNotNull();
            second.complete(Entries.entry(1, "v"));
            assertThat(answer(get)).contains("v");
        }
    }

    @Test
    void pauseLastsUntilSomethingIsDue() {
        LiveReader reader = reader(A);
        assertThat(reader.idleNanos()).isEqualTo(Duration.ofMillis(500).toNanos());
        reader.get("k");
        now += Duration.ofMillis(200).toNanos();
        reader.get("later");
        assertThat(reader.idleNanos())
                .as("until the first attempt is overdue")
                .isEqualTo(Duration.ofMillis(300).toNanos());
        newestCall(A).completeExceptionally(new RuntimeException("only this call"));
        assertThat(reader.idleNanos())
                .as("until the second get is tried again")
                .isEqualTo(Duration.ofMillis(10).toNanos());
        now += Duration.ofMillis(1_795).toNanos();
        pass(reader, Duration.ZERO);
        assertThat(reader.idleNanos())
                .as("until the first get has come to its deadline")
                .isEqualTo(Duration.ofMillis(5).toNanos());
    }
}

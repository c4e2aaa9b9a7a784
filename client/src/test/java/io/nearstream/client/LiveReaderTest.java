package io.nearstream.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.core.keyvalue.KeyValueEntry;
import io.nearstream.testing.Property;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.queryablestate.exceptions.UnknownKeyOrNamespaceException;
import org.apache.flink.queryablestate.exceptions.UnknownLocationException;
import org.apache.flink.util.FlinkRuntimeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a live get answers, and what it says where it cannot. */
@Timeout(60)
class LiveReaderTest extends LiveReaderHarness {
    private static final UnknownKeyOrNamespaceException NO_SUCH_KEY =
            new UnknownKeyOrNamespaceException("server");

    @Test
    void valueIsFoundWithItsVersion() {
        LiveReader reader = reader(A);
        CompletableFuture<Optional<KeyValue>> get = reader.get("k");
        newestCall(A).complete(Entries.entry(3, "v"));

        assertThat(text(get)).contains("v");
        assertThat(get.join().orElseThrow().version()).isEqualTo(Entries.version(3));
    }

    @Test
    void missingDeletedAndExpiredAreEmpty() {
        LiveReader reader = reader(A);
        CompletableFuture<Optional<KeyValue>> missing = reader.get("a");
        newestCall(A).completeExceptionally(NO_SUCH_KEY);
        CompletableFuture<Optional<KeyValue>> deleted = reader.get("b");
        newestCall(A).complete(Entries.deleted(3));
        CompletableFuture<Optional<KeyValue>> expired = reader.get("c");
        newestCall(A).complete(Entries.expiring(3, "v", 1_000));
        CompletableFuture<Optional<KeyValue>> alive = reader.get("d");
        newestCall(A).complete(Entries.expiring(3, "v", 1_001));

        assertThat(text(missing)).isEmpty();
        assertThat(text(deleted)).isEmpty();
        assertThat(text(expired)).isEmpty();
        assertThat(text(alive)).contains("v");
    }

    @Test
    void onlyTheExceptionItselfMeansNoSuchKey() {
        List<Exception> others =
                List.of(
                        new UnknownLocationException("Could not retrieve location"),
                        new RuntimeException("Failed request. Caused by: " + NO_SUCH_KEY),
                        new RuntimeException("UnknownKvStateLocation: No KvStateLocation found"),
                        new RuntimeException("FlinkJobNotFoundException"),
                        new IOException(NO_SUCH_KEY),
                        new IllegalStateException("Connection has already been closed."));
        for (Exception other : others) {
            LiveReader reader = reader(A);
            CompletableFuture<Optional<KeyValue>> get = reader.get("k");
            newestCall(A).completeExceptionally(other);
            assertThat(get).isNotDone();
            pass(reader, Duration.ofSeconds(2));
            assertThat(get).isCompletedExceptionally();
        }
    }

    @Test
    void deadlineNamesAddressesAndTheLastCause() {
        LiveReader reader = reader(A, B);
        CompletableFuture<Optional<KeyValue>> get = reader.get("k");
        newestCall(A).completeExceptionally(new ConnectException("refused"));
        newestCall(B)
                .completeExceptionally(
                        new RuntimeException(
                                "Failed request 0.\n Caused by: X: outer\n\tat y\nCaused by: NoJob: gone"));
        pass(reader, Duration.ofSeconds(2));

        assertThatThrownBy(get::get)
                .hasCauseInstanceOf(NearstreamException.class)
                .hasMessageContaining("The state cannot be reached: 2 attempts")
                .hasMessageContaining("within 2000 ms at a:1, b:2, the last one: NoJob: gone");
    }

    @Test
    void unknownHostIsAFailureLikeAnother() {
        LiveReader reader =
                new LiveReader(
                        LiveReadOptions.of(List.of(A)),
                        address -> {
                            throw new UnknownHostException("nowhere");
                        },
                        () -> now,
                        () -> {});
        CompletableFuture<Optional<KeyValue>> get = reader.get("k");
        pass(reader, Duration.ofSeconds(2));
        assertThatThrownBy(get::get).hasMessageContaining("UnknownHostException: nowhere");
    }

    @Test
    void stateOfANewerFormatIsSaidAtOnce() {
        LiveReader reader = reader(A);
        CompletableFuture<Optional<KeyValue>> get = reader.get("k");
        newestCall(A).completeExceptionally(new FlinkRuntimeException("format 2"));
        assertThatThrownBy(get::get).hasMessageContaining("key 'k' cannot be decoded: format 2");
    }

    @Test
    void getsInFlightAreBounded() throws Exception {
        LiveReader reader =
                reader(
                        LiveReadOptions.of(List.of(A))
                                .withDeadline(Duration.ofMillis(20))
                                .withInFlightMax(1));
        CompletableFuture<Optional<KeyValue>> first = reader.get("k");
        assertThatThrownBy(() -> reader.get("l").get(1, TimeUnit.SECONDS))
                .hasMessageContaining("not sent within 20 ms: 1 others wait");
        newestCall(A).complete(Entries.entry(1, "v"));
        assertThat(first).isCompleted();
        reader.get("m");
        assertThat(newest(A).calls).hasSize(2);
    }

    @Test
    void closingEndsGetsAndConnections() {
        LiveReader reader = reader(A);
        CompletableFuture<Optional<KeyValue>> pending = reader.get("k");
        reader.close();
        assertThat(newest(A).closed).isTrue();
        assertThatThrownBy(pending::get).hasMessageContaining("closed");
        assertThatThrownBy(() -> reader.get("k").get()).hasMessageContaining("closed");
    }

    /** Whatever the proxies do, each get ends once, rightly, and its room comes back. */
    @Test
    void everyGetEndsByItsDeadlineAndNeverWithAWrongEmpty() {
        Property.holds(
                100,
                random -> {
                    connections.clear();
                    int room = 4;
                    LiveReader reader =
                            reader(LiveReadOptions.of(List.of(A, B)).withInFlightMax(room));
                    List<CompletableFuture<Optional<KeyValue>>> gets = new ArrayList<>();
                    for (int step = 0; step < 60; step++) {
                        if (gets.stream().filter(get -> !get.isDone()).count() < room) {
                            gets.add(reader.get("k"));
                        }
                        List<CompletableFuture<KeyValueEntry>> open =
                                connections.values().stream()
                                        .flatMap(List::stream)
                                        .flatMap(calls -> calls.calls.stream())
                                        .filter(call -> !call.isDone())
                                        .toList();
                        if (!open.isEmpty()) {
                            CompletableFuture<KeyValueEntry> call =
                                    open.get(random.nextInt(open.size()));
                            switch (random.nextInt(4)) {
                                case 0 -> call.complete(Entries.entry(1, "v"));
                                case 1 -> call.completeExceptionally(new ConnectException());
                                case 2 -> call.completeExceptionally(new RuntimeException("gone"));
                                default -> pass(reader, Duration.ofMillis(random.nextInt(600)));
                            }
                        } else {
                            pass(reader, Duration.ofMillis(10));
                        }
                    }
                    for (int i = 0; i < 10; i++) {
                        pass(reader, Duration.ofSeconds(1));
                    }
                    for (CompletableFuture<Optional<KeyValue>> get : gets) {
                        assertThat(get).isDone();
                        assertThat(get.isCompletedExceptionally() || get.join().isPresent())
                                .isTrue();
                    }
                    for (int i = 0; i < room; i++) {
                        assertThat(reader.get("k")).isNotDone();
                    }
                });
    }
}

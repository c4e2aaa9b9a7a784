package io.nearstream.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.core.keyvalue.KeyValueEntry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.flink.queryablestate.exceptions.UnknownKeyOrNamespaceException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who tries while the state of a key group is out of reach. */
@Timeout(60)
class LiveReaderTrialsTest extends LiveReaderHarness {
    private int calls(String address) {
        return connections.get(address).stream().mapToInt(one -> one.calls.size()).sum();
    }

    /** A get that has failed at both addresses. */
    private CompletableFuture<Optional<KeyValue>> leader(LiveReader reader) {
        CompletableFuture<Optional<KeyValue>> leader = reader.get("k");
        newestCall(A).completeExceptionally(new RuntimeException("no location"));
        newestCall(B).completeExceptionally(new RuntimeException("no location"));
        return leader;
    }

    @Test
    void oneGetTriesForItsKeyGroupWhereNobodyAnswers() {
        LiveReader reader = reader(A, B);
        CompletableFuture<Optional<KeyValue>> leader = leader(reader);
        List<CompletableFuture<Optional<KeyValue>>> others =
                Stream.generate(() -> reader.get("k")).limit(5).toList();
        assertThat(calls(A) + calls(B)).as("nobody else tries").isEqualTo(2);
        reader.get("of another key group");
        assertThat(calls(A) + calls(B)).as("others go their way").isEqualTo(3);

        pass(reader, Duration.ofMillis(10));
        assertThat(calls(A) + calls(B)).as("it tries again").isEqualTo(4);
        newestCall(B).complete(Entries.entry(1, "v"));
        assertThat(text(leader)).contains("v");
        assertThat(others).allSatisfy(other -> assertThat(other).isNotDone());
        pass(reader, Duration.ZERO);
        assertThat(calls(A) + calls(B)).as("now all do, at once").isEqualTo(9);
        connections.values().stream()
                .flatMap(List::stream)
                .flatMap(opened -> opened.calls.stream())
                .forEach(call -> call.complete(Entries.entry(1, "w")));
        assertThat(others).allSatisfy(other -> assertThat(text(other)).contains("w"));
    }

    @Test
    void nextGetTriesWhenTheOneThatTriedHasComeToItsEnd() {
        LiveReader reader = reader(A, B);
        CompletableFuture<Optional<KeyValue>> leader = leader(reader);
        now += Duration.ofMillis(1_000).toNanos();
        CompletableFuture<Optional<KeyValue>> waited = reader.get("k");
        reader.get("k");
        pass(reader, Duration.ofMillis(990));
        int before = calls(A) + calls(B);
        assertThat(before).as("the first still tries").isEqualTo(3);
        pass(reader, Duration.ofMillis(10));
        assertThat(leader).isCompletedExceptionally();
        pass(reader, Duration.ofMillis(10));
        assertThat(waited).isNotDone();
        assertThat(calls(A) + calls(B)).as("one of the two tries").isEqualTo(before + 1);
    }

    @Test
    void getThatOnlyWaitedNamesWhatTheOthersSaw() {
        LiveReader reader = reader(LiveReadOptions.of(List.of(A)));
        reader.get("k");
        newestCall(A).completeExceptionally(new RuntimeException("no location"));
        CompletableFuture<Optional<KeyValue>> waited = reader.get("k");
        pass(reader, Duration.ofSeconds(2));
        assertThatThrownBy(waited::get)
                .hasMessageContaining("The state cannot be reached: other gets tried in vain")
                .hasMessageContaining("the last one: no location");
    }

    @Test
    void anotherTriesBesideOneWhoseAttemptHangs() {
        LiveReader reader = reader(A, B);
        leader(reader);
        pass(reader, Duration.ofMillis(10));
        assertThat(calls(A) + calls(B)).as("its second try, which hangs").isEqualTo(3);
        now += Duration.ofMillis(199).toNanos();
        CompletableFuture<Optional<KeyValue>> other = reader.get("k");
        assertThat(calls(A) + calls(B)).as("not yet").isEqualTo(3);
        pass(reader, Duration.ofMillis(1));
        assertThat(calls(A) + calls(B)).isEqualTo(3);
        pass(reader, Duration.ofMillis(10));
        assertThat(calls(A) + calls(B)).as("the other tries").isEqualTo(4);
        assertThat(other).isNotDone();
    }

    @Test
    void whoeverIsAnsweredLetsAllTry() {
        LiveReader reader = reader(A, B);
        CompletableFuture<Optional<KeyValue>> early = reader.get("k");
        CompletableFuture<KeyValueEntry> slow = newestCall(A);
        reader.get("k");
        newestCall(B).completeExceptionally(new RuntimeException("no location"));
        newestCall(A).completeExceptionally(new RuntimeException("no location"));
        reader.get("k");
        int before = calls(A) + calls(B);
        now += 1;
        slow.completeExceptionally(new UnknownKeyOrNamespaceException("server"));
        assertThat(text(early)).isEmpty();
        pass(reader, Duration.ZERO);
        assertThat(calls(A) + calls(B)).as("the one that waited").isEqualTo(before + 1);
    }

    @Test
    void failureFromBeforeAnAnswerChangesNothing() {
        LiveReader reader = reader(A);
        reader.get("k");
        CompletableFuture<KeyValueEntry> late = newestCall(A);
        now += 1;
        reader.get("k");
        newestCall(A).complete(Entries.entry(1, "v"));
        late.completeExceptionally(new RuntimeException("only this call"));
        reader.get("k");
        assertThat(calls(A)).as("it tries").isEqualTo(3);
    }

    /** With the thread that looks after reads, and no time that the test sets. */
    @Test
    void thoseThatWaitGoOnAfterTheAnswer() throws Exception {
        BlockingQueue<CompletableFuture<KeyValueEntry>> made = new LinkedBlockingQueue<>();
        try (LiveReader reader = running(made)) {
            CompletableFuture<Optional<KeyValue>> leader = reader.get("k");
            made.take().completeExceptionally(new RuntimeException("no location"));
            CompletableFuture<KeyValueEntry> trial = made.poll(20, TimeUnit.SECONDS);
            assertThat(trial).isNotNull();
            CompletableFuture<Optional<KeyValue>> waits = reader.get("k");
            trial.complete(Entries.entry(1, "v"));
            assertThat(answer(leader)).contains("v");
            CompletableFuture<KeyValueEntry> next = made.poll(20, TimeUnit.SECONDS);
            assertThat(next).isNotNull();
            next.complete(Entries.entry(2, "w"));
            assertThat(answer(waits)).contains("w");
        }
    }
}

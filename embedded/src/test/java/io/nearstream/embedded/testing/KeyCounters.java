package io.nearstream.embedded.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.client.KeyValue;
import io.nearstream.client.KeyValueOutcome;
import io.nearstream.client.KeyValueReader;
import io.nearstream.client.KeyValueRequest;
import io.nearstream.client.KeyValueWriter;
import io.nearstream.client.NearstreamClient;
import io.nearstream.client.NearstreamException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Clients that count: each reads a shared counter, puts one more on condition that nobody else has
 * meanwhile, and beside it puts a key of its own without a condition. What was acknowledged must be
 * there in the end, once.
 */
public final class KeyCounters {
    private static final Duration END_TIMEOUT = Duration.ofSeconds(60);
    private static final int COUNTERS = 6;

    private final List<CompletableFuture<Void>> running = new ArrayList<>();

    /** By counter, the counts of which a client was told that it made them. */
    private final List<Set<Integer>> made = new ArrayList<>();

    private final AtomicIntegerArray madeTwice = new AtomicIntegerArray(COUNTERS);
    private final AtomicIntegerArray unknown = new AtomicIntegerArray(COUNTERS);

    /** Keys that were put without a condition and acknowledged, with their values. */
    private final Map<String, String> acknowledged = new ConcurrentHashMap<>();

    private final AtomicInteger plain = new AtomicInteger();
    private volatile boolean stopping;

    /** Clients that do not count yet. */
    public KeyCounters() {
        for (int counter = 0; counter < COUNTERS; counter++) {
            made.add(ConcurrentHashMap.newKeySet());
        }
    }

    /** Starts one more client; it stays open. */
    public void start(NearstreamClient client, SplittableRandom random) {
        running.add(
                CompletableFuture.runAsync(
                        () -> countUntilStopped(client, random),
                        task -> new Thread(task, "key-counter").start()));
    }

    private void countUntilStopped(NearstreamClient client, SplittableRandom random) {
        KeyValueWriter writer = client.keyValues().writer();
        try (KeyValueReader reader = client.keyValues().strong()) {
            while (!stopping) {
                CompletableFuture<Void> put = putPlain(writer);
                count(random.nextInt(COUNTERS), reader, writer);
                put.join();
            }
        }
    }

    private CompletableFuture<Void> putPlain(KeyValueWriter writer) {
        String key = "plain-" + plain.incrementAndGet();
        String value = "of " + key;
        return writer.apply(KeyValueRequest.put(key, bytes(value)))
                .handle(
                        (outcome, failure) -> {
                            if (failure == null) {
                                assertThat(outcome.applied()).isTrue();
                                acknowledged.put(key, value);
                            } else {
                                expectNoAnswer(failure);
                            }
                            return null;
                        });
    }

    private void count(int counter, KeyValueReader reader, KeyValueWriter writer) {
        Optional<KeyValue> read;
        try {
            read = reader.get(name(counter)).join();
        } catch (CompletionException noAnswer) {
            expectNoAnswer(noAnswer);
            return;
        }
        int next = read.map(KeyCounters::number).orElse(0) + 1;
        KeyValueRequest put = KeyValueRequest.put(name(counter), bytes(Integer.toString(next)));
        KeyValueRequest conditional =
                read.map(found -> put.ifVersion(found.version())).orElseGet(put::ifAbsent);
        try {
            KeyValueOutcome outcome = writer.apply(conditional).join();
            if (outcome.applied() && !made.get(counter).add(next)) {
                madeTwice.incrementAndGet(counter);
            }
        } catch (CompletionException noAnswer) {
            assertThat(expectNoAnswer(noAnswer).outcomeUnknown()).isTrue();
            unknown.incrementAndGet(counter);
        }
    }

    private static NearstreamException expectNoAnswer(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        assertThat(cause)
                .isInstanceOf(NearstreamException.class)
                .hasMessageContaining("was not answered within");
        return (NearstreamException) cause;
    }

    /** Counts that were acknowledged until now, of all counters. */
    public int counted() {
        return made.stream().mapToInt(Set::size).sum();
    }

    /** Returns once so many more counts are acknowledged than now. */
    public void awaitMore(int counts) throws Exception {
        int until = counted() + counts;
        Await.until(
                counts + " more counts are acknowledged",
                () ->
                        counted() >= until
                                || running.stream()
                                        .anyMatch(CompletableFuture::isCompletedExceptionally));
        for (CompletableFuture<Void> one : running) {
            if (one.isCompletedExceptionally()) {
                one.get();
            }
        }
    }

    /** Ends the clients; a failure of theirs is thrown here. */
    public void stop() throws Exception {
        stopping = true;
        for (CompletableFuture<Void> one : running) {
            one.get(END_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        }
    }

    /** No acknowledged count is lost, none is made twice, none comes from nowhere. */
    public void assertCounters(KeyValueReader reader) throws Exception {
        for (int counter = 0; counter < COUNTERS; counter++) {
            int counted = number(get(reader, name(counter)).orElseThrow());
            assertThat(madeTwice.get(counter)).as("made twice").isZero();
            assertThat(counted)
                    .as("%s, %d unknown", name(counter), unknown.get(counter))
                    .isBetween(
                            made.get(counter).size(),
                            made.get(counter).size() + unknown.get(counter));
            assertThat(made.get(counter)).allMatch(count -> count >= 1 && count <= counted);
        }
    }

    /** Every acknowledged put of a key of its own is there. */
    public void assertPlainPuts(KeyValueReader reader) throws Exception {
        assertThat(acknowledged).isNotEmpty();
        Map<String, KeyValue> found =
                reader.getAll(acknowledged.keySet()).get(END_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        assertThat(found.keySet()).containsAll(acknowledged.keySet());
        found.forEach((key, value) -> assertThat(text(value)).isEqualTo(acknowledged.get(key)));
    }

    private static Optional<KeyValue> get(KeyValueReader reader, String key) throws Exception {
        return reader.get(key).get(END_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    }

    private static String name(int counter) {
        return "counter-" + counter;
    }

    private static int number(KeyValue value) {
        return Integer.parseInt(text(value));
    }

    private static String text(KeyValue value) {
        return new String(value.value(), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

package io.nearstream.embedded.testing;

import io.nearstream.client.KeyValue;
import io.nearstream.client.KeyValueOutcome;
import io.nearstream.client.KeyValueReader;
import io.nearstream.client.KeyValueRequest;
import io.nearstream.client.KeyValueWriter;
import io.nearstream.client.NearstreamClient;
import io.nearstream.client.NearstreamException;
import io.nearstream.core.model.Version;
import io.nearstream.embedded.testing.RegisterHistory.Answer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;

/**
 * Clients that read and write the same keys at random until they are stopped, and the history of
 * each key: strong reads, puts of values that are all different, and deletes, with and without
 * conditions. All clients work on the same few keys for a while, then on the next few, so that
 * calls overlap. What is random is drawn from one seed; how calls interleave is not.
 */
public final class KeyClients {
    private static final int END_TIMEOUT_S = 60;

    /** Keys worked on at a time, and how often all clients ask each before they go on. */
    private static final int KEYS_AT_A_TIME = 16;

    private static final int ROUNDS = 4;

    private final String prefix;
    private final NearstreamClient[] clients;
    private final List<RegisterHistory> histories;
    private final AtomicReferenceArray<Version> seen;

    /** By key, when the last call began of which a client was told. */
    private final AtomicLongArray told;

    private final AtomicLong clock = new AtomicLong();
    private final AtomicInteger rounds = new AtomicInteger();
    private final AtomicInteger values = new AtomicInteger();
    private final AtomicLong answers = new AtomicLong();
    private final AtomicLong unknown = new AtomicLong();
    private final List<CompletableFuture<Void>> running = new ArrayList<>();
    private volatile boolean stopping;

    /**
     * Clients that do nothing yet.
     *
     * @param prefix of the keys; they were never written before
     * @param keys how many
     * @param clients one each; they stay open
     */
    public KeyClients(String prefix, int keys, NearstreamClient... clients) {
        this.prefix = prefix;
        this.clients = clients;
        this.histories =
                IntStream.range(0, keys).mapToObj(key -> new RegisterHistory(clock)).toList();
        this.seen = new AtomicReferenceArray<>(keys);
        this.told = new AtomicLongArray(keys);
    }

    /** Starts them. */
    public void start(SplittableRandom random) {
        for (int client = 0; client < clients.length; client++) {
            int number = client;
            SplittableRandom own = random.split();
            running.add(
                    CompletableFuture.runAsync(
                            () -> runUntilStopped(number, own),
                            task -> new Thread(task, "key-client-" + number).start()));
        }
    }

    private void runUntilStopped(int client, SplittableRandom random) {
        KeyValueWriter writer = clients[client].keyValues().writer();
        try (KeyValueReader reader = clients[client].keyValues().strong()) {
            while (!stopping) {
                int round = rounds.getAndIncrement() / (ROUNDS * clients.length);
                int first = round * KEYS_AT_A_TIME % histories.size();
                List<CompletableFuture<Void>> calls = new ArrayList<>();
                for (int i = 0; i < KEYS_AT_A_TIME; i++) {
                    int key = (first + random.nextInt(KEYS_AT_A_TIME)) % histories.size();
                    calls.add(call(client, key, random, reader, writer));
                }
                calls.forEach(CompletableFuture::join);
            }
        }
    }

    private CompletableFuture<Void> call(
            int client,
            int key,
            SplittableRandom random,
            KeyValueReader reader,
            KeyValueWriter writer) {
        RegisterHistory history = histories.get(key);
        String name = prefix + key;
        int what = random.nextInt(10);
        if (what < 4) {
            RegisterHistory.Call call = history.read(client);
            return end(call, reader.get(name).thenApply(KeyClients::answer), key);
        }
        Version version = seen.get(key);
        KeyValueRequest request;
        RegisterHistory.Call call;
        if (what < 9) {
            String value = "value-" + values.incrementAndGet();
            request = KeyValueRequest.put(name, value.getBytes(StandardCharsets.UTF_8));
            request =
                    switch (random.nextInt(4)) {
                        case 0 -> request;
                        case 1 -> request.ifAbsent();
                        default -> version == null ? request : request.ifVersion(version);
                    };
            call = history.put(client, value, request.condition());
        } else {
            request = KeyValueRequest.delete(name);
            request =
                    version == null || random.nextBoolean() ? request : request.ifVersion(version);
            call = history.delete(client, request.condition());
        }
        return end(call, writer.apply(request).thenApply(KeyClients::answer), key);
    }

    private static Answer answer(Optional<KeyValue> read) {
        return read.map(
                        found ->
                                Answer.found(
                                        found.version(),
                                        new String(found.value(), StandardCharsets.UTF_8)))
                .orElseGet(Answer::missing);
    }

    private static Answer answer(KeyValueOutcome outcome) {
        return outcome.applied()
                ? Answer.applied(outcome.version())
                : Answer.refused(outcome.version());
    }

    /** Completes when the client was told, or was told that it will not be. */
    private CompletableFuture<Void> end(
            RegisterHistory.Call call, CompletableFuture<Answer> answered, int key) {
        return answered.handle(
                (answer, failure) -> {
                    if (failure == null) {
                        call.end(answer);
                        told.accumulateAndGet(key, call.began(), Math::max);
                        answer.version().ifPresent(version -> seen.set(key, version));
                        answers.incrementAndGet();
                    } else if (cause(failure) instanceof NearstreamException) {
                        unknown.incrementAndGet();
                    } else {
                        throw new CompletionException(failure);
                    }
                    return null;
                });
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException ? failure.getCause() : failure;
    }

    /** Now, on the clock of the histories. */
    public long now() {
        return clock.incrementAndGet();
    }

    /** Calls of which the client was told. */
    public long answered() {
        return answers.get();
    }

    /** Calls of which nobody was told. */
    public long unknown() {
        return unknown.get();
    }

    /** Returns once so many more calls are answered than now, some of them of every key. */
    public void awaitMore(long calls) throws Exception {
        long now = now();
        long until = answers.get() + calls;
        Await.until(
                calls + " more calls are answered, some of every key",
                () -> (answers.get() >= until && isEveryKeyToldSince(now)) || hasFailed());
        for (CompletableFuture<Void> one : running) {
            if (one.isCompletedExceptionally()) {
                one.get();
            }
        }
    }

    private boolean isEveryKeyToldSince(long moment) {
        return IntStream.range(0, told.length()).allMatch(key -> told.get(key) > moment);
    }

    private boolean hasFailed() {
        return running.stream().anyMatch(CompletableFuture::isCompletedExceptionally);
    }

    /** Ends them; a failure of theirs is thrown here. */
    public void stop() throws Exception {
        stopping = true;
        for (CompletableFuture<Void> one : running) {
            one.get(END_TIMEOUT_S, TimeUnit.SECONDS);
        }
    }

    /** The calls of each key. */
    public List<List<RegisterHistory.Operation>> histories() {
        return histories.stream().map(RegisterHistory::operations).toList();
    }
}

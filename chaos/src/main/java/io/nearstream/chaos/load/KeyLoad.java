package io.nearstream.chaos.load;

import io.nearstream.chaos.history.Answer;
import io.nearstream.chaos.history.Ask;
import io.nearstream.chaos.history.Content;
import io.nearstream.client.KeyValueReader;
import io.nearstream.client.KeyValueRequest;
import io.nearstream.client.NearstreamException;
import io.nearstream.core.model.Version;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Puts, deletes and reads keys, with and without conditions, all clients the same keys. */
final class KeyLoad implements Consumer<SplittableRandom> {
    private final Caller caller;
    private final Content content;
    private final Skew skew;
    private final String prefix;
    private final int keys;
    private final boolean live;

    /** The version that this client saw of a key last: bounded by the number of keys. */
    private final Map<String, Version> seen = new ConcurrentHashMap<>();

    /**
     * A key-value client.
     *
     * @param live whether somebody answers live reads; else all reads are strong
     */
    KeyLoad(Caller caller, Content content, Skew skew, String prefix, int keys, boolean live) {
        this.caller = caller;
        this.content = content;
        this.skew = skew;
        this.prefix = prefix;
        this.keys = keys;
        this.live = live;
    }

    @Override
    public void accept(SplittableRandom random) {
        String key = prefix + skew.draw(random, keys);
        switch (random.nextInt(20)) {
            case 0, 1, 2, 3 -> write(key, false, "");
            case 4, 5 -> write(key, true, "");
            case 6 -> write(key, false, "absent");
            case 7, 8 -> write(key, false, "version");
            case 9 -> write(key, true, "version");
            case 10, 11, 12, 13, 14 -> read(key, true);
            default -> read(key, !live);
        }
    }

    private void write(String key, boolean delete, String condition) {
        long number = caller.journal().nextNumber();
        KeyValueRequest request =
                (delete
                                ? KeyValueRequest.delete(key)
                                : KeyValueRequest.put(key, content.value(number)))
                        .writerTime(number);
        Version version = seen.get(key);
        if (condition.equals("absent")) {
            request = request.ifAbsent();
        } else if (condition.equals("version") && version != null) {
            request = request.ifVersion(version);
        }
        KeyValueRequest asked = request;
        caller.call(
                number,
                new Ask.WriteKey(key, delete, condition),
                new Caller.Call(
                        opened ->
                                opened.client()
                                        .keyValues()
                                        .writer()
                                        .apply(asked)
                                        .thenApply(
                                                outcome -> {
                                                    note(key, outcome.version());
                                                    return Answers.of(outcome);
                                                }),
                        KeyLoad::failed),
                answer -> {});
    }

    /** The client says of some failures that the write is not in force. */
    private static Answer failed(Throwable failure) {
        boolean known =
                failure instanceof NearstreamException ours
                        && !ours.outcomeUnknown()
                        && !(ours.getCause() instanceof InterruptedException);
        String words = Caller.words(failure);
        return known ? new Answer.NotDone(words) : new Answer.Unknown(words);
    }

    private void read(String key, boolean strong) {
        caller.call(
                caller.journal().nextNumber(),
                new Ask.ReadKey(key, strong, false),
                Caller.Call.of(opened -> read(opened, key, strong)),
                answer -> {});
    }

    private CompletableFuture<Answer> read(Connection.Opened opened, String key, boolean strong) {
        KeyValueReader reader = strong ? opened.strong() : opened.live().orElseThrow();
        return reader.get(key)
                .thenApply(
                        value -> {
                            note(key, value.map(found -> found.version()));
                            return Answers.of(value);
                        });
    }

    private void note(String key, Optional<Version> version) {
        version.ifPresentOrElse(found -> seen.put(key, found), () -> seen.remove(key));
    }
}

package io.nearstream.chaos.run;

import io.nearstream.chaos.check.WrittenLog;
import io.nearstream.chaos.check.WrittenLog.VectorEntry;
import io.nearstream.chaos.history.Answer;
import io.nearstream.chaos.history.Ask;
import io.nearstream.chaos.history.Content;
import io.nearstream.chaos.history.History;
import io.nearstream.chaos.history.Journal;
import io.nearstream.chaos.load.Answers;
import io.nearstream.client.KeyValueReader;
import io.nearstream.client.NearstreamClient;
import io.nearstream.client.ProbeRequest;
import io.nearstream.schemas.ProbeResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * After the load: asks for every record by its id, by an exhaustive search of its own vector and in
 * one answer with all others, and for every key in both ways. All of it goes into the journal.
 */
final class LastLook {
    private static final int IDS_AT_A_TIME = 256;
    private static final int VECTORS_AT_A_TIME = 64;
    private static final int OWN_K = 2;
    private static final int HITS_MAX = 10_000;
    private static final double EVERYWHERE = 1e9;
    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final long AGAIN_MS = 500;

    private final NearstreamClient client;
    private final Journal journal;
    private final History.Subject subject;
    private final Content content;
    private final long giveUpAt;
    private int unanswered;

    LastLook(NearstreamClient client, Journal journal, History.Subject subject, Duration patience) {
        this.client = client;
        this.journal = journal;
        this.subject = subject;
        this.content = new Content(subject.seed());
        this.giveUpAt = System.nanoTime() + patience.toNanos();
    }

    /**
     * Asks for everything that the log and the journal name.
     *
     * @return how many questions were not answered, however often they were asked; 0 if all is well
     */
    int look(
            WrittenLog log,
            Collection<String> ids,
            Collection<String> keys,
            Optional<KeyValueReader> live)
            throws InterruptedException {
        long newest = log.vectors().stream().mapToLong(VectorEntry::time).max().orElse(0);
        Map<String, VectorEntry> last = new TreeMap<>();
        log.vectors().forEach(entry -> last.put(entry.id(), entry));
        TreeSet<String> all = new TreeSet<>(ids);
        all.addAll(last.keySet());
        for (List<String> some : parts(List.copyOf(all), IDS_AT_A_TIME)) {
            fetch(some, newest);
        }
        List<Long> tokens =
                last.values().stream()
                        .filter(entry -> !entry.delete())
                        .map(VectorEntry::token)
                        .toList();
        for (List<Long> some : parts(tokens, VECTORS_AT_A_TIME)) {
            search(some, OWN_K, newest);
        }
        search(List.of(1L), 0, newest);
        try (KeyValueReader strong = client.keyValues().strong()) {
            readAll(keys, strong, true);
        }
        if (live.isPresent()) {
            readAll(keys, live.get(), false);
        }
        return unanswered;
    }

    private static <T> List<List<T>> parts(List<T> all, int size) {
        List<List<T>> parts = new ArrayList<>();
        for (int from = 0; from < all.size(); from += size) {
            parts.add(all.subList(from, Math.min(all.size(), from + size)));
        }
        return parts;
    }

    private void fetch(List<String> ids, long atLeast) throws InterruptedException {
        ProbeRequest request = ProbeRequest.fetch(subject.collection(), ids);
        ask(new Ask.Fetch(ids, atLeast, true), () -> send(request, atLeast));
    }

    private void search(List<Long> tokens, int k, long atLeast) throws InterruptedException {
        List<byte[]> vectors = tokens.stream().map(content::vector).toList();
        ProbeRequest request =
                k == 0
                        ? ProbeRequest.within(subject.collection(), EVERYWHERE, vectors)
                                .maxHits(HITS_MAX)
                        : ProbeRequest.nearest(subject.collection(), k, vectors);
        ask(
                new Ask.Search(tokens, k, true, atLeast, true),
                () -> send(request.exhaustive(), atLeast));
    }

    private CompletableFuture<Answer> send(ProbeRequest request, long atLeast) {
        ProbeRequest whole = request.withVectors().withPayloads().deadline(DEADLINE);
        CompletableFuture<ProbeResult> result =
                client.prober().send(atLeast > 0 ? whole.atLeast(atLeast) : whole);
        return result.thenApply(told -> Answers.of(told, true));
    }

    private void readAll(Collection<String> keys, KeyValueReader reader, boolean strong)
            throws InterruptedException {
        for (String key : keys) {
            ask(new Ask.ReadKey(key, strong, true), () -> reader.get(key).thenApply(Answers::of));
        }
    }

    /** Asks until there is an answer, or there is no time left. */
    private void ask(Ask ask, Supplier<CompletableFuture<Answer>> send)
            throws InterruptedException {
        while (true) {
            Journal.Begun begun = journal.begin(ask);
            Answer answer = answer(send);
            journal.end(begun, answer);
            if (answer.served()) {
                return;
            }
            if (System.nanoTime() > giveUpAt) {
                unanswered++;
                return;
            }
            TimeUnit.MILLISECONDS.sleep(AGAIN_MS);
        }
    }

    private static Answer answer(Supplier<CompletableFuture<Answer>> send)
            throws InterruptedException {
        try {
            return send.get().get();
        } catch (ExecutionException failed) {
            return new Answer.Unknown(String.valueOf(failed.getCause().getMessage()));
        } catch (RuntimeException failed) {
            return new Answer.Unknown(String.valueOf(failed.getMessage()));
        }
    }

    /** The names of all records, or of all keys, that a history speaks of. */
    static Collection<String> names(History history, boolean keys) {
        TreeSet<String> names = new TreeSet<>();
        history.forEach(operation -> name(operation.ask(), keys).forEach(names::add));
        return names;
    }

    private static Stream<String> name(Ask ask, boolean keys) {
        if (keys) {
            return ask instanceof Ask.WriteKey write ? Stream.of(write.key()) : Stream.empty();
        }
        return ask instanceof Ask.PutVector put ? Stream.of(put.id()) : Stream.empty();
    }
}

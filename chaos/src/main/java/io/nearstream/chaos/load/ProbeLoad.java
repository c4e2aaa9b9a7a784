package io.nearstream.chaos.load;

import io.nearstream.chaos.history.Ask;
import io.nearstream.chaos.history.Content;
import io.nearstream.client.ProbeRequest;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Looks for neighbours, by turns exhaustively with all that was acknowledged, and eventually with a
 * target recall; half of the times beside a record that was put not long ago. Some of those that
 * wait for nothing ask for everything instead: only they can miss a record that is just being moved
 * (who waits is served by all subtasks at one moment of query time), and a record whose next
 * version lies far away can only be missed where nothing is too far away.
 */
final class ProbeLoad implements Consumer<SplittableRandom> {
    private static final double TARGET_RECALL = 0.9;

    /** Of the probes that wait for nothing, one in so many asks for everything. */
    private static final int EVERYTHING_EVERY = 8;

    private static final double EVERYWHERE = 1e9;
    private static final int HITS_MAX = 10_000;

    private final Caller caller;
    private final String collection;
    private final Content content;
    private final Recent recent;
    private final int k;
    private final Duration deadline;
    private long turn;

    ProbeLoad(
            Caller caller,
            String collection,
            Content content,
            Recent recent,
            int k,
            Duration deadline) {
        this.caller = caller;
        this.collection = collection;
        this.content = content;
        this.recent = recent;
        this.k = k;
        this.deadline = deadline;
    }

    @Override
    public void accept(SplittableRandom random) {
        turn++;
        boolean waits = turn % 2 == 1;
        boolean everything = turn % (2 * EVERYTHING_EVERY) == 0;
        boolean exhaustive = waits || everything;
        long number = caller.journal().nextNumber();
        long beside = recent.put(random).map(Recent.Put::token).orElse(-number);
        long token = random.nextBoolean() ? beside : -number;
        List<byte[]> query = List.of(content.vector(token));
        long atLeast = waits ? recent.newest() : 0;
        ProbeRequest request =
                (everything
                                ? ProbeRequest.within(collection, EVERYWHERE, query)
                                        .maxHits(HITS_MAX)
                                : ProbeRequest.nearest(collection, k, query))
                        .deadline(deadline);
        boolean vectors = random.nextBoolean() && !everything;
        boolean payloads = random.nextInt(10) == 0 && !everything;
        request = exhaustive ? request.exhaustive() : request.targetRecall(TARGET_RECALL);
        request = atLeast > 0 ? request.atLeast(atLeast) : request;
        request = vectors ? request.withVectors() : request;
        ProbeRequest asked = payloads ? request.withPayloads() : request;
        caller.call(
                number,
                new Ask.Search(List.of(token), everything ? 0 : k, exhaustive, atLeast, false),
                Caller.Call.of(
                        opened ->
                                opened.client()
                                        .prober()
                                        .send(asked)
                                        .thenApply(result -> Answers.of(result, payloads))),
                answer -> {});
    }
}

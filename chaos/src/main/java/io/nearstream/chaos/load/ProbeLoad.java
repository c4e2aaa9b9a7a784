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
 * target recall; half of the times beside a record that was put not long ago.
 */
final class ProbeLoad implements Consumer<SplittableRandom> {
    private static final double TARGET_RECALL = 0.9;

    private final Caller caller;
    private final String collection;
    private final Content content;
    private final Recent recent;
    private final int k;
    private final Duration deadline;
    private boolean exhaustive;

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
        exhaustive = !exhaustive;
        long number = caller.journal().nextNumber();
        long beside = recent.put(random).map(Recent.Put::token).orElse(-number);
        long token = random.nextBoolean() ? beside : -number;
        long atLeast = exhaustive ? recent.newest() : 0;
        ProbeRequest request =
                ProbeRequest.nearest(collection, k, List.of(content.vector(token)))
                        .deadline(deadline);
        boolean vectors = random.nextBoolean();
        boolean payloads = random.nextInt(10) == 0;
        request = exhaustive ? request.exhaustive() : request.targetRecall(TARGET_RECALL);
        request = atLeast > 0 ? request.atLeast(atLeast) : request;
        request = vectors ? request.withVectors() : request;
        ProbeRequest asked = payloads ? request.withPayloads() : request;
        caller.call(
                number,
                new Ask.Search(List.of(token), k, exhaustive, atLeast, false),
                Caller.Call.of(
                        opened ->
                                opened.client()
                                        .prober()
                                        .send(asked)
                                        .thenApply(result -> Answers.of(result, payloads))),
                answer -> {});
    }
}

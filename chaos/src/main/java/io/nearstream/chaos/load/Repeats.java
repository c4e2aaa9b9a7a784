package io.nearstream.chaos.load;

import io.nearstream.chaos.history.Ask;
import io.nearstream.chaos.history.Content;
import io.nearstream.chaos.history.Journal;
import io.nearstream.core.model.CollectionSettings;
import java.util.SplittableRandom;

/** Sends puts once more that were sent not long ago, as a producer does that was not answered. */
final class Repeats {
    private static final int AT_A_TIME = 5;

    private final Load load;
    private final Journal journal;
    private final CollectionSettings collection;
    private final Content content;

    Repeats(Load load, Journal journal, CollectionSettings collection, Content content) {
        this.load = load;
        this.journal = journal;
        this.collection = collection;
        this.content = content;
    }

    void send(SplittableRandom random) {
        for (int i = 0; i < AT_A_TIME; i++) {
            load.recent().put(random).ifPresent(this::repeat);
        }
    }

    private void repeat(Recent.Put put) {
        load.anyWriter()
                .call(
                        journal.nextNumber(),
                        new Ask.RepeatVector(put.id(), put.token()),
                        Caller.Call.of(
                                opened ->
                                        opened.client()
                                                .writer()
                                                .upsert(
                                                        VectorLoad.upsert(
                                                                collection,
                                                                content,
                                                                put.id(),
                                                                put.token()))
                                                .thenApply(VectorLoad::acked)),
                        load.recent()::written);
    }
}

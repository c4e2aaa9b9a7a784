package io.nearstream.chaos.load;

import io.nearstream.chaos.history.Answer;
import io.nearstream.chaos.history.Ask;
import io.nearstream.chaos.history.Content;
import io.nearstream.chaos.history.Position;
import io.nearstream.client.VectorUpsert;
import io.nearstream.client.WriteReceipt;
import io.nearstream.core.model.CollectionSettings;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Puts, replaces and deletes records; half of them are shared by all writers. Half of the records
 * are written seldom: a version of theirs that was lost is not soon replaced by a newer one.
 */
final class VectorLoad implements Consumer<SplittableRandom> {
    private static final int DELETE_TENTHS = 2;

    /** Of all writes, one in so many goes to the half that is written seldom. */
    private static final int SELDOM_EVERY = 8;

    private final Caller caller;
    private final CollectionSettings collection;
    private final Content content;
    private final Recent recent;
    private final Skew skew;
    private final String own;
    private final int shared;
    private final int ownIds;

    /**
     * A writer.
     *
     * @param own begins the ids that no other writer writes
     * @param ids of all writers together; each writes so many of its own
     */
    VectorLoad(
            Caller caller,
            CollectionSettings collection,
            Content content,
            Recent recent,
            Skew skew,
            String own,
            int shared,
            int ownIds) {
        this.caller = caller;
        this.collection = collection;
        this.content = content;
        this.recent = recent;
        this.skew = skew;
        this.own = own;
        this.shared = shared;
        this.ownIds = ownIds;
    }

    @Override
    public void accept(SplittableRandom random) {
        String id =
                random.nextBoolean()
                        ? "shared-" + draw(random, shared)
                        : own + draw(random, ownIds);
        long number = caller.journal().nextNumber();
        if (random.nextInt(10) < DELETE_TENTHS) {
            caller.call(
                    number,
                    new Ask.DeleteVector(id),
                    Caller.Call.of(
                            opened ->
                                    opened.client()
                                            .writer()
                                            .delete(collection.name(), id)
                                            .thenApply(VectorLoad::acked)),
                    recent::written);
            return;
        }
        VectorUpsert upsert = upsert(collection, content, id, number);
        caller.call(
                number,
                new Ask.PutVector(id),
                Caller.Call.of(
                        opened ->
                                opened.client()
                                        .writer()
                                        .upsert(upsert)
                                        .thenApply(VectorLoad::acked)),
                answer -> {
                    recent.written(answer);
                    recent.put(id, number);
                });
    }

    private int draw(SplittableRandom random, int count) {
        int often = (count + 1) / 2;
        boolean seldom = random.nextInt(SELDOM_EVERY) == 0 && often < count;
        return seldom ? often + random.nextInt(count - often) : skew.draw(random, often);
    }

    /** The record of a token; its event time is the token, by which it is known in the log. */
    static VectorUpsert upsert(
            CollectionSettings collection, Content content, String id, long token) {
        VectorUpsert upsert =
                VectorUpsert.of(collection, id, content.vector(token)).withEventTime(token);
        byte[] payload = content.payload(token);
        return payload.length == 0 ? upsert : upsert.withPayload(payload);
    }

    static Answer acked(WriteReceipt receipt) {
        return new Answer.Acked(
                new Position(receipt.partition(), receipt.offset()), receipt.appendTime());
    }
}

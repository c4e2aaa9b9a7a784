package io.nearstream.embedded.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.client.NearstreamClient;
import io.nearstream.client.VectorUpsert;
import io.nearstream.client.WriteReceipt;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.schemas.Hit;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Records that one thread changes while others look at them. Each id has a history of states; what
 * a probe may show of it lies between the state that was certain when the probe was sent and the
 * last one that was sent when its answer had come. The first half of the ids is never deleted.
 * Thread-safe, for one writer.
 */
public final class Observed {
    private static final long ACKNOWLEDGED_TIMEOUT_S = 60;

    /** A delete, in a history. */
    private static final ByteBuffer ABSENT = ByteBuffer.allocate(0);

    private final NearstreamClient client;
    private final CollectionSettings settings;
    private final List<List<ByteBuffer>> histories = new ArrayList<>();

    /** By id: the newest state that was acknowledged, and that an answer must show. */
    private final int[] acknowledged;

    private final int[] proven;
    private long asOf;

    /** So many records, {@code v0} and so on, which do not exist yet. */
    public Observed(NearstreamClient client, CollectionSettings settings, int ids) {
        this.client = client;
        this.settings = settings;
        this.acknowledged = new int[ids];
        this.proven = new int[ids];
        for (int id = 0; id < ids; id++) {
            histories.add(new ArrayList<>());
        }
    }

    /** The collection that is written to. */
    public CollectionSettings collection() {
        return settings;
    }

    /** A random vector of the collection. */
    public byte[] vector(SplittableRandom random) {
        return Kinds.vector(settings, random);
    }

    /** So many different ids. */
    public List<String> ids(SplittableRandom random, int count) {
        return random.ints(0, histories.size())
                .distinct()
                .limit(count)
                .mapToObj(id -> "v" + id)
                .toList();
    }

    /** Puts every record once and waits for the acknowledgements. */
    public void putAll(SplittableRandom random) throws Exception {
        List<CompletableFuture<WriteReceipt>> receipts = new ArrayList<>();
        for (int id = 0; id < histories.size(); id++) {
            receipts.add(put(id, vector(random)));
        }
        await(receipts);
    }

    /** Replaces and deletes records at random, and waits for the acknowledgements. */
    public void changeSome(SplittableRandom random, int count) throws Exception {
        List<CompletableFuture<WriteReceipt>> receipts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int id = random.nextInt(histories.size());
            boolean delete = id >= histories.size() / 2 && random.nextInt(3) == 0;
            receipts.add(delete ? delete(id) : put(id, vector(random)));
        }
        await(receipts);
    }

    private CompletableFuture<WriteReceipt> put(int id, byte[] vector) {
        remember(id, ByteBuffer.wrap(vector));
        return client.writer().upsert(VectorUpsert.of(settings, "v" + id, vector));
    }

    private CompletableFuture<WriteReceipt> delete(int id) {
        remember(id, ABSENT);
        return client.writer().delete(settings.name(), "v" + id);
    }

    private synchronized void remember(int id, ByteBuffer state) {
        histories.get(id).add(state);
    }

    private void await(List<CompletableFuture<WriteReceipt>> receipts) throws Exception {
        long newest = 0;
        for (CompletableFuture<WriteReceipt> receipt : receipts) {
            newest =
                    Math.max(
                            newest,
                            receipt.get(ACKNOWLEDGED_TIMEOUT_S, TimeUnit.SECONDS).appendTime());
        }
        synchronized (this) {
            asOf = Math.max(asOf, newest);
            for (int id = 0; id < acknowledged.length; id++) {
                acknowledged[id] = histories.get(id).size() - 1;
            }
        }
    }

    /** What a probe may show that covers all that is acknowledged now. */
    public synchronized Span sinceAcknowledged() {
        return new Span(acknowledged.clone(), asOf);
    }

    /** What any probe may show: never less than an earlier answer that covered more. */
    public synchronized Span sinceProven() {
        return new Span(proven.clone(), 0);
    }

    private synchronized List<ByteBuffer> since(int id, int first) {
        List<ByteBuffer> history = histories.get(id);
        return List.copyOf(history.subList(first, history.size()));
    }

    private synchronized void prove(int[] least) {
        for (int id = 0; id < proven.length; id++) {
            proven[id] = Math.max(proven[id], least[id]);
        }
    }

    /** What an answer may show that came after this was made; by id, the oldest state it may. */
    public final class Span {
        private final int[] least;
        private final long asOf;

        private Span(int[] least, long asOf) {
            this.least = least;
            this.asOf = asOf;
        }

        /** The append time that the probe asks for. */
        public long asOf() {
            return asOf;
        }

        /** An answer has shown all this: no later one may show less. */
        public void proven() {
            prove(least);
        }

        /** The hits are all records that there are. */
        public void assertComplete(List<Hit> hits) {
            Map<String, List<Hit>> byId = hits.stream().collect(Collectors.groupingBy(Hit::getId));
            for (int id = 0; id < least.length; id++) {
                assertRecord("v" + id, byId.getOrDefault("v" + id, List.of()));
            }
            assertThat(byId).hasSizeLessThanOrEqualTo(least.length);
        }

        /** Each hit is a record that there is; others may be missing. */
        public void assertPossible(List<Hit> hits) {
            hits.stream().collect(Collectors.groupingBy(Hit::getId)).forEach(this::assertRecord);
        }

        /** The hits are one record, once in one of its states, or none where it may be absent. */
        public void assertRecord(String name, List<Hit> hits) {
            int id = Integer.parseInt(name.substring(1));
            assertThat(hits).as(name).hasSizeLessThan(2);
            ByteBuffer shown = hits.isEmpty() ? ABSENT : hits.get(0).getVector();
            assertThat(shown)
                    .as("%s, in states from its %dth", name, least[id])
                    .isIn(since(id, least[id]));
        }
    }
}

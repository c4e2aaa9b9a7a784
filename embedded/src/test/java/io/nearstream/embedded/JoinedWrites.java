package io.nearstream.embedded;

import io.nearstream.client.NearstreamClient;
import io.nearstream.client.VectorBytes;
import io.nearstream.client.VectorUpsert;
import io.nearstream.client.WriteReceipt;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Metric;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Random upserts, deletes and expiries over a fixed set of ids of several collections, whose
 * vectors lie in clusters. Not thread-safe.
 */
final class JoinedWrites {
    private static final int CLUSTERS = 40;
    private static final int TTL_MS_MAX = 3_000;

    private final NearstreamClient client;
    private final SplittableRandom random;
    private final int ids;
    private final long eventTimeMax;
    private final List<CollectionSettings> collections = new ArrayList<>();

    /**
     * @param ids of each collection
     * @param eventTimeMax event times lie between 0 and this, milliseconds
     */
    JoinedWrites(NearstreamClient client, SplittableRandom random, int ids, long eventTimeMax) {
        this.client = client;
        this.random = random;
        this.ids = ids;
        this.eventTimeMax = eventTimeMax;
    }

    /** Creates a collection that {@link #send} writes to from now on. */
    CollectionSettings create(CollectionSettings settings) {
        CollectionSettings created = client.collections().create(settings);
        collections.add(created);
        return created;
    }

    /** Sends so many writes to collections that are drawn, and waits for them. */
    void write(int count) throws Exception {
        await(send(count));
    }

    List<CompletableFuture<WriteReceipt>> send(int count) {
        List<CompletableFuture<WriteReceipt>> receipts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            CollectionSettings collection = collections.get(random.nextInt(collections.size()));
            String id = "v" + random.nextInt(ids);
            receipts.add(
                    random.nextInt(5) == 0
                            ? client.writer().delete(collection.name(), id)
                            : put(collection, id, random.nextInt(5) == 0));
        }
        return receipts;
    }

    private CompletableFuture<WriteReceipt> put(
            CollectionSettings collection, String id, boolean expires) {
        VectorUpsert upsert =
                VectorUpsert.of(collection, id, vector(collection))
                        .withEventTime(random.nextLong(eventTimeMax));
        return client.writer()
                .upsert(
                        expires
                                ? upsert.withTtl(Duration.ofMillis(1 + random.nextInt(TTL_MS_MAX)))
                                : upsert);
    }

    private byte[] vector(CollectionSettings collection) {
        int cluster = random.nextInt(CLUSTERS);
        if (collection.metric() == Metric.JACCARD) {
            long[] elements = new long[collection.dimensions()];
            for (int i = 0; i < elements.length; i++) {
                boolean own = random.nextInt(4) == 0;
                elements[i] = own ? random.nextLong() : (long) cluster * elements.length + i;
            }
            return VectorBytes.ofSet(collection.dimensions(), elements);
        }
        byte[] vector = new byte[collection.dimensions()];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (byte) ((cluster * 53 + i * 29) % 120 + random.nextInt(10));
        }
        return vector;
    }

    /** Every record is deleted, or written once more so that it expires soon. */
    void endAll() throws Exception {
        List<CompletableFuture<WriteReceipt>> receipts = new ArrayList<>();
        for (CollectionSettings collection : collections) {
            for (int i = 0; i < ids; i++) {
                receipts.add(
                        random.nextBoolean()
                                ? client.writer().delete(collection.name(), "v" + i)
                                : put(collection, "v" + i, true));
            }
        }
        await(receipts);
    }

    static void await(List<CompletableFuture<WriteReceipt>> receipts) throws Exception {
        for (CompletableFuture<WriteReceipt> receipt : receipts) {
            receipt.get(60, TimeUnit.SECONDS);
        }
    }
}

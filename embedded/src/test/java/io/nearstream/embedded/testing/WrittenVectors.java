package io.nearstream.embedded.testing;

import io.nearstream.client.NearstreamClient;
import io.nearstream.client.VectorUpsert;
import io.nearstream.client.WriteReceipt;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.similarity.VectorSpace;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** A collection that a test writes, as brute force sees it. */
public final class WrittenVectors {
    private static final int WRITE_SECONDS = 30;

    private final NearstreamClient client;
    private final CollectionSettings settings;
    private final VectorSpace space;
    private final Map<String, byte[]> live = new HashMap<>();

    WrittenVectors(NearstreamClient client, CollectionSettings settings) {
        this.client = client;
        this.settings = settings;
        this.space = VectorSpace.of(settings);
    }

    public CollectionSettings settings() {
        return settings;
    }

    public String name() {
        return settings.name();
    }

    /** The vectors that are live, by id. */
    public Map<String, byte[]> live() {
        return Collections.unmodifiableMap(live);
    }

    /**
     * Writes vectors by id, and waits until all are in the log.
     *
     * @return append time of the last
     */
    public long write(Map<String, byte[]> written) throws Exception {
        return write(written, upsert -> upsert);
    }

    /** The same, with what else belongs to each. */
    public long write(Map<String, byte[]> written, UnaryOperator<VectorUpsert> more)
            throws Exception {
        List<CompletableFuture<WriteReceipt>> receipts = new ArrayList<>();
        for (Map.Entry<String, byte[]> entry : written.entrySet()) {
            VectorUpsert upsert = VectorUpsert.of(settings, entry.getKey(), entry.getValue());
            receipts.add(client.writer().upsert(more.apply(upsert)));
        }
        live.putAll(written);
        return last(receipts);
    }

    /**
     * Deletes records, and waits until that is in the log.
     *
     * @return append time of the last
     */
    public long delete(Collection<String> ids) throws Exception {
        List<CompletableFuture<WriteReceipt>> receipts = new ArrayList<>();
        for (String id : ids) {
            receipts.add(client.writer().delete(settings.name(), id));
            live.remove(id);
        }
        return last(receipts);
    }

    private static long last(List<CompletableFuture<WriteReceipt>> receipts) throws Exception {
        long last = 0;
        for (CompletableFuture<WriteReceipt> receipt : receipts) {
            last = Math.max(last, receipt.get(WRITE_SECONDS, TimeUnit.SECONDS).appendTime());
        }
        return last;
    }

    /** The distance that an exact answer gives. */
    public double distance(byte[] query, byte[] vector) {
        return space.distance(
                space.score(space.query(query), vector, 0, space.inverseNorm(vector, 0)));
    }

    /** The distances of all live vectors, nearest first. */
    public double[] exact(byte[] query) {
        return live.values().stream()
                .mapToDouble(vector -> distance(query, vector))
                .sorted()
                .toArray();
    }
}

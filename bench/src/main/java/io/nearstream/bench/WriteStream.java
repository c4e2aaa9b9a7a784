package io.nearstream.bench;

import io.nearstream.client.NearstreamException;
import io.nearstream.client.VectorUpsert;
import io.nearstream.client.VectorWriter;
import io.nearstream.client.WriteReceipt;
import io.nearstream.client.WriteTally;
import io.nearstream.core.model.CollectionSettings;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Replaces the records of a collection in turn, each by another one's vector, so that nearly every
 * write changes buckets and the collection keeps its size. One thread at a time.
 */
final class WriteStream {
    private static final Duration ACKNOWLEDGED_WITHIN = Duration.ofMinutes(5);

    private final VectorWriter writer;
    private final CollectionSettings collection;
    private final List<byte[]> vectors;
    private long written;

    WriteStream(VectorWriter writer, CollectionSettings collection, List<byte[]> vectors) {
        this.writer = writer;
        this.collection = collection;
        this.vectors = vectors;
    }

    /**
     * What was written.
     *
     * @param writes how many; every one was acknowledged
     * @param appendTime of the last, milliseconds since 1970; 0 without one
     * @param endedAt when the last had been handed over, of {@link System#nanoTime}
     */
    record Written(long writes, long appendTime, long endedAt) {}

    /** As fast as the writer takes them. */
    Written write(long count) {
        WriteTally tally = new WriteTally();
        for (long i = 0; i < count; i++) {
            tally.track(next());
        }
        return end(tally, count);
    }

    /** At a rate, until a moment of {@link System#nanoTime}; what is not sent by then is not. */
    Written write(double perSecond, long until) throws InterruptedException {
        WriteTally tally = new WriteTally();
        Pacer pacer = new Pacer(perSecond);
        long count = 0;
        while (pacer.awaitNext() < until && System.nanoTime() < until) {
            tally.track(next());
            count++;
        }
        return end(tally, count);
    }

    /** The same on a thread of its own. */
    CompletableFuture<Written> writeBeside(double perSecond, long until) {
        CompletableFuture<Written> done = new CompletableFuture<>();
        Thread thread =
                new Thread(
                        () -> {
                            try {
                                done.complete(write(perSecond, until));
                            } catch (InterruptedException | RuntimeException failed) {
                                done.completeExceptionally(failed);
                            }
                        },
                        "bench-writes");
        thread.setDaemon(true);
        thread.start();
        return done;
    }

    private CompletableFuture<WriteReceipt> next() {
        int id = (int) (written % vectors.size());
        long round = 1 + written / vectors.size();
        written++;
        byte[] vector = vectors.get((int) ((id + round) % vectors.size()));
        return writer.upsert(VectorUpsert.of(collection, Integer.toString(id), vector));
    }

    private Written end(WriteTally tally, long count) {
        long endedAt = System.nanoTime();
        writer.flush();
        return new Written(count, count == 0 ? 0 : tally.await(ACKNOWLEDGED_WITHIN), endedAt);
    }

    /** What a writing thread did. */
    static <T> T await(CompletableFuture<T> writing) throws InterruptedException {
        try {
            return writing.get();
        } catch (ExecutionException failed) {
            throw new NearstreamException(
                    "Writing failed: " + failed.getCause().getMessage(), failed.getCause());
        }
    }
}

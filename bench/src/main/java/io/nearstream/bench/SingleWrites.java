package io.nearstream.bench;

import io.nearstream.client.NearstreamClient;
import io.nearstream.client.NearstreamException;
import io.nearstream.client.ProbeRequest;
import io.nearstream.client.VectorUpsert;
import io.nearstream.client.WriteReceipt;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.schemas.Answer;
import io.nearstream.schemas.Hit;
import io.nearstream.schemas.ProbeResult;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.HdrHistogram.Histogram;

/**
 * Writes single new vectors into the loaded index, looks for each, and deletes it again. One thread
 * at a time.
 *
 * @param client one whose writes do not linger
 * @param collection where to
 * @param queries vectors to write
 */
record SingleWrites(NearstreamClient client, CollectionSettings collection, List<byte[]> queries) {
    private static final int DIGITS = 3;
    private static final int NEIGHBOURS = 10;

    /** The written vector's own bucket is among the nearest; this looks beyond them. */
    private static final double SEARCHING_RECALL = 0.99;

    private static final Duration FOUND_WITHIN = Duration.ofSeconds(20);
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(30);
    private static final int FETCH_BATCH = 256;
    private static final long MICROS_PER_MS = 1_000;

    /** One in so many writes is made before the clock counts. */
    private static final int WARM_UP_SHARE = 10;

    Freshness measure(int writes, BenchProgress progress) throws InterruptedException {
        Histogram freshMicros = new Histogram(DIGITS);
        Histogram atLeastMicros = new Histogram(DIGITS);
        long notFound = 0;
        long notRead = 0;
        int warmUps = 1 + writes / WARM_UP_SHARE;
        List<String> ids = new ArrayList<>();
        WriteReceipt deleted = null;
        try (BenchProgress.Stage stage =
                progress.begin("single writes", OptionalLong.of(warmUps + writes))) {
            for (int i = 0; i < warmUps + writes; i++) {
                byte[] vector = queries.get(i % queries.size());
                String fresh = "fresh-" + i;
                long micros = freshness(fresh, vector);
                String read = "read-" + i;
                OptionalLong readMicros = atLeast(read, vector);
                if (i >= warmUps) {
                    record(freshMicros, micros);
                    readMicros.ifPresent(taken -> record(atLeastMicros, taken));
                    notFound += micros < 0 ? 1 : 0;
                    notRead += readMicros.isEmpty() ? 1 : 0;
                }
                ids.addAll(List.of(fresh, read));
                await(client.writer().delete(collection.name(), fresh));
                deleted = await(client.writer().delete(collection.name(), read));
                stage.to(i + 1);
            }
        }
        return new Freshness(
                Percentiles.of(freshMicros),
                Percentiles.of(atLeastMicros),
                notFound,
                notRead,
                stillThere(ids, deleted.appendTime()));
    }

    private static void record(Histogram histogram, long micros) {
        if (micros >= 0) {
            histogram.recordValue(micros);
        }
    }

    /**
     * Probes back to back until the new vector is found.
     *
     * @return microseconds since the broker appended it, or -1. The append time counts whole
     *     milliseconds, so this is half of one too much on average.
     */
    private long freshness(String id, byte[] vector) throws InterruptedException {
        WriteReceipt receipt = write(id, vector);
        long start = System.nanoTime();
        while (System.nanoTime() - start < FOUND_WITHIN.toNanos()) {
            if (contains(client.prober().ask(probe(vector)), id)) {
                long foundAt = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
                return Math.max(0, foundAt - receipt.appendTime() * MICROS_PER_MS);
            }
        }
        return -1;
    }

    /** Writes, and asks for an answer that includes it; empty if the answer does not. */
    private OptionalLong atLeast(String id, byte[] vector) throws InterruptedException {
        long start = System.nanoTime();
        WriteReceipt receipt = write(id, vector);
        ProbeResult result = client.prober().ask(probe(vector).atLeast(receipt.appendTime()));
        long micros = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start);
        return contains(result, id) ? OptionalLong.of(micros) : OptionalLong.empty();
    }

    private ProbeRequest probe(byte[] vector) {
        return ProbeRequest.nearest(collection.name(), NEIGHBOURS, List.of(vector))
                .targetRecall(SEARCHING_RECALL);
    }

    private WriteReceipt write(String id, byte[] vector) throws InterruptedException {
        return await(client.writer().upsert(VectorUpsert.of(collection, id, vector)));
    }

    private static boolean contains(ProbeResult result, String id) {
        for (Answer answer : result.getAnswers()) {
            for (Hit hit : answer.getHits()) {
                if (hit.getId().equals(id)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** How many of the ids the index still holds as of an append time. */
    private long stillThere(List<String> ids, long appendTime) {
        long found = 0;
        for (int from = 0; from < ids.size(); from += FETCH_BATCH) {
            List<String> some = ids.subList(from, Math.min(ids.size(), from + FETCH_BATCH));
            ProbeResult result =
                    client.prober()
                            .ask(ProbeRequest.fetch(collection.name(), some).atLeast(appendTime));
            found += result.getAnswers().stream().filter(a -> !a.getHits().isEmpty()).count();
        }
        return found;
    }

    private static WriteReceipt await(CompletableFuture<WriteReceipt> write)
            throws InterruptedException {
        try {
            return write.get(CALL_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException failed) {
            throw new NearstreamException("A write was not acknowledged: " + failed, failed);
        }
    }
}

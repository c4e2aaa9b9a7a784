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
    private static final long NOT_FOUND_MICROS = FOUND_WITHIN.toNanos() / 1_000;
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
                long micros = freshness(fresh, vector, probe(vector));
                String read = "read-" + i;
                OptionalLong readMicros = atLeast(read, vector);
                if (i >= warmUps) {
                    freshMicros.recordValue(micros);
                    readMicros.ifPresent(atLeastMicros::recordValue);
                    notFound += micros >= NOT_FOUND_MICROS ? 1 : 0;
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

    /**
     * How soon writes are found that nobody deletes again, in an index that counts its records.
     *
     * @param firstId a number; the others follow
     * @param effort of the probes that look for them
     * @return from a write's append to the answer of the first probe that found it
     */
    Percentiles found(int writes, long firstId, int effort, BenchProgress progress)
            throws InterruptedException {
        Histogram micros = new Histogram(DIGITS);
        int warmUps = 1 + writes / WARM_UP_SHARE;
        try (BenchProgress.Stage stage =
                progress.begin("single writes", OptionalLong.of(warmUps + writes))) {
            for (int i = 0; i < warmUps + writes; i++) {
                byte[] vector = queries.get(i % queries.size());
                String id = Long.toString(firstId + i);
                long taken = freshness(id, vector, nearest(vector).probes(effort));
                if (i >= warmUps) {
                    micros.recordValue(taken);
                }
                stage.to(i + 1);
            }
        }
        return Percentiles.of(micros);
    }

    /**
     * Probes back to back until the new vector is found.
     *
     * @return microseconds since the broker appended it, or {@link #NOT_FOUND_MICROS}. The append
     *     time counts whole milliseconds, so this is half of one too much on average.
     */
    private long freshness(String id, byte[] vector, ProbeRequest probe)
            throws InterruptedException {
        WriteReceipt receipt = write(id, vector);
        long start = System.nanoTime();
        while (System.nanoTime() - start < FOUND_WITHIN.toNanos()) {
            if (contains(client.prober().ask(probe), id)) {
                long foundAt = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
                return Math.max(0, foundAt - receipt.appendTime() * MICROS_PER_MS);
            }
        }
        return NOT_FOUND_MICROS;
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
        return nearest(vector).targetRecall(SEARCHING_RECALL);
    }

    private ProbeRequest nearest(byte[] vector) {
        return ProbeRequest.nearest(collection.name(), NEIGHBOURS, List.of(vector));
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

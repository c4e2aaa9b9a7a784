package io.nearstream.migrate;

import io.nearstream.client.NearstreamException;
import io.nearstream.client.ProbeRequest;
import io.nearstream.client.Prober;
import io.nearstream.schemas.Answer;
import io.nearstream.schemas.ExportedRecord;
import io.nearstream.schemas.Hit;
import io.nearstream.schemas.ProbeResult;
import io.nearstream.schemas.ProbeStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;

/**
 * Fetches records by their ids, whole, and asks again where an answer is not complete: a job may be
 * restarting, or hold writes back while it learns its first buckets. Not thread-safe.
 *
 * @param prober to ask
 * @param collection its name
 * @param patience how long a batch is asked for, at most
 */
record Fetches(Prober prober, String collection, Duration patience) {
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    /** What is there of each batch, by id; all batches in flight together. */
    List<Map<String, Hit>> all(
            List<List<ExportedRecord>> batches, UnaryOperator<ProbeRequest> consistency) {
        List<CompletableFuture<ProbeResult>> asked =
                batches.stream().map(batch -> ask(batch, consistency)).toList();
        List<Map<String, Hit>> found = new ArrayList<>();
        for (int i = 0; i < batches.size(); i++) {
            found.add(await(batches.get(i), asked.get(i), consistency));
        }
        return found;
    }

    private CompletableFuture<ProbeResult> ask(
            List<ExportedRecord> batch, UnaryOperator<ProbeRequest> consistency) {
        List<String> ids = batch.stream().map(ExportedRecord::getId).toList();
        return prober.send(
                consistency.apply(
                        ProbeRequest.fetch(collection, ids)
                                .withVectors()
                                .withPayloads()
                                .deadline(DEADLINE)));
    }

    private Map<String, Hit> await(
            List<ExportedRecord> batch,
            CompletableFuture<ProbeResult> first,
            UnaryOperator<ProbeRequest> consistency) {
        long start = System.nanoTime();
        CompletableFuture<ProbeResult> asked = first;
        String last = "no answer came";
        while (System.nanoTime() - start < patience.toNanos()) {
            try {
                ProbeResult result = asked.get();
                if (result.getStatus() == ProbeStatus.COMPLETE) {
                    return byId(result);
                }
                last = "%s: %s".formatted(result.getReason(), result.getMessage());
                if (result.getStatus() == ProbeStatus.REFUSED) {
                    throw new NearstreamException("Fetching records was refused, " + last);
                }
            } catch (ExecutionException failed) {
                last = String.valueOf(failed.getCause().getMessage());
                if (!(failed.getCause() instanceof TimeoutException)) {
                    throw new NearstreamException(last, failed.getCause());
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new NearstreamException("The import was interrupted.", interrupted);
            }
            asked = ask(batch, consistency);
        }
        throw new NearstreamException(
                "Records of collection '%s' could not be fetched within %d s (%s): do both jobs run? Import again, it goes on where it was."
                        .formatted(collection, patience.toSeconds(), last));
    }

    private static Map<String, Hit> byId(ProbeResult result) {
        Map<String, Hit> hits = new HashMap<>();
        for (Answer answer : result.getAnswers()) {
            answer.getHits().forEach(hit -> hits.put(hit.getId(), hit));
        }
        return hits;
    }
}

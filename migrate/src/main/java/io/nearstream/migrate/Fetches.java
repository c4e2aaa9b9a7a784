package io.nearstream.migrate;

import io.nearstream.client.NearstreamException;
import io.nearstream.client.ProbeRequest;
import io.nearstream.client.Prober;
import io.nearstream.core.model.Reason;
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
 * restarting, or hold writes back while it learns its first buckets. What is there may be larger
 * than what is in the file: a batch whose answer is too large is asked for in halves. Not
 * thread-safe.
 *
 * @param probes sends a probe
 * @param collection its name
 * @param patience how long a batch is asked for, at most
 * @param pauses waits before a batch is asked for again
 */
record Fetches(Probes probes, String collection, Duration patience, Pauses pauses) {
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final Duration PAUSE_MIN = Duration.ofMillis(100);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(5);

    /** Sends a probe; see {@link Prober#send(ProbeRequest)}. */
    @FunctionalInterface
    interface Probes {
        CompletableFuture<ProbeResult> send(ProbeRequest request);
    }

    /** Lets time go by. */
    @FunctionalInterface
    interface Pauses {
        void pause(Duration pause) throws InterruptedException;
    }

    /** What is there of each batch, by id; all batches in flight together. */
    List<Map<String, Hit>> all(
            List<List<ExportedRecord>> batches, UnaryOperator<ProbeRequest> consistency) {
        List<List<String>> ids =
                batches.stream()
                        .map(batch -> batch.stream().map(ExportedRecord::getId).toList())
                        .toList();
        List<CompletableFuture<ProbeResult>> asked =
                ids.stream().map(batch -> ask(batch, consistency)).toList();
        List<Map<String, Hit>> found = new ArrayList<>();
        for (int i = 0; i < ids.size(); i++) {
            found.add(await(ids.get(i), asked.get(i), consistency));
        }
        return found;
    }

    private CompletableFuture<ProbeResult> ask(
            List<String> ids, UnaryOperator<ProbeRequest> consistency) {
        return probes.send(
                consistency.apply(
                        ProbeRequest.fetch(collection, ids)
                                .withVectors()
                                .withPayloads()
                                .deadline(DEADLINE)));
    }

    private Map<String, Hit> await(
            List<String> ids,
            CompletableFuture<ProbeResult> first,
            UnaryOperator<ProbeRequest> consistency) {
        long start = System.nanoTime();
        CompletableFuture<ProbeResult> asked = first;
        Duration pause = PAUSE_MIN;
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
                if (Reason.ANSWER_TOO_LARGE.name().equals(result.getReason())) {
                    return halves(ids, consistency, last);
                }
                pauses.pause(pause);
            } catch (ExecutionException failed) {
                last = String.valueOf(failed.getCause().getMessage());
                if (!(failed.getCause() instanceof TimeoutException)) {
                    throw new NearstreamException(last, failed.getCause());
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new NearstreamException("The import was interrupted.", interrupted);
            }
            pause = pause.compareTo(PAUSE_MAX.dividedBy(2)) > 0 ? PAUSE_MAX : pause.multipliedBy(2);
            asked = ask(ids, consistency);
        }
        throw new NearstreamException(
                "Records of collection '%s' could not be fetched within %d s (%s): do both jobs run? Import again, it goes on where it was."
                        .formatted(collection, patience.toSeconds(), last));
    }

    private Map<String, Hit> halves(
            List<String> ids, UnaryOperator<ProbeRequest> consistency, String last) {
        if (ids.size() == 1) {
            throw new NearstreamException(
                    "Record '%s' of collection '%s' is too large to be fetched, %s"
                            .formatted(ids.get(0), collection, last));
        }
        Map<String, Hit> hits = new HashMap<>();
        int half = ids.size() / 2;
        for (List<String> part : List.of(ids.subList(0, half), ids.subList(half, ids.size()))) {
            hits.putAll(await(part, ask(part, consistency), consistency));
        }
        return hits;
    }

    private static Map<String, Hit> byId(ProbeResult result) {
        Map<String, Hit> hits = new HashMap<>();
        for (Answer answer : result.getAnswers()) {
            answer.getHits().forEach(hit -> hits.put(hit.getId(), hit));
        }
        return hits;
    }
}

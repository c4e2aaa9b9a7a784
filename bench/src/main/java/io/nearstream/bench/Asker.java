package io.nearstream.bench;

import io.nearstream.client.ProbeRequest;
import io.nearstream.client.Prober;
import io.nearstream.schemas.Hit;
import io.nearstream.schemas.ProbeResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/**
 * Asks a collection for the neighbours of query vectors, with a number of probes in flight. One
 * thread at a time.
 *
 * @param prober sends the probes
 * @param collection the collection's name
 * @param k neighbours per query
 * @param queries query vectors in the collection's encoding
 * @param effort buckets that a probe visits; without, what the collection's target takes
 */
record Asker(Prober prober, String collection, int k, List<byte[]> queries, OptionalInt effort) {
    private static final Consumer<ProbeResult> FORGET = result -> {};

    /** Asks with the effort that the collection's target takes. */
    Asker(Prober prober, String collection, int k, List<byte[]> queries) {
        this(prober, collection, k, queries, OptionalInt.empty());
    }

    /** Asks the same with an effort given by hand. */
    Asker withEffort(int probes) {
        return new Asker(prober, collection, k, queries, OptionalInt.of(probes));
    }

    /**
     * The answers to every query.
     *
     * @param ids for each query the ids of its hits, nearest first; none where there was no answer
     * @param tally of their probes
     */
    record Answers(List<List<String>> ids, AnswerTally tally) {}

    /** Asks every query once, in a probe of its own. */
    Answers once(int inFlight, BenchProgress.Stage stage) throws InterruptedException {
        List<List<String>> ids = new ArrayList<>();
        AnswerTally tally = new AnswerTally();
        Semaphore free = new Semaphore(inFlight);
        for (int query = 0; query < queries.size(); query++) {
            List<String> hits = new ArrayList<>();
            ids.add(hits);
            send(List.of(queries.get(query)), tally, free, result -> collect(result, hits));
            stage.to(query);
        }
        drain(free, inFlight, tally);
        stage.to(queries.size());
        return new Answers(ids, tally);
    }

    private static void collect(ProbeResult result, List<String> ids) {
        if (!result.getAnswers().isEmpty()) {
            for (Hit hit : result.getAnswers().get(0).getHits()) {
                ids.add(hit.getId());
            }
        }
    }

    /** Asks the queries again and again for so long. */
    Throughput repeatedly(ProbeLoad load, Duration duration, BenchProgress.Stage stage)
            throws InterruptedException {
        AnswerTally tally = new AnswerTally();
        Semaphore free = new Semaphore(load.inFlight());
        long cpuMicros = ProcessFigures.cpuMicros();
        long start = System.nanoTime();
        long end = start + duration.toNanos();
        tally.endWindow(end);
        int next = 0;
        for (long now = start; now < end; now = System.nanoTime()) {
            List<byte[]> vectors = new ArrayList<>(load.batch());
            for (int i = 0; i < load.batch(); i++) {
                vectors.add(queries.get(next));
                next = (next + 1) % queries.size();
            }
            send(vectors, tally, free, FORGET);
            stage.to(Duration.ofNanos(now - start).toSeconds());
        }
        cpuMicros = ProcessFigures.cpuMicros() - cpuMicros;
        drain(free, load.inFlight(), tally);
        return new Throughput(
                load,
                tally.windowVectors() / (duration.toNanos() / 1e9),
                tally.latency(),
                cpuMicros / (double) Math.max(1, tally.windowVectors()),
                tally.counts(),
                tally.firstProblem());
    }

    private void send(
            List<byte[]> vectors, AnswerTally tally, Semaphore free, Consumer<ProbeResult> onAnswer)
            throws InterruptedException {
        free.acquire();
        tally.requireNoFailure();
        long sentAt = System.nanoTime();
        ProbeRequest request = ProbeRequest.nearest(collection, k, vectors);
        effort.ifPresent(request::probes);
        prober.send(request)
                .whenComplete(
                        (result, failure) -> {
                            if (failure == null) {
                                tally.answered(result, vectors.size(), sentAt, System.nanoTime());
                                onAnswer.accept(result);
                            } else {
                                tally.unanswered(failure, System.nanoTime() - sentAt);
                            }
                            free.release();
                        });
    }

    /** Every answer has come, or its time is over. */
    private static void drain(Semaphore free, int inFlight, AnswerTally tally)
            throws InterruptedException {
        free.acquire(inFlight);
        tally.requireNoFailure();
    }
}

package io.nearstream.bench.stream;

import io.nearstream.bench.AnswerCounts;
import io.nearstream.bench.AnswerTally;
import io.nearstream.client.NearstreamClient;
import io.nearstream.client.ProbeRequest;
import io.nearstream.client.VectorUpsert;
import io.nearstream.client.WriteTally;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.schemas.Hit;
import io.nearstream.schemas.ProbeResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Semaphore;

/**
 * A collection of ours, written and asked through Kafka. Keeps what its searches cost. One thread
 * at a time.
 */
final class NearstreamTarget implements Replay.Target {
    private static final Duration SEARCHABLE_WITHIN = Duration.ofMinutes(10);
    private static final int IN_FLIGHT = 16;

    private final NearstreamClient client;
    private final CollectionSettings collection;
    private final StreamInput input;
    private final int k;
    private final OptionalInt probes;
    private final List<StreamReport.Cost> costs = new ArrayList<>();
    private WriteTally tally = new WriteTally();

    /**
     * @param probes buckets to visit; without, as many as the collection chooses
     */
    NearstreamTarget(
            NearstreamClient client,
            CollectionSettings collection,
            StreamInput input,
            int k,
            OptionalInt probes) {
        this.client = client;
        this.collection = collection;
        this.input = input;
        this.k = k;
        this.probes = probes;
    }

    /** The same collection, asked with other effort. */
    NearstreamTarget withProbes(int buckets) {
        return new NearstreamTarget(client, collection, input, k, OptionalInt.of(buckets));
    }

    /** What each search cost, in their order. */
    List<StreamReport.Cost> costs() {
        return costs;
    }

    @Override
    public void put(int tag, int row) {
        tally.track(
                client.writer()
                        .upsert(
                                VectorUpsert.of(
                                        collection, Integer.toString(tag), input.rows().get(row))));
    }

    @Override
    public void remove(int tag) {
        tally.track(client.writer().delete(collection.name(), Integer.toString(tag)));
    }

    @Override
    public void show() {
        client.writer().flush();
        long appended = tally.await(SEARCHABLE_WITHIN);
        tally = new WriteTally();
        if (appended > Long.MIN_VALUE) {
            client.prober()
                    .awaitVisible(
                            collection.name(), input.queries().get(0), appended, SEARCHABLE_WITHIN);
        }
    }

    /** Returns once nothing moves any more, in a generation or a later one. */
    void awaitSettled(int generation) throws InterruptedException {
        client.collections().awaitSettled(collection.name(), generation, SEARCHABLE_WITHIN);
    }

    @Override
    public int[][] ask() throws InterruptedException {
        int[][] tags = new int[input.queries().size()][];
        AnswerTally answers = new AnswerTally();
        Semaphore free = new Semaphore(IN_FLIGHT);
        for (int i = 0; i < tags.length; i++) {
            int query = i;
            tags[query] = new int[0];
            free.acquire();
            answers.requireNoFailure();
            long sentAt = System.nanoTime();
            client.prober()
                    .send(request(input.queries().get(query)))
                    .whenComplete(
                            (result, failure) -> {
                                if (failure == null) {
                                    answers.answered(result, 1, sentAt, System.nanoTime());
                                    tags[query] = tags(result);
                                } else {
                                    answers.unanswered(failure, System.nanoTime() - sentAt);
                                }
                                free.release();
                            });
        }
        free.acquire(IN_FLIGHT);
        answers.requireNoFailure();
        costs.add(cost(answers));
        return tags;
    }

    private ProbeRequest request(byte[] query) {
        ProbeRequest nearest = ProbeRequest.nearest(collection.name(), k, List.of(query));
        return probes.isPresent() ? nearest.probes(probes.getAsInt()) : nearest;
    }

    private static int[] tags(ProbeResult result) {
        return result.getAnswers().stream()
                .flatMap(answer -> answer.getHits().stream())
                .map(Hit::getId)
                .mapToInt(Integer::parseInt)
                .toArray();
    }

    private StreamReport.Cost cost(AnswerTally answers) {
        AnswerCounts counts = answers.counts();
        double answered = counts.answered();
        return new StreamReport.Cost(
                input.queries().size() - counts.complete(),
                counts.buckets() / answered,
                counts.scored() / answered,
                answers.latency());
    }
}

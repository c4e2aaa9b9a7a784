package io.nearstream.bench.cluster;

import io.nearstream.bench.keyvalue.ScrambledZipfian;
import io.nearstream.client.CollectionInfo;
import io.nearstream.client.NearstreamClient;
import io.nearstream.client.NearstreamException;
import io.nearstream.client.ProbeRequest;
import io.nearstream.client.VectorUpsert;
import io.nearstream.client.WriteTally;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.schemas.Hit;
import io.nearstream.schemas.ProbeResult;
import io.nearstream.schemas.ProbeStatus;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;

/**
 * Probes of a collection of {@link SyntheticVectors}, beside vectors that are chosen by YCSB's
 * scrambled zipfian, so that some buckets are far hotter than others. One thread sends; counts may
 * be read by others.
 */
final class ProbeTraffic {
    private static final Duration WITHIN = Duration.ofMinutes(15);

    /** So long no new generation may come before a collection is taken to stay as it is. */
    private static final Duration QUIET = Duration.ofSeconds(8);

    private static final long POLL_MS = 500;

    private final NearstreamClient client;
    private final SyntheticVectors vectors;
    private final int k;
    private final CollectionSettings settings;
    private final ScrambledZipfian chooser;
    private final LongAdder probes = new LongAdder();
    private final LongAdder messages = new LongAdder();
    private final LongAdder buckets = new LongAdder();
    private final LongAdder scored = new LongAdder();
    private final LongAdder hits = new LongAdder();

    private ProbeTraffic(
            NearstreamClient client, SyntheticVectors vectors, int k, CollectionSettings settings) {
        this.client = client;
        this.vectors = vectors;
        this.k = k;
        this.settings = settings;
        this.chooser = new ScrambledZipfian(vectors.size());
    }

    /** On a collection that is created if it is not there yet. */
    static ProbeTraffic on(NearstreamClient client, ClusterLoadPlan plan) {
        CollectionSettings wanted =
                CollectionSettings.learned(
                                plan.collection(), 0, plan.dimensions(), Metric.L2, Encoding.UINT8)
                        .identified(plan.collection(), 0, plan.seed());
        return new ProbeTraffic(
                client,
                SyntheticVectors.of(plan.vectors(), plan.dimensions(), plan.seed()),
                plan.k(),
                client.collections().create(wanted));
    }

    /**
     * Writes every vector and waits until all of them are where they will stay.
     *
     * @param done is told how many were acknowledged
     * @return the generation of the collection's buckets
     */
    int load(LongConsumer done) throws InterruptedException {
        WriteTally tally = new WriteTally();
        for (int row = 0; row < vectors.size(); row++) {
            tally.track(client.writer().upsert(upsert(row)));
            done.accept(tally.acknowledged());
        }
        client.writer().flush();
        long appendTime = tally.await(WITHIN);
        client.prober().awaitVisible(settings.name(), vectors.row(0), appendTime, WITHIN);
        return awaitQuiet(vectors.size() >= settings.trainAfter() ? 1 : 0);
    }

    /** Generations may follow each other; the last one is where nothing moves any more. */
    private int awaitQuiet(int first) throws InterruptedException {
        String name = settings.name();
        int generation = client.collections().awaitSettled(name, first, WITHIN).newest().number();
        long start = System.nanoTime();
        long since = start;
        while (System.nanoTime() - since < QUIET.toNanos()) {
            if (System.nanoTime() - start > WITHIN.toNanos()) {
                throw new NearstreamException(
                        "Collection '%s' was still changing its buckets after %d min: its newest generation is %d."
                                .formatted(name, WITHIN.toMinutes(), generation));
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
            CollectionInfo info = client.collections().describe(name);
            if (info.newest().number() != generation || !info.isSettled(generation)) {
                generation = info.newest().number();
                since = System.nanoTime();
            }
        }
        return generation;
    }

    private VectorUpsert upsert(int row) {
        return VectorUpsert.of(settings, Integer.toString(row), vectors.row(row));
    }

    /**
     * Asks for the neighbours of a vector. The answer is right that is complete, in order, and has
     * no more than was asked for; fewer are a matter of recall, where the buckets that this takes
     * have no more, and are counted by {@link #costs}.
     */
    CompletableFuture<Boolean> probe(SplittableRandom random) {
        return ask(vectors.query(chooser.next(random), random)).thenApply(this::isRight);
    }

    /** Writes a vector again; ends when the broker has it. */
    CompletableFuture<Boolean> write(SplittableRandom random) {
        return client.writer().upsert(upsert(chooser.next(random))).thenApply(receipt -> true);
    }

    private CompletableFuture<ProbeResult> ask(byte[] query) {
        return client.prober().send(ProbeRequest.nearest(settings.name(), k, List.of(query)));
    }

    private boolean isRight(ProbeResult result) {
        probes.increment();
        messages.add(result.getMessages());
        buckets.add(result.getBucketsVisited());
        scored.add(result.getVectorsScored());
        if (result.getStatus() != ProbeStatus.COMPLETE) {
            return false;
        }
        List<Hit> found = result.getAnswers().get(0).getHits();
        hits.add(found.size());
        for (int i = 1; i < found.size(); i++) {
            if (found.get(i).getDistance() < found.get(i - 1).getDistance()) {
                return false;
            }
        }
        return !found.isEmpty() && found.size() <= k;
    }

    /**
     * The part of the true neighbours that is found, by distance, so that ties do no harm.
     *
     * @param queries how many are asked, one by one
     */
    double recall(int queries, SplittableRandom random) throws InterruptedException {
        long found = 0;
        long wanted = 0;
        for (int i = 0; i < queries; i++) {
            byte[] query = vectors.query(random.nextInt(vectors.size()), random);
            List<Integer> truth = vectors.nearest(query, k);
            long worst =
                    SyntheticVectors.squaredDistance(
                            query, vectors.row(truth.get(truth.size() - 1)));
            wanted += truth.size();
            found += hits(query).filter(distance -> distance <= worst).count();
        }
        return found / (double) wanted;
    }

    private LongStream hits(byte[] query) throws InterruptedException {
        try {
            return ask(query).get().getAnswers().get(0).getHits().stream()
                    .mapToLong(
                            hit ->
                                    SyntheticVectors.squaredDistance(
                                            query, vectors.row(Integer.parseInt(hit.getId()))));
        } catch (ExecutionException unanswered) {
            throw new NearstreamException(
                    "A probe was not answered: " + unanswered.getCause().getMessage(),
                    unanswered.getCause());
        }
    }

    /** So far: probes, messages to subtasks, buckets visited, vectors scored, hits. */
    long[] costs() {
        return new long[] {probes.sum(), messages.sum(), buckets.sum(), scored.sum(), hits.sum()};
    }
}

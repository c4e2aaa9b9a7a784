package io.nearstream.bench;

import io.nearstream.client.NearstreamClient;
import io.nearstream.client.NearstreamException;
import io.nearstream.client.ProbeRequest;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.formats.VectorFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.apache.flink.configuration.WebOptions;

/**
 * Measures how long probes take while writes stream. Loads a data set, finds out how many writes a
 * second become searchable at most, and then writes at shares of that while probes are sent at a
 * fixed pace, whatever becomes of them. A probe's time counts from when it was due, so one that
 * could not be sent in time counts as slow. Each share begins with {@link MixedPlan#LEAD_IN} that
 * does not count, so that what is measured is a rate and not its change.
 */
public final class MixedBench {
    private static final Duration SEARCHABLE_WITHIN = Duration.ofMinutes(10);
    private static final int K = 10;

    /** Writes for the ingest limit: many enough for some seconds. */
    private static final long LIMIT_WRITES_MAX = 100_000;

    /** A job takes one a second; this is enough for the longest step that anyone waits for. */
    private static final String CHECKPOINTS_KEPT = "4000";

    /** As many as a client keeps waiting. */
    private static final int IN_FLIGHT_MAX = 10_000;

    private final MixedPlan plan;
    private final NearstreamClient client;
    private final CollectionSettings collection;
    private final List<byte[]> queries;
    private final WriteStream writes;
    private final Disturbances disturbances;
    private final BenchProgress progress;

    private MixedBench(
            MixedPlan plan,
            NearstreamClient client,
            CollectionSettings collection,
            List<byte[]> queries,
            WriteStream writes,
            Disturbances disturbances,
            BenchProgress progress) {
        this.plan = plan;
        this.client = client;
        this.collection = collection;
        this.queries = queries;
        this.writes = writes;
        this.disturbances = disturbances;
        this.progress = progress;
    }

    /**
     * Runs a benchmark.
     *
     * @param dir an empty directory, for broker, state and checkpoints; the caller removes it
     * @throws IOException if a file cannot be read, or does not fit the plan
     * @throws NearstreamException if the system does not do its work
     */
    public static MixedReport run(MixedPlan plan, Path dir, BenchProgress progress)
            throws IOException, InterruptedException {
        SearchReport.Machine machine = SearchReport.Machine.here();
        VectorFile base = VectorFile.open(plan.base()).in(plan.collection().encoding());
        List<byte[]> queries =
                SearchBench.queries(
                        plan.query(), plan.queries(), base, plan.collection().encoding());
        List<byte[]> vectors = base.head(Integer.MAX_VALUE);
        Map<String, String> overrides = new HashMap<>();
        overrides.put(WebOptions.CHECKPOINTS_HISTORY_SIZE.key(), CHECKPOINTS_KEPT);
        overrides.putAll(plan.overrides());
        try (BenchCluster cluster = BenchCluster.start(1, 2, overrides, dir);
                Disturbances disturbances = new Disturbances(cluster);
                NearstreamClient client = NearstreamClient.connect(cluster.bootstrap())) {
            for (int i = 1; i <= plan.warmUpLoads(); i++) {
                CollectionSettings other =
                        client.collections()
                                .create(
                                        plan.collection()
                                                .named(plan.collection().name() + "-" + i));
                Loading.load(client, other, base, progress);
                client.collections().drop(other.name());
            }
            CollectionSettings collection = client.collections().create(plan.collection());
            Loading.load(client, collection, base, progress);
            WriteStream writes = new WriteStream(client.writer(), collection, vectors);
            MixedBench bench =
                    new MixedBench(
                            plan, client, collection, queries, writes, disturbances, progress);
            double limit = bench.limit(vectors.size());
            bench.step(0, limit); // not counted: the first probes wait for the JIT and for state
            List<MixedReport.Step> steps = new ArrayList<>();
            for (double share : MixedPlan.SHARES) {
                steps.add(bench.step(share, limit));
            }
            return new MixedReport(plan, vectors.size(), limit, steps, cluster.restarts(), machine);
        }
    }

    /** Writes per second from the first write until all are searchable; the second time counts. */
    private double limit(int vectors) throws InterruptedException {
        long count = Math.min(LIMIT_WRITES_MAX, vectors);
        double limit = 0;
        for (int round = 0; round < 2; round++) {
            try (BenchProgress.Stage stage =
                    progress.begin("ingest limit", OptionalLong.of(count))) {
                long start = System.nanoTime();
                WriteStream.Written written = writes.write(count);
                awaitVisible(written);
                limit = count / ((System.nanoTime() - start) / 1e9);
                stage.to(count);
            }
        }
        return limit;
    }

    private void awaitVisible(WriteStream.Written written) {
        client.prober()
                .awaitVisible(
                        collection.name(), queries.get(0), written.appendTime(), SEARCHABLE_WITHIN);
    }

    private MixedReport.Step step(double share, double limit) throws InterruptedException {
        String name = "writes at %.0f %%".formatted(100 * share);
        try (BenchProgress.Stage stage =
                progress.begin(name, OptionalLong.of(plan.step().toSeconds()))) {
            long start = System.nanoTime() + MixedPlan.LEAD_IN.toNanos();
            long end = start + plan.step().toNanos();
            CompletableFuture<Streamed> writing =
                    share == 0
                            ? CompletableFuture.completedFuture(new Streamed(0, 0))
                            : writes.writeBeside(share * limit, end).thenApply(this::streamed);
            List<Disturbances.Probed> probed = Collections.synchronizedList(new ArrayList<>());
            AnswerTally tally = probe(start, end, stage, probed);
            Streamed streamed = WriteStream.await(writing);
            double seconds = plan.step().toNanos() / 1e9;
            return new MixedReport.Step(
                    share,
                    streamed.writes / (seconds + MixedPlan.LEAD_IN.toNanos() / 1e9),
                    tally.counts().complete() / seconds,
                    tally.latency(),
                    streamed.lagSeconds,
                    tally.counts(),
                    disturbances.during(probed));
        }
    }

    /** Writes that were sent in time, and how long after the last all were searchable. */
    private record Streamed(long writes, double lagSeconds) {}

    private Streamed streamed(WriteStream.Written written) {
        if (written.writes() == 0) {
            return new Streamed(0, 0);
        }
        awaitVisible(written);
        return new Streamed(written.writes(), (System.nanoTime() - written.endedAt()) / 1e9);
    }

    /**
     * Probes from now on; those count that are due after the start.
     *
     * @param probed is given those that count and were answered
     */
    private AnswerTally probe(
            long start, long end, BenchProgress.Stage stage, List<Disturbances.Probed> probed)
            throws InterruptedException {
        AnswerTally early = new AnswerTally();
        AnswerTally counted = new AnswerTally();
        Semaphore free = new Semaphore(IN_FLIGHT_MAX);
        Pacer pacer = new Pacer(plan.probesPerSecond());
        int next = 0;
        for (long due = pacer.awaitNext();
                due < end && System.nanoTime() < end;
                due = pacer.awaitNext()) {
            free.acquire();
            long dueAt = due;
            boolean counts = due >= start;
            AnswerTally tally = counts ? counted : early;
            tally.requireNoFailure();
            client.prober()
                    .send(ProbeRequest.nearest(collection.name(), K, List.of(queries.get(next))))
                    .whenComplete(
                            (result, failure) -> {
                                long now = System.nanoTime();
                                if (failure == null) {
                                    tally.answered(result, 1, dueAt, now);
                                } else {
                                    tally.unanswered(failure, now - dueAt);
                                }
                                if (counts) {
                                    probed.add(new Disturbances.Probed(dueAt, now));
                                }
                                free.release();
                            });
            next = (next + 1) % queries.size();
            stage.to(Duration.ofNanos(Math.max(0, due - start)).toSeconds());
        }
        free.acquire(IN_FLIGHT_MAX);
        early.requireNoFailure();
        counted.requireNoFailure();
        return counted;
    }
}

package io.nearstream.bench;

import io.nearstream.client.NearstreamClient;
import io.nearstream.client.NearstreamException;
import io.nearstream.client.ProbeRequest;
import io.nearstream.client.VectorUpsert;
import io.nearstream.client.WriteTally;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.formats.VectorFile;
import io.nearstream.schemas.Hit;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Runs a runbook end to end through Kafka: its writes stream into one collection, which learns and
 * moves while they do, and every search asks all queries with the collection's own effort, once all
 * writes before it are searchable. The truth is an exact scan of what is live at that step.
 */
public final class StreamBench {
    private static final Duration SEARCHABLE_WITHIN = Duration.ofMinutes(10);
    private static final int IN_FLIGHT = 16;

    private final StreamPlan plan;
    private final NearstreamClient client;
    private final CollectionSettings collection;
    private final List<byte[]> rows;
    private final List<byte[]> queries;
    private final LiveSet live;
    private final BenchProgress progress;
    private long writes;
    private double writeSeconds;

    private StreamBench(
            StreamPlan plan,
            NearstreamClient client,
            CollectionSettings collection,
            List<byte[]> rows,
            List<byte[]> queries,
            BenchProgress progress) {
        this.plan = plan;
        this.client = client;
        this.collection = collection;
        this.rows = rows;
        this.queries = queries;
        this.live = new LiveSet(VectorSpace.of(collection), rows);
        this.progress = progress;
    }

    /**
     * Runs a runbook.
     *
     * @param dir an empty directory, for broker, state and checkpoints; the caller removes it
     * @throws IOException if a file cannot be read, or does not fit the plan
     * @throws NearstreamException if the system does not do its work
     */
    public static StreamReport run(StreamPlan plan, Path dir, BenchProgress progress)
            throws IOException, InterruptedException {
        VectorFile base = VectorFile.open(plan.base()).in(plan.collection().encoding());
        List<byte[]> rows = rows(plan, base);
        Runbook runbook = Runbook.read(plan.runbook(), rows.size());
        List<byte[]> queries =
                SearchBench.queries(
                        plan.query(), plan.queries(), base, plan.collection().encoding());
        try (BenchCluster cluster = BenchCluster.start(1, 2, plan.overrides(), dir);
                NearstreamClient client = NearstreamClient.connect(cluster.bootstrap())) {
            StreamBench bench =
                    new StreamBench(
                            plan,
                            client,
                            client.collections().create(plan.collection()),
                            rows,
                            queries,
                            progress);
            List<StreamReport.Search> searches = bench.run(runbook);
            StreamReport.Fresh fresh = bench.compareWithFresh(searches);
            return new StreamReport(
                    runbook.name(),
                    searches,
                    bench.writes,
                    bench.writeSeconds,
                    fresh,
                    cluster.restarts());
        }
    }

    /** The base vectors, in the order of their labels where there are any. */
    private static List<byte[]> rows(StreamPlan plan, VectorFile base) throws IOException {
        List<byte[]> rows = base.head(Integer.MAX_VALUE);
        if (plan.labels().isEmpty()) {
            return rows;
        }
        VectorFile file = VectorFile.open(plan.labels().get());
        List<byte[]> labels = file.head(Integer.MAX_VALUE);
        if (file.dimensions() != 1
                || file.encoding() != Encoding.UINT8
                || labels.size() != rows.size()) {
            throw new IOException(
                    "%s: there must be one byte for each of the %d rows of %s, but there are %d rows of %d values of %s."
                            .formatted(
                                    file.path(),
                                    rows.size(),
                                    base.path(),
                                    labels.size(),
                                    file.dimensions(),
                                    file.encoding()));
        }
        return IntStream.range(0, rows.size())
                .boxed()
                .sorted(Comparator.comparingInt(row -> labels.get(row)[0] & 0xff))
                .map(rows::get)
                .toList();
    }

    private List<StreamReport.Search> run(Runbook runbook) throws InterruptedException {
        List<StreamReport.Search> searches = new ArrayList<>();
        try (BenchProgress.Stage stage =
                progress.begin("runbook", OptionalLong.of(runbook.steps().size()))) {
            for (int i = 0; i < runbook.steps().size(); i++) {
                Runbook.Step step = runbook.steps().get(i);
                if (step.operation() == Runbook.Operation.SEARCH) {
                    searches.add(search(step.number()));
                } else {
                    write(step);
                }
                stage.to(i + 1L);
            }
        }
        return searches;
    }

    /** Returns once all is searchable. */
    private void write(Runbook.Step step) {
        WriteTally tally = new WriteTally();
        long start = System.nanoTime();
        for (int i = 0; i < step.count(); i++) {
            int tag = step.firstTag() + i;
            if (step.operation() == Runbook.Operation.DELETE) {
                live.remove(tag);
                tally.track(client.writer().delete(collection.name(), Integer.toString(tag)));
            } else {
                int row = step.firstRow() + i;
                live.put(tag, row);
                tally.track(
                        client.writer()
                                .upsert(
                                        VectorUpsert.of(
                                                collection, Integer.toString(tag), rows.get(row))));
            }
        }
        awaitSearchable(collection, tally);
        writes += step.count();
        writeSeconds += (System.nanoTime() - start) / 1e9;
    }

    private void awaitSearchable(CollectionSettings settings, WriteTally tally) {
        client.writer().flush();
        client.prober()
                .awaitVisible(
                        settings.name(),
                        queries.get(0),
                        tally.await(SEARCHABLE_WITHIN),
                        SEARCHABLE_WITHIN);
    }

    private StreamReport.Search search(int step) throws InterruptedException {
        Asked asked = ask(collection, UnaryOperator.identity());
        LiveSet.Judgement judged = live.judge(queries, asked.ids, plan.k());
        AnswerCounts counts = asked.tally.counts();
        return new StreamReport.Search(
                step,
                live.size(),
                judged.recall(),
                judged.wrong(),
                queries.size() - counts.complete(),
                counts.buckets() / (double) counts.answered(),
                counts.scored() / (double) counts.answered() / Math.max(1, live.size()),
                asked.tally.latency());
    }

    private record Asked(List<List<String>> ids, AnswerTally tally) {}

    private Asked ask(CollectionSettings settings, UnaryOperator<ProbeRequest> effort)
            throws InterruptedException {
        List<List<String>> ids = new ArrayList<>();
        AnswerTally tally = new AnswerTally();
        Semaphore free = new Semaphore(IN_FLIGHT);
        for (byte[] query : queries) {
            List<String> hits = new ArrayList<>();
            ids.add(hits);
            free.acquire();
            tally.requireNoFailure();
            long sentAt = System.nanoTime();
            client.prober()
                    .send(
                            effort.apply(
                                    ProbeRequest.nearest(
                                            settings.name(), plan.k(), List.of(query))))
                    .whenComplete(
                            (result, failure) -> {
                                if (failure == null) {
                                    tally.answered(result, 1, sentAt, System.nanoTime());
                                    result.getAnswers()
                                            .forEach(
                                                    answer ->
                                                            answer.getHits().stream()
                                                                    .map(Hit::getId)
                                                                    .forEach(hits::add));
                                } else {
                                    tally.unanswered(failure);
                                }
                                free.release();
                            });
        }
        free.acquire(IN_FLIGHT);
        tally.requireNoFailure();
        return new Asked(ids, tally);
    }

    /** The same records in a new collection, asked to visit as many buckets as the last search. */
    private StreamReport.Fresh compareWithFresh(List<StreamReport.Search> searches)
            throws InterruptedException {
        int probes =
                searches.isEmpty()
                        ? 1
                        : (int)
                                Math.max(
                                        1, Math.round(searches.get(searches.size() - 1).buckets()));
        try (BenchProgress.Stage stage =
                progress.begin("fresh index", OptionalLong.of(live.size()))) {
            CollectionSettings fresh =
                    client.collections().create(plan.collection().named(collection.name() + "-2"));
            WriteTally tally = new WriteTally();
            // By tag the first that come could be of one class, and the codebook learned from them.
            List<Map.Entry<Integer, Integer>> records = new ArrayList<>(live.rows().entrySet());
            Collections.shuffle(records, new Random(collection.seed()));
            for (Map.Entry<Integer, Integer> record : records) {
                tally.track(
                        client.writer()
                                .upsert(
                                        VectorUpsert.of(
                                                fresh,
                                                Integer.toString(record.getKey()),
                                                rows.get(record.getValue()))));
                stage.to(tally.acknowledged());
            }
            if (live.size() > 0) {
                awaitSearchable(fresh, tally);
            }
            int generation = live.size() >= fresh.trainAfter() ? 1 : 0;
            int streamed = client.collections().describe(collection.name()).newest().number();
            client.collections().awaitSettled(collection.name(), streamed, SEARCHABLE_WITHIN);
            client.collections().awaitSettled(fresh.name(), generation, SEARCHABLE_WITHIN);
            UnaryOperator<ProbeRequest> effort = request -> request.probes(probes);
            return new StreamReport.Fresh(
                    probes,
                    live.judge(queries, ask(collection, effort).ids, plan.k()).recall(),
                    live.judge(queries, ask(fresh, effort).ids, plan.k()).recall());
        }
    }
}

package io.nearstream.bench;

import io.nearstream.client.ClientOptions;
import io.nearstream.client.NearstreamClient;
import io.nearstream.client.NearstreamException;
import io.nearstream.client.VectorBytes;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.formats.VectorFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Measures search end to end: loads a data set through Kafka into an embedded cluster that starts
 * empty, waits until everything is searchable and the last move is done, asks through Kafka, and
 * judges the answers. The system is given what a Kafka producer could give: vectors, one by one.
 * Its codebook and its effort come from the jobs, and the truth is opened after the last answer.
 */
public final class SearchBench {
    private static final String COLLECTION = "bench";

    private final SearchPlan plan;
    private final BenchCluster cluster;
    private final NearstreamClient client;
    private final BenchProgress progress;

    private SearchBench(
            SearchPlan plan,
            BenchCluster cluster,
            NearstreamClient client,
            BenchProgress progress) {
        this.plan = plan;
        this.cluster = cluster;
        this.client = client;
        this.progress = progress;
    }

    /**
     * Runs a benchmark.
     *
     * @param dir an empty directory, for broker, state and checkpoints; the caller removes it
     * @throws IOException if a file cannot be read, or does not fit the plan
     * @throws NearstreamException if the system does not do its work
     */
    public static SearchReport run(SearchPlan plan, Path dir, BenchProgress progress)
            throws IOException, InterruptedException {
        SearchReport.Machine machine = SearchReport.Machine.here();
        plan.files().requireReadable(plan.k());
        VectorFile base = VectorFile.open(plan.files().base()).in(plan.collection().encoding());
        List<byte[]> queries =
                queries(plan.files().query(), plan.queries(), base, plan.collection().encoding());
        try (BenchCluster cluster = BenchCluster.start(plan, dir);
                NearstreamClient client = NearstreamClient.connect(cluster.bootstrap())) {
            return new SearchBench(plan, cluster, client, progress).measure(base, queries, machine);
        } catch (NearstreamException failure) {
            if (Thread.interrupted()) {
                throw (InterruptedException)
                        new InterruptedException("Stopped.").initCause(failure);
            }
            throw failure;
        }
    }

    /** The query vectors in the collection's encoding. */
    public static List<byte[]> queries(Path path, int limit, VectorFile base, Encoding encoding)
            throws IOException {
        VectorFile file = VectorFile.open(path).in(base.encoding());
        if (file.dimensions() != base.dimensions()) {
            throw new IOException(
                    "%s has %d dimensions, but %s has %d."
                            .formatted(
                                    file.path(),
                                    file.dimensions(),
                                    base.path(),
                                    base.dimensions()));
        }
        List<byte[]> queries = new ArrayList<>();
        for (byte[] query : file.head(limit)) {
            queries.add(convert(query, file.encoding(), encoding));
        }
        return queries;
    }

    private static byte[] convert(byte[] vector, Encoding from, Encoding to) {
        return from == to ? vector : VectorBytes.encode(VectorBytes.decode(vector, from), to);
    }

    private SearchReport measure(
            VectorFile base, List<byte[]> queries, SearchReport.Machine machine)
            throws IOException, InterruptedException {
        for (int i = 1; i <= plan.phases().warmUpLoads(); i++) {
            warmUp(i, base, queries);
        }
        CollectionSettings collection = client.collections().create(plan.collection());
        Loading loading = Loading.load(client, collection, base, progress);
        Asker asker = new Asker(client.prober(), collection.name(), plan.k(), queries);
        timed("warm up", asker, plan.load(), plan.phases().warmUp());
        Asker.Answers answers = askOnce(asker);
        timed("warm up", asker, ProbeLoad.ONE_BY_ONE, plan.phases().warmUp());
        Throughput latency = timed("latency", asker, ProbeLoad.ONE_BY_ONE, plan.phases().latency());
        Freshness writes = writeSingly(collection, queries);
        Throughput throughput = throughput(asker, plan.load());
        List<Throughput> sweeps = new ArrayList<>();
        for (ProbeLoad load : plan.sweeps()) {
            sweeps.add(load.equals(plan.load()) ? throughput : throughput(asker, load));
        }
        SearchReport.Footprint footprint = footprint();
        Optional<RoutingComparison> routing = compareRouting(asker, loading.generation());
        Recall recall =
                Recall.of(
                        plan.files(),
                        collection.metric(),
                        queries.stream()
                                .map(query -> VectorBytes.decode(query, collection.encoding()))
                                .toList(),
                        answers.ids(),
                        plan.k());
        return new SearchReport(
                plan,
                queries.size(),
                loading,
                recall,
                answers.tally().counts(),
                latency,
                writes,
                throughput,
                sweeps,
                routing,
                footprint,
                machine);
    }

    /** Another collection of the same vectors, gone before the clock starts. */
    private void warmUp(int number, VectorFile base, List<byte[]> queries)
            throws IOException, InterruptedException {
        CollectionSettings other =
                client.collections()
                        .create(plan.collection().named(plan.collection().name() + "-" + number));
        Loading.load(client, other, base, progress);
        Asker asker = new Asker(client.prober(), other.name(), plan.k(), queries);
        timed("warm up", asker, plan.load(), plan.phases().warmUp());
        client.collections().drop(other.name());
    }

    private Asker.Answers askOnce(Asker asker) throws InterruptedException {
        try (BenchProgress.Stage stage =
                progress.begin("recall", OptionalLong.of(asker.queries().size()))) {
            return asker.once(plan.load().inFlight(), stage);
        }
    }

    private Throughput throughput(Asker asker, ProbeLoad load) throws InterruptedException {
        timed("warm up", asker, load, plan.phases().warmUp());
        return timed(
                "%d in flight".formatted(load.inFlight()), asker, load, plan.phases().throughput());
    }

    private Throughput timed(String name, Asker asker, ProbeLoad load, Duration duration)
            throws InterruptedException {
        try (BenchProgress.Stage stage =
                progress.begin(name, OptionalLong.of(duration.toSeconds()))) {
            return asker.repeatedly(load, duration, stage);
        }
    }

    private Freshness writeSingly(CollectionSettings collection, List<byte[]> queries)
            throws InterruptedException {
        ClientOptions prompt =
                ClientOptions.of(cluster.bootstrap()).withLingers(Duration.ZERO, Duration.ZERO);
        try (NearstreamClient writer = NearstreamClient.connect(prompt)) {
            return new SingleWrites(writer, collection, queries)
                    .measure(plan.phases().singleWrites(), progress);
        }
    }

    private SearchReport.Footprint footprint() throws IOException {
        try (TopicReader topics = new TopicReader(cluster.bootstrap())) {
            return new SearchReport.Footprint(
                    topics.copies(),
                    cluster.queryStateBytes(),
                    StateParts.of(cluster.queryStateBytesByTask()),
                    ProcessFigures.residentBytes(),
                    topics.deadLetters(),
                    cluster.restarts());
        }
    }

    private Optional<RoutingComparison> compareRouting(Asker asker, int generation)
            throws IOException, InterruptedException {
        if (plan.comparedParallelism().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                RoutingComparison.measure(
                        cluster,
                        client.collections(),
                        asker,
                        generation,
                        plan.comparedParallelism().getAsInt(),
                        progress));
    }
}

package io.nearstream.bench;

import io.nearstream.client.ClientOptions;
import io.nearstream.client.NearstreamClient;
import io.nearstream.client.VectorBytes;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Metric;
import io.nearstream.formats.VectorFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * Measures what stands behind the topics, whoever it is, with the clients of {@link SearchBench}:
 * loads the vectors through Kafka, then asks through Kafka with one effort after the other.
 */
public final class EndToEnd {
    /** Query vectors of a probe, where they come in batches. */
    public static final int BATCH = 32;

    private static final int WARM_UPS = 4;
    private static final double NANOS_PER_SECOND = 1e9;

    private final SearchPlan plan;
    private final List<Integer> efforts;
    private final VectorFile base;
    private final List<byte[]> queries;
    private final BenchProgress progress;

    private EndToEnd(
            SearchPlan plan,
            List<Integer> efforts,
            VectorFile base,
            List<byte[]> queries,
            BenchProgress progress) {
        this.plan = plan;
        this.efforts = efforts;
        this.base = base;
        this.queries = queries;
        this.progress = progress;
    }

    /**
     * What was measured.
     *
     * @param loading how the data became searchable
     * @param cpuMicrosPerVector CPU time of all processes meanwhile, per vector
     * @param points by effort, in the order asked for
     * @param batched the points around the wanted recall again, their rates in batches
     * @param fresh from a single write's append until it is found
     * @param stateBytes what the index takes; only of ours, newest checkpoint of the query job
     */
    public record Measured(
            Loading loading,
            double cpuMicrosPerVector,
            List<EffortPoint> points,
            List<EffortPoint> batched,
            Percentiles fresh,
            OptionalLong stateBytes) {}

    /** Something that serves the topics and has indexed nothing yet; closed by who opened it. */
    public interface Server {
        String bootstrap();

        /** CPU time that it takes outside this process, microseconds since some start. */
        long cpuMicros();
    }

    /**
     * Measures ours, in this process.
     *
     * @param efforts buckets that probes visit
     * @param recall around which batches are measured too
     * @param dir an empty directory
     */
    public static Measured nearstream(
            SearchPlan plan, List<Integer> efforts, double recall, Path dir, BenchProgress progress)
            throws IOException, InterruptedException {
        EndToEnd bench = open(plan, efforts, progress);
        try (BenchCluster cluster = BenchCluster.start(plan, dir);
                NearstreamClient client = NearstreamClient.connect(cluster.bootstrap())) {
            for (int i = 1; i <= plan.phases().warmUpLoads(); i++) {
                bench.warmUp(i, client);
            }
            CollectionSettings collection = client.collections().create(plan.collection());
            Loading loading = Loading.load(client, collection, bench.base, progress);
            List<EffortPoint> points = bench.sweep(client, collection, () -> 0);
            List<EffortPoint> batched =
                    bench.inBatches(points, recall, bench.asker(client, collection), () -> 0);
            Percentiles fresh =
                    bench.writeSingly(
                            cluster.bootstrap(),
                            collection,
                            single ->
                                    single.measure(plan.phases().singleWrites(), progress)
                                            .eventual());
            return new Measured(
                    loading,
                    loading.cpuMicrosPerVector(),
                    points,
                    batched,
                    fresh,
                    OptionalLong.of(cluster.queryStateBytes()));
        }
    }

    /**
     * Measures something else behind the same topics, that has no collections and moves nothing.
     *
     * @param efforts its search parameters, sent as a probe's buckets
     * @param recall around which batches are measured too
     */
    public static Measured other(
            SearchPlan plan,
            List<Integer> efforts,
            double recall,
            Server server,
            BenchProgress progress)
            throws IOException, InterruptedException {
        EndToEnd bench = open(plan, efforts, progress);
        try (NearstreamClient client = NearstreamClient.connect(server.bootstrap())) {
            long cpuMicros = server.cpuMicros();
            Loading loading = Loading.load(client, plan.collection(), bench.base, false, progress);
            cpuMicros = server.cpuMicros() - cpuMicros;
            List<EffortPoint> points = bench.sweep(client, plan.collection(), server::cpuMicros);
            return new Measured(
                    loading,
                    loading.cpuMicrosPerVector() + cpuMicros / (double) loading.vectors(),
                    points,
                    bench.inBatches(
                            points,
                            recall,
                            bench.asker(client, plan.collection()),
                            server::cpuMicros),
                    bench.writeSingly(
                            server.bootstrap(),
                            plan.collection(),
                            single ->
                                    single.found(
                                            plan.phases().singleWrites(),
                                            loading.vectors(),
                                            efforts.get(efforts.size() - 1),
                                            progress)),
                    OptionalLong.empty());
        }
    }

    private static EndToEnd open(SearchPlan plan, List<Integer> efforts, BenchProgress progress)
            throws IOException {
        plan.files().requireReadable(plan.k());
        VectorFile base = VectorFile.open(plan.files().base());
        List<byte[]> queries =
                SearchBench.queries(
                        plan.files().query(), plan.queries(), base, plan.collection().encoding());
        return new EndToEnd(plan, efforts, base, queries, progress);
    }

    private Asker asker(NearstreamClient client, CollectionSettings collection) {
        return new Asker(client.prober(), collection.name(), plan.k(), queries);
    }

    private void warmUp(int number, NearstreamClient client)
            throws IOException, InterruptedException {
        CollectionSettings other =
                client.collections()
                        .create(plan.collection().named(plan.collection().name() + "-" + number));
        Loading.load(client, other, base, progress);
        timed("warm up", asker(client, other), plan.load(), plan.phases().warmUp());
        client.collections().drop(other.name());
    }

    private List<EffortPoint> sweep(
            NearstreamClient client, CollectionSettings collection, LongSupplier otherCpuMicros)
            throws IOException, InterruptedException {
        Asker any = asker(client, collection);
        Asker middle = any.withEffort(efforts.get(efforts.size() / 2));
        // Else the first steps pay for what the JIT has not seen yet, on either side.
        timed("warm up", middle, plan.load(), plan.phases().warmUp().multipliedBy(WARM_UPS));
        List<EffortPoint> points = new ArrayList<>();
        for (int effort : efforts) {
            Asker asker = any.withEffort(effort);
            timed("warm up", asker, plan.load(), plan.phases().warmUp());
            Asker.Answers answers;
            try (BenchProgress.Stage stage =
                    progress.begin("recall", OptionalLong.of(queries.size()))) {
                answers = asker.once(plan.load().inFlight(), stage);
            }
            Throughput latency =
                    timed("latency", asker, ProbeLoad.ONE_BY_ONE, plan.phases().latency());
            Throughput throughput =
                    saturated("effort " + effort, asker, plan.load(), otherCpuMicros);
            AnswerCounts counts = answers.tally().counts();
            points.add(
                    new EffortPoint(
                            effort,
                            recall(answers, collection.metric()),
                            counts.scored() / (double) Math.max(1, counts.answered()),
                            latency.latency(),
                            throughput));
        }
        return points;
    }

    /** The points around a recall again, their rates with queries in batches. */
    private List<EffortPoint> inBatches(
            List<EffortPoint> points, double recall, Asker any, LongSupplier otherCpuMicros)
            throws InterruptedException {
        ProbeLoad load = new ProbeLoad(plan.load().inFlight(), BATCH);
        List<EffortPoint> batched = new ArrayList<>();
        for (EffortPoint point : Around.recall(points, EffortPoint::recall, recall)) {
            Asker asker = any.withEffort(point.effort());
            timed("warm up", asker, load, plan.phases().warmUp());
            batched.add(
                    new EffortPoint(
                            point.effort(),
                            point.recall(),
                            point.scored(),
                            point.latency(),
                            saturated("batches", asker, load, otherCpuMicros)));
        }
        return batched;
    }

    private Throughput saturated(
            String name, Asker asker, ProbeLoad load, LongSupplier otherCpuMicros)
            throws InterruptedException {
        Duration duration = plan.phases().throughput();
        long cpuMicros = otherCpuMicros.getAsLong();
        Throughput throughput = timed(name, asker, load, duration);
        cpuMicros = otherCpuMicros.getAsLong() - cpuMicros;
        double vectors = throughput.qps() * duration.toNanos() / NANOS_PER_SECOND;
        return throughput.withMoreCpu(cpuMicros / Math.max(1, vectors));
    }

    private double recall(Asker.Answers answers, Metric metric) throws IOException {
        Recall recall =
                Recall.of(
                        plan.files(),
                        metric,
                        queries.stream()
                                .map(
                                        query ->
                                                VectorBytes.decode(
                                                        query, plan.collection().encoding()))
                                .toList(),
                        answers.ids(),
                        plan.k());
        if (recall.repeated() + recall.unknown() > 0) {
            throw new IOException(
                    "Answers named %d ids twice and %d that are none."
                            .formatted(recall.repeated(), recall.unknown()));
        }
        return recall.recall();
    }

    private Throughput timed(String name, Asker asker, ProbeLoad load, Duration duration)
            throws InterruptedException {
        try (BenchProgress.Stage stage =
                progress.begin(name, OptionalLong.of(duration.toSeconds()))) {
            return asker.repeatedly(load, duration, stage);
        }
    }

    /** What is measured with single writes, one after the other. */
    @FunctionalInterface
    private interface Singly {
        Percentiles measure(SingleWrites single) throws InterruptedException;
    }

    private Percentiles writeSingly(
            String bootstrap, CollectionSettings collection, Singly measurement)
            throws InterruptedException {
        ClientOptions prompt =
                ClientOptions.of(bootstrap).withLingers(Duration.ZERO, Duration.ZERO);
        try (NearstreamClient writer = NearstreamClient.connect(prompt)) {
            return measurement.measure(new SingleWrites(writer, collection, queries));
        }
    }
}

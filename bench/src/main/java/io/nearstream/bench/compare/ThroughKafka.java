package io.nearstream.bench.compare;

import io.nearstream.bench.BenchProgress;
import io.nearstream.bench.EffortPoint;
import io.nearstream.bench.EndToEnd;
import io.nearstream.bench.Phases;
import io.nearstream.bench.ProbeLoad;
import io.nearstream.bench.SearchPlan;
import io.nearstream.bench.Throughput;
import io.nearstream.bench.keyvalue.PassThroughFloor;
import io.nearstream.bench.peer.PeerJvm;
import io.nearstream.bench.peer.SweepPoint;
import io.nearstream.bench.peer.SystemRun;
import io.nearstream.client.NearstreamException;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.formats.VectorFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Measures what stands behind the topics: ours, and the peers in our place. */
final class ThroughKafka {
    /** A single write is looked for, read at least, and deleted: so long on average, and more. */
    private static final long SINGLE_WRITE_MS = 20;

    private static final int FLOOR_SAMPLES = 2_000;

    /** What a probe takes beside its vector. */
    private static final int PROBE_BYTES = 64;

    private static final long SEED = 1;

    private final ComparePlan plan;
    private final double recall;
    private final BenchProgress progress;

    /**
     * @param recall at which batches are measured
     */
    ThroughKafka(ComparePlan plan, double recall, BenchProgress progress) {
        this.plan = plan;
        this.recall = recall;
        this.progress = progress;
    }

    /** Ours, and after it the bare transport on a cluster of its own. */
    SystemRun nearstream(int round, Path dir) throws IOException, InterruptedException {
        SearchPlan search = search(round == 0 ? plan.warmUpLoads() : 0);
        EndToEnd.Measured measured =
                EndToEnd.nearstream(
                        search, plan.set().cells(), recall, dir.resolve("nearstream"), progress);
        Map<String, Double> more = more(Systems.NEARSTREAM, measured);
        more.put("moved_s", measured.loading().seconds());
        more.put(
                Systems.FLOOR_P50,
                PassThroughFloor.measure(
                                search.collection().vectorBytes() + PROBE_BYTES,
                                FLOOR_SAMPLES,
                                dir.resolve("floor"),
                                progress)
                        .p50());
        long stateBytes = measured.stateBytes().orElse(0);
        return run(
                Systems.NEARSTREAM,
                "end to end: Kafka, both jobs, RocksDB, parallelism 1",
                Integer.toString(Runtime.version().feature()),
                measured,
                stateBytes / (double) measured.loading().vectors(),
                more);
    }

    /**
     * A peer behind the same topics.
     *
     * @param system what the report calls it
     * @param index the name of its index
     * @param jvm what it runs on
     */
    SystemRun peer(String system, String index, PeerJvm jvm, Path dir)
            throws IOException, InterruptedException {
        SearchPlan search = search(0);
        try (PeerBehindKafka peer =
                PeerBehindKafka.start(jvm, plan.memoryMb(), index, search.collection(), dir)) {
            EndToEnd.Measured measured;
            try {
                measured = EndToEnd.other(search, plan.set().candidates(), recall, peer, progress);
            } catch (NearstreamException failure) {
                peer.requireAlive(failure);
                throw failure;
            }
            PeerBehindKafka.Said said = peer.said();
            return run(
                    system,
                    said.description() + ", behind Kafka, one writer, a searcher per core",
                    said.java(),
                    measured,
                    said.bytes() / (double) measured.loading().vectors(),
                    more(system, measured));
        }
    }

    private Map<String, Double> more(String system, EndToEnd.Measured measured) throws IOException {
        Map<String, Double> more = new LinkedHashMap<>();
        more.put("acknowledged_s", measured.loading().acknowledgedSeconds());
        more.put("searchable_s", measured.loading().visibleSeconds());
        more.put(Systems.FRESHNESS_P50, measured.fresh().p50());
        more.put(Systems.FRESHNESS_P99, measured.fresh().p99());
        if (!measured.batched().isEmpty()) {
            List<SweepPoint> batched = points(system, measured.batched());
            more.put(Systems.BATCHED_QPS, at(system, batched, SweepPoint::qps));
            more.put(Systems.BATCHED_CPU_S, at(system, batched, SweepPoint::cpuMicros) / 1e6);
        }
        return more;
    }

    private double at(String system, List<SweepPoint> points, ToDoubleFunction<SweepPoint> figure) {
        return AtRecall.of(system, points, recall, figure).number();
    }

    private SearchPlan search(int warmUpLoads) throws IOException {
        VectorFile base = VectorFile.open(plan.set().files().base());
        CollectionSettings collection =
                CollectionSettings.learned(
                        "bench", SEED, base.dimensions(), plan.set().metric(), base.encoding());
        Duration throughput = plan.throughput();
        return SearchPlan.of(plan.set().files(), collection)
                .withQuestions(plan.k(), plan.queries(), new ProbeLoad(plan.inFlight(), 1))
                .withPhases(
                        new Phases(
                                warmUpLoads,
                                throughput.dividedBy(2),
                                throughput.dividedBy(2),
                                throughput,
                                (int) Math.max(1, throughput.toMillis() / SINGLE_WRITE_MS)));
    }

    private SystemRun run(
            String system,
            String description,
            String java,
            EndToEnd.Measured measured,
            double bytesPerVector,
            Map<String, Double> more)
            throws IOException {
        return new SystemRun(
                system,
                description,
                java,
                measured.loading().perSecond(),
                measured.cpuMicrosPerVector(),
                bytesPerVector,
                points(system, measured.points()),
                more);
    }

    private static List<SweepPoint> points(String system, List<EffortPoint> measured)
            throws IOException {
        List<SweepPoint> points = new ArrayList<>();
        for (EffortPoint point : measured) {
            requireComplete(system, point);
            points.add(
                    new SweepPoint(
                            point.effort(),
                            point.recall(),
                            point.throughput().qps(),
                            point.latency().p50(),
                            point.latency().p99(),
                            point.throughput().cpuMicros()));
        }
        return points;
    }

    /** A rate that left questions unanswered is none. */
    private static void requireComplete(String system, EffortPoint point) throws IOException {
        Throughput throughput = point.throughput();
        long incomplete =
                throughput.counts().partial()
                        + throughput.counts().refused()
                        + throughput.counts().timedOut();
        if (incomplete > 0) {
            throw new IOException(
                    "%s left %d probes of effort %d without a complete answer: %s"
                            .formatted(
                                    system,
                                    incomplete,
                                    point.effort(),
                                    throughput.firstProblem().orElse("they timed out")));
        }
    }
}

package io.nearstream.bench.keyvalue;

import io.nearstream.bench.BenchProgress;
import io.nearstream.bench.ProcessFigures;
import io.nearstream.bench.SearchReport.Machine;
import io.nearstream.client.KeyValueReader;
import io.nearstream.client.NearCache;
import io.nearstream.client.NearstreamException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SplittableRandom;

/**
 * Measures the key-value store with a workload of YCSB: loads keys, runs the workload, and checks
 * every value that is read against what was written, see {@link KeySpace}. Yardsticks run after it,
 * in the same process and with the same operations.
 */
public final class KvBench {
    /** Live gets are quick: so many times the samples of other single calls. */
    private static final int LIVE_SAMPLES = 5;

    private static final Runnable NOTHING = () -> {};

    private final KvPlan plan;
    private final KvCluster cluster;
    private final KvConnection connection;
    private final KeySpace keys;
    private final BenchProgress progress;
    private final SplittableRandom random;
    private final KvTally singlesTally = new KvTally();

    private KvBench(
            KvPlan plan,
            KvCluster cluster,
            KvConnection connection,
            KeySpace keys,
            BenchProgress progress) {
        this.plan = plan;
        this.cluster = cluster;
        this.connection = connection;
        this.keys = keys;
        this.progress = progress;
        this.random = new SplittableRandom(plan.load().seed());
    }

    /**
     * Runs a benchmark.
     *
     * @param dir an empty directory, for broker, state and checkpoints; the caller removes it
     * @throws NearstreamException if the system does not do its work
     */
    public static KvReport run(KvPlan plan, Path dir, BenchProgress progress)
            throws IOException, InterruptedException {
        Machine machine = Machine.here();
        KvYardsticks yardsticks = new KvYardsticks(plan, dir, progress);
        yardsticks.requireRedis();
        try (KvCluster cluster = KvCluster.start(plan.target(), dir, progress)) {
            KvReport measured = measure(plan, cluster, progress, machine);
            return measured.withYardsticks(yardsticks.measure(cluster));
        } catch (NearstreamException failure) {
            if (Thread.interrupted()) {
                throw (InterruptedException)
                        new InterruptedException("Stopped.").initCause(failure);
            }
            throw failure;
        }
    }

    private static KvReport measure(
            KvPlan plan, KvCluster cluster, BenchProgress progress, Machine machine)
            throws IOException, InterruptedException {
        // Keys of an earlier run of a server that goes on must not be taken for these.
        String prefix =
                plan.target().running().isPresent()
                        ? "bench-" + Long.toString(System.currentTimeMillis(), 36) + "-"
                        : "user";
        KvLoad load = plan.load();
        KeySpace keys = new KeySpace(prefix, load.records(), plan.insertsMax(), load.valueBytes());
        try (KvConnection connection = KvConnection.open(cluster.addresses(), plan);
                KeysOfARunningServer ignored =
                        new KeysOfARunningServer(plan.target(), keys, connection)) {
            WarmUpLoads.run(plan.warmUpLoads(), prefix, load, connection, progress);
            return new KvBench(plan, cluster, connection, keys, progress).measure(machine);
        }
    }

    private KvReport measure(Machine machine) throws IOException, InterruptedException {
        KvLoading loading = load();
        KvDriver warmUp = driver(NOTHING);
        Optional<KvRun> warmedUp = Optional.empty();
        if (plan.warmUpOperations() > 0) {
            // Another seed, or the measured reads would be those that are in every cache.
            warmedUp =
                    Optional.of(
                            run(warmUp, "warm up", plan.warmUpOperations(), ~plan.load().seed()));
        }
        Latency live = gets("live gets, one by one", connection.live(), ReadWay.LIVE);
        Latency strong = gets("strong gets, one by one", connection.strong(), ReadWay.STRONG);
        Latency visible = puts("put to visible", connection.live(), ReadWay.LIVE);
        keys.forgetUse();
        Measured measured = runWorkload();
        SubtaskLoad subtasks = SubtaskLoad.of(keys, plan.target().parallelism());
        Latency staleness =
                measured.staleness().isPresent()
                        ? measured.staleness().get()
                        : puts("put to cached", connection.cached(), ReadWay.CACHED);
        return new KvReport(
                plan,
                loading,
                new KvReport.Singles(
                        live,
                        strong,
                        visible,
                        staleness,
                        singlesTally.wrongReads()
                                + singlesTally.failures()
                                + warmedUp.map(KvRun::errors).orElse(0L),
                        warmedUp.flatMap(KvRun::firstProblem).or(singlesTally::firstProblem)),
                measured.run(),
                measured.cache(),
                subtasks,
                Map.of(),
                new KvReport.Footprint(
                        cluster.stateBytes(), ProcessFigures.residentBytes(), cluster.restarts()),
                machine);
    }

    private KvLoading load() throws InterruptedException {
        try (BenchProgress.Stage stage =
                progress.begin("load", OptionalLong.of(plan.load().records()))) {
            return KvLoading.load(keys, connection.bulkWriter(), connection.live(), stage);
        }
    }

    private KvDriver driver(Runnable beside) {
        KvLoad load = plan.load();
        KeyValueReader reader =
                switch (load.read()) {
                    case LIVE -> connection.live();
                    case STRONG -> connection.strong();
                    case CACHED -> connection.cached();
                };
        return new KvDriver(
                keys,
                new NearstreamStore(reader, connection.promptWriter()),
                load.read(),
                load.inFlight(),
                load.threads(),
                beside);
    }

    private KvRun run(KvDriver driver, String name, long count, long seed)
            throws InterruptedException {
        try (BenchProgress.Stage stage = progress.begin(name, OptionalLong.of(count))) {
            return driver.run(
                    plan.load().workload(), plan.load().distribution(), count, seed, stage);
        }
    }

    /** The workload's run, with what was seen of the cache meanwhile. */
    private record Measured(
            KvRun run, Optional<KvReport.CacheFigures> cache, Optional<Latency> staleness) {}

    private Measured runWorkload() throws InterruptedException {
        KvLoad load = plan.load();
        String name = "workload " + load.workload();
        if (load.read() != ReadWay.CACHED) {
            KvRun run = run(driver(NOTHING), name, load.operations(), load.seed());
            return new Measured(run, Optional.empty(), Optional.empty());
        }
        NearCache cache = connection.cached();
        HitRate hits = HitRate.from(cache);
        if (load.backgroundPutsPerSecond() == 0) {
            KvRun run = run(driver(NOTHING), name, load.operations(), load.seed());
            return new Measured(
                    run,
                    Optional.of(
                            new KvReport.CacheFigures(
                                    hits.since(cache), OptionalDouble.empty(), 0)),
                    Optional.empty());
        }
        try (BackgroundPuts puts =
                new BackgroundPuts(
                        keys,
                        connection.bulkWriter(),
                        cache,
                        singlesTally,
                        load.backgroundPutsPerSecond(),
                        load.distribution().chooser(load.records(), keys::known),
                        random.split())) {
            KvRun run = run(driver(puts::look), name, load.operations(), load.seed());
            return new Measured(
                    run,
                    Optional.of(
                            new KvReport.CacheFigures(
                                    hits.since(cache),
                                    OptionalDouble.of(puts.perSecond()),
                                    puts.skippedSamples())),
                    Optional.of(puts.staleness()));
        }
    }

    private Latency gets(String name, KeyValueReader reader, ReadWay way)
            throws InterruptedException {
        int samples = way == ReadWay.LIVE ? LIVE_SAMPLES * plan.samples() : plan.samples();
        try (BenchProgress.Stage stage =
                progress.begin(name, OptionalLong.of(SingleCalls.calls(samples)))) {
            return singleCalls().gets(reader, way, samples, stage);
        }
    }

    private Latency puts(String name, KeyValueReader reader, ReadWay way)
            throws InterruptedException {
        try (BenchProgress.Stage stage =
                progress.begin(name, OptionalLong.of(SingleCalls.calls(plan.samples())))) {
            return singleCalls().puts(reader, way, plan.samples(), stage);
        }
    }

    private SingleCalls singleCalls() {
        KeyChooser chooser = plan.load().distribution().chooser(plan.load().records(), keys::known);
        return new SingleCalls(
                keys, connection.promptWriter(), chooser, random.split(), singlesTally);
    }
}

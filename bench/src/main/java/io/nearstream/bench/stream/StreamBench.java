package io.nearstream.bench.stream;

import io.nearstream.bench.BenchCluster;
import io.nearstream.bench.BenchProgress;
import io.nearstream.bench.ScratchDirectory;
import io.nearstream.bench.peer.AbsentException;
import io.nearstream.bench.peer.PeerJvm;
import io.nearstream.bench.peer.PeerProcess;
import io.nearstream.client.NearstreamClient;
import io.nearstream.client.NearstreamException;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Metric;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Replays a runbook with one system after the other. Ours runs end to end through Kafka: the writes
 * stream into one collection, which learns and moves while they do, and every search asks all
 * queries with the collection's own effort, once all writes before it are searchable. Peers are
 * indexes in a process of their own, asked with as many candidates throughout. The truth is an
 * exact scan of what is live at that step, the same for all; in the end each system is compared
 * with a new index of its own.
 */
public final class StreamBench {
    private static final Duration PATIENCE = Duration.ofHours(2);

    private final StreamPlan plan;
    private final StreamInput input;
    private final Truth truth;
    private final BenchProgress progress;

    private StreamBench(StreamPlan plan, StreamInput input, Truth truth, BenchProgress progress) {
        this.plan = plan;
        this.input = input;
        this.truth = truth;
        this.progress = progress;
    }

    /**
     * Runs a runbook.
     *
     * @param dir an empty directory, for broker, state and checkpoints; the caller removes it
     * @throws IOException if a file cannot be read or does not fit the plan, or a system fails
     * @throws NearstreamException if ours does not do its work
     */
    public static StreamReport run(StreamPlan plan, Path dir, BenchProgress progress)
            throws IOException, InterruptedException {
        CollectionSettings collection = plan.collection();
        StreamInput input =
                StreamInput.read(
                        plan.files(), collection.metric(), collection.encoding(), plan.queries());
        Truth truth;
        try (BenchProgress.Stage stage = begin(progress, "truth", input)) {
            truth = new Truth(input, plan.k(), stage::to);
        }
        return new StreamBench(plan, input, truth, progress).run(dir);
    }

    private static BenchProgress.Stage begin(
            BenchProgress progress, String name, StreamInput input) {
        return progress.begin(name, OptionalLong.of(input.runbook().steps().size()));
    }

    private StreamReport run(Path dir) throws IOException, InterruptedException {
        Map<String, StreamReport.Run> runs = new LinkedHashMap<>();
        Map<String, String> absent = new LinkedHashMap<>();
        for (String system : plan.systems()) {
            try {
                runs.put(
                        system,
                        system.equals(StreamPlan.NEARSTREAM)
                                ? ours(dir.resolve(system))
                                : peer(system));
            } catch (AbsentException missing) {
                absent.put(system, missing.getMessage());
            }
        }
        return new StreamReport(
                input.runbook().name(), plan.k(), input.queries().size(), runs, absent);
    }

    private StreamReport.Run ours(Path dir) throws IOException, InterruptedException {
        try (BenchCluster cluster = BenchCluster.start(1, 2, plan.overrides(), dir);
                NearstreamClient client = NearstreamClient.connect(cluster.bootstrap())) {
            NearstreamTarget target = target(client, plan.collection());
            Replay replay;
            try (BenchProgress.Stage stage = begin(progress, StreamPlan.NEARSTREAM, input)) {
                replay = Replay.run(input.runbook(), target, stage::to);
            }
            List<StreamReport.Cost> costs = target.costs();
            int probes =
                    costs.isEmpty()
                            ? 1
                            : Math.max(1, (int) Math.round(costs.get(costs.size() - 1).buckets()));
            return new StreamReport.Run(
                    "end to end: Kafka, both jobs, RocksDB, parallelism 1",
                    Integer.toString(Runtime.version().feature()),
                    searches(replay, costs),
                    replay.writes(),
                    replay.writeSeconds(),
                    fresh(client, target, probes),
                    OptionalInt.of(cluster.restarts()));
        }
    }

    private NearstreamTarget target(NearstreamClient client, CollectionSettings collection) {
        return new NearstreamTarget(
                client,
                client.collections().create(collection),
                input,
                plan.k(),
                OptionalInt.empty());
    }

    /** The same records in a new collection, asked to visit as many buckets as the last search. */
    private StreamReport.Fresh fresh(NearstreamClient client, NearstreamTarget streamed, int probes)
            throws IOException, InterruptedException {
        String name = plan.collection().name();
        try (BenchProgress.Stage stage =
                progress.begin("fresh index", OptionalLong.of(truth.end().size()))) {
            NearstreamTarget fresh = target(client, plan.collection().named(name + "-2"));
            Replay.fill(fresh, truth.end().rows(), plan.collection().seed());
            stage.to(truth.end().size());
            streamed.awaitSettled(client.collections().describe(name).newest().number());
            fresh.awaitSettled(truth.end().size() >= plan.collection().trainAfter() ? 1 : 0);
            NearstreamTarget old = streamed.withProbes(probes);
            NearstreamTarget young = fresh.withProbes(probes);
            return new StreamReport.Fresh(
                    probes,
                    truth.judgeAtEnd(old.ask()).recall(),
                    truth.judgeAtEnd(young.ask()).recall(),
                    scannedAtEnd(old),
                    scannedAtEnd(young));
        }
    }

    private Optional<Double> scannedAtEnd(NearstreamTarget asked) {
        List<StreamReport.Cost> costs = asked.costs();
        double scored = costs.get(costs.size() - 1).scored();
        return Optional.of(scored / Math.max(1, truth.end().size()));
    }

    private StreamReport.Run peer(String system)
            throws IOException, InterruptedException, AbsentException {
        Metric metric = plan.collection().metric();
        if (metric != Metric.L2 && metric != Metric.COSINE) {
            throw new AbsentException(
                    "it is measured under l2 and cosine only, but the metric is " + metric);
        }
        PeerJvm jvm = system.equals(StreamPlan.SCAN) ? PeerJvm.own() : plan.peers().jvm();
        PeerProcess process =
                new PeerProcess(
                        jvm.command(plan.memoryMb(), List.of(), ReplayMain.class), PATIENCE);
        ReplayPlan replay =
                new ReplayPlan(
                        system,
                        plan.files(),
                        metric,
                        plan.collection().encoding(),
                        plan.queries(),
                        plan.k(),
                        plan.candidates(),
                        plan.collection().seed());
        try (ScratchDirectory scratch = ScratchDirectory.create("nearstream-stream-");
                BenchProgress.Stage stage = progress.begin(system, OptionalLong.of(1))) {
            ReplayRun run =
                    ReplayRun.parse(process.report(system, replay.arguments(), scratch.path()));
            stage.to(1);
            return new StreamReport.Run(
                    run.description() + ", %d candidates".formatted(plan.candidates()),
                    run.java(),
                    searches(run.replay(), List.of()),
                    run.replay().writes(),
                    run.replay().writeSeconds(),
                    new StreamReport.Fresh(
                            plan.candidates(),
                            truth.judgeAtEnd(run.atEnd()).recall(),
                            truth.judgeAtEnd(run.fresh()).recall(),
                            Optional.empty(),
                            Optional.empty()),
                    OptionalInt.empty());
        }
    }

    /**
     * Judges the answers.
     *
     * @param costs of the searches, where they are known
     */
    private List<StreamReport.Search> searches(Replay replay, List<StreamReport.Cost> costs) {
        List<LiveSet.Judgement> judged = truth.judge(replay.searches());
        List<StreamReport.Search> searches = new ArrayList<>();
        for (int i = 0; i < judged.size(); i++) {
            Replay.Answers answers = replay.searches().get(i);
            searches.add(
                    new StreamReport.Search(
                            answers.step(),
                            truth.live(i),
                            judged.get(i).recall(),
                            judged.get(i).wrong(),
                            answers.writeSeconds(),
                            answers.searchSeconds(),
                            costs.stream().skip(i).findFirst()));
        }
        return searches;
    }
}

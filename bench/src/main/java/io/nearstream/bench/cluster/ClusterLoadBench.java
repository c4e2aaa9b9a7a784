package io.nearstream.bench.cluster;

import io.nearstream.bench.BenchProgress;
import io.nearstream.bench.keyvalue.KeyTraffic;
import io.nearstream.client.ClientOptions;
import io.nearstream.client.KeyValueReader;
import io.nearstream.client.LiveReadOptions;
import io.nearstream.client.NearstreamClient;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;

/**
 * Loads a cluster that runs elsewhere, and measures what it answers in a closed loop: data first,
 * then each load until its throughput is steady, then one concurrency after the other. Uses the
 * public client only. One thread runs it, once.
 */
public final class ClusterLoadBench {
    /** One of these after the other makes a warm-up. */
    private static final Duration WINDOW = Duration.ofSeconds(5);

    /** Longest interval of a work file: throughput over time is seen by it. */
    private static final Duration INTERVAL = Duration.ofSeconds(10);

    /** A changed concurrency takes so long until its answers are of it alone. */
    private static final Duration SETTLE = Duration.ofSeconds(1);

    /** A host with a quarter of a core answers late, and that is what is measured. */
    private static final Duration GET_DEADLINE = Duration.ofSeconds(20);

    private static final int RECALL_QUERIES = 100;

    private final ClusterLoadPlan plan;
    private final BenchProgress progress;
    private final Clock clock;
    private final SplittableRandom random;

    private ClusterLoadBench(ClusterLoadPlan plan, BenchProgress progress, Clock clock) {
        this.plan = plan;
        this.progress = progress;
        this.clock = clock;
        this.random = new SplittableRandom(plan.seed());
    }

    /** What happens between the warm-up and the measurements. */
    @FunctionalInterface
    public interface Hold {
        void await() throws IOException;
    }

    /** Is given every interval that was measured, for {@code bench power}. */
    @FunctionalInterface
    public interface WorkSink {
        void add(Map<String, Object> interval) throws IOException;
    }

    /**
     * Runs the whole plan.
     *
     * @param hold runs once everything is loaded and warm
     * @param work takes the measured intervals
     * @throws io.nearstream.client.NearstreamException when the cluster does not answer
     */
    public static ClusterLoadReport run(
            ClusterLoadPlan plan, BenchProgress progress, Clock clock, Hold hold, WorkSink work)
            throws IOException, InterruptedException {
        return new ClusterLoadBench(plan, progress, clock).run(hold, work);
    }

    private ClusterLoadReport run(Hold hold, WorkSink work)
            throws IOException, InterruptedException {
        LiveReadOptions reads =
                LiveReadOptions.of(plan.state())
                        .withDeadline(GET_DEADLINE)
                        .withInFlightMax(ClusterLoadPlan.IN_FLIGHT_MAX);
        try (NearstreamClient client =
                        NearstreamClient.connect(ClientOptions.of(plan.bootstrap()));
                KeyValueReader live = client.keyValues().live(reads);
                KeyValueReader strong = client.keyValues().strong()) {
            Optional<KeyTraffic> keys =
                    plan.hasKeys()
                            ? Optional.of(
                                    new KeyTraffic(
                                            live,
                                            client.keyValues().writer(),
                                            plan.data().keys(),
                                            plan.data().valueBytes()))
                            : Optional.empty();
            Optional<ProbeTraffic> probes =
                    plan.hasVectors()
                            ? Optional.of(ProbeTraffic.on(client, plan))
                            : Optional.empty();
            ClusterLoadReport.Preparation prepared = prepare(keys, probes, strong);
            for (LoadKind load : plan.loads()) {
                warmUp(load, traffic(load, keys, probes));
            }
            hold.await();
            List<ClusterLoadReport.Load> measured = new ArrayList<>();
            for (LoadKind load : plan.loads()) {
                measured.add(measure(load, keys, probes, work));
            }
            return new ClusterLoadReport(plan, prepared, measured);
        }
    }

    private ClusterLoadReport.Preparation prepare(
            Optional<KeyTraffic> keys, Optional<ProbeTraffic> probes, KeyValueReader strong)
            throws InterruptedException {
        long start = System.nanoTime();
        int generation = 0;
        if (plan.prepare() && keys.isPresent()) {
            progress.say("writing %,d keys".formatted(plan.data().keys()));
            try (BenchProgress.Stage stage =
                    progress.begin("keys", OptionalLong.of(plan.data().keys()))) {
                keys.get().load(strong, stage::to);
            }
        }
        if (plan.prepare() && probes.isPresent()) {
            progress.say(
                    "writing %,d vectors, until their buckets are at rest"
                            .formatted(plan.vectors()));
            try (BenchProgress.Stage stage =
                    progress.begin("vectors", OptionalLong.of(plan.vectors()))) {
                generation = probes.get().load(stage::to);
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        double recall =
                probes.isPresent() ? probes.get().recall(RECALL_QUERIES, random.split()) : 0;
        progress.say(
                "data is there after %.0f s: generation %d, recall %.3f"
                        .formatted(seconds, generation, recall));
        return new ClusterLoadReport.Preparation(seconds, generation, recall);
    }

    private static Traffic traffic(
            LoadKind load, Optional<KeyTraffic> keys, Optional<ProbeTraffic> probes) {
        return switch (load) {
            case GETS -> keys.orElseThrow()::get;
            case PUTS -> keys.orElseThrow()::put;
            case PROBES -> probes.orElseThrow()::probe;
            case MIXED -> new MixedTraffic(keys.orElseThrow(), probes.orElseThrow());
        };
    }

    private void warmUp(LoadKind load, Traffic traffic) throws InterruptedException {
        if (plan.times().warmUp().isZero()) {
            return;
        }
        try (ClosedLoop loop =
                ClosedLoop.start(traffic, plan.firstInFlight(), random.split(), clock)) {
            LoadWindow window = loop.measure(plan.times().warmUp());
            progress.say("warm-up of %s: %,.0f a second".formatted(name(load), window.perSecond()));
        }
    }

    private ClusterLoadReport.Load measure(
            LoadKind load, Optional<KeyTraffic> keys, Optional<ProbeTraffic> probes, WorkSink work)
            throws IOException, InterruptedException {
        Traffic traffic = traffic(load, keys, probes);
        List<Double> rates = new ArrayList<>();
        try (ClosedLoop loop =
                ClosedLoop.start(traffic, plan.firstInFlight(), random.split(), clock)) {
            long end = System.nanoTime() + plan.times().steadyWithin().toNanos();
            while (!Steadiness.isSteady(rates) && System.nanoTime() < end) {
                rates.add(loop.measure(WINDOW).perSecond());
            }
        }
        boolean steady = Steadiness.isSteady(rates);
        progress.say(
                "%s %s after %d s: %,.0f a second"
                        .formatted(
                                name(load),
                                steady ? "steady" : "NOT steady",
                                rates.size() * WINDOW.toSeconds(),
                                rates.isEmpty() ? 0 : rates.get(rates.size() - 1)));
        List<ClusterLoadReport.Step> steps = new ArrayList<>();
        for (int inFlight : plan.inFlight()) {
            ClusterLoadReport.Step step = step(traffic, inFlight, keys, probes, work);
            steps.add(step);
            progress.say(
                    "%s with %d in flight: %,.0f a second"
                            .formatted(name(load), inFlight, step.window().perSecond()));
        }
        return new ClusterLoadReport.Load(load, steady, rates, steps);
    }

    private ClusterLoadReport.Step step(
            Traffic traffic,
            int inFlight,
            Optional<KeyTraffic> keys,
            Optional<ProbeTraffic> probes,
            WorkSink work)
            throws IOException, InterruptedException {
        try (ClosedLoop loop = ClosedLoop.start(traffic, inFlight, random.split(), clock)) {
            loop.measure(SETTLE);
            long[] subtasks = subtasks(keys);
            long[] costs = probes.map(ProbeTraffic::costs).orElse(new long[0]);
            LoadWindow all = null;
            long left = plan.times().step().toNanos();
            while (left > 0) {
                LoadWindow window =
                        loop.measure(Duration.ofNanos(Math.min(left, INTERVAL.toNanos())));
                work.add(window.interval());
                all = all == null ? window : all.and(window);
                left -= INTERVAL.toNanos();
            }
            return new ClusterLoadReport.Step(
                    inFlight,
                    all,
                    since(subtasks, subtasks(keys)),
                    since(costs, probes.map(ProbeTraffic::costs).orElse(new long[0])),
                    loop.firstFailure());
        }
    }

    private long[] subtasks(Optional<KeyTraffic> keys) {
        return keys.map(traffic -> traffic.operationsBySubtask(plan.parallelism()))
                .orElse(new long[0]);
    }

    private static long[] since(long[] before, long[] now) {
        long[] difference = now.clone();
        for (int i = 0; i < difference.length; i++) {
            difference[i] -= before[i];
        }
        return difference;
    }

    private static String name(LoadKind load) {
        return load.name().toLowerCase(Locale.ROOT);
    }
}

package io.nearstream.bench.compare;

import io.nearstream.bench.BenchProgress;
import io.nearstream.bench.ScratchDirectory;
import io.nearstream.bench.SearchReport;
import io.nearstream.bench.peer.AbsentException;
import io.nearstream.bench.peer.InProcessMain;
import io.nearstream.bench.peer.InProcessPlan;
import io.nearstream.bench.peer.PeerJvm;
import io.nearstream.bench.peer.PeerProcess;
import io.nearstream.bench.peer.SystemRun;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Measures the product beside its peers: in every round each system once, one after the other, each
 * round beginning with the next one. Whoever cannot be measured here is absent from the report,
 * with the reason; ours must work.
 */
public final class CompareBench {
    private static final Duration PATIENCE = Duration.ofMinutes(30);
    private static final Duration WARM_UP = Duration.ofSeconds(3);

    private final ComparePlan plan;
    private final BenchProgress progress;
    private final Map<String, List<SystemRun>> runs = new LinkedHashMap<>();
    private final Map<String, String> absent = new TreeMap<>();
    private final ThroughKafka kafka;

    private CompareBench(ComparePlan plan, BenchProgress progress) {
        this.plan = plan;
        this.progress = progress;
        this.kafka = new ThroughKafka(plan, ComparePlan.RECALL, progress);
    }

    /**
     * Compares.
     *
     * @throws IOException if a file cannot be read, or ours fails
     */
    public static CompareReport run(ComparePlan plan, BenchProgress progress)
            throws IOException, InterruptedException {
        plan.set().files().requireReadable(plan.k());
        return new CompareBench(plan, progress).run();
    }

    private CompareReport run() throws IOException, InterruptedException {
        SearchReport.Machine machine = SearchReport.Machine.here();
        long start = System.nanoTime();
        Schedule schedule = new Schedule(plan.systems(), plan.rounds());
        for (int round = 0; round < plan.rounds(); round++) {
            for (String system : Rotation.order(plan.systems(), round)) {
                if (absent.containsKey(system)) {
                    schedule.absent(system);
                    continue;
                }
                progress.say(schedule.next(system, round));
                long began = System.nanoTime();
                measure(system, round);
                schedule.took(system, (System.nanoTime() - began) / 1e9);
            }
        }
        absent.keySet().forEach(runs::remove);
        Map<String, List<SystemRun>> ordered = new LinkedHashMap<>();
        for (String system : Systems.ALL) {
            if (runs.containsKey(system)) {
                ordered.put(system, runs.get(system));
            }
        }
        return new CompareReport(
                plan.set().name(),
                plan.k(),
                plan.rounds(),
                ordered,
                absent,
                machine,
                (System.nanoTime() - start) / 1e9);
    }

    private void measure(String system, int round) throws IOException, InterruptedException {
        try (ScratchDirectory scratch = ScratchDirectory.create("nearstream-compare-")) {
            SystemRun run =
                    switch (system) {
                        case Systems.NEARSTREAM -> kafka.nearstream(round, scratch.path());
                        case Systems.LUCENE_KAFKA ->
                                kafka.peer(
                                        system, Systems.LUCENE, plan.peers().jvm(), scratch.path());
                        case Systems.JVECTOR_KAFKA ->
                                kafka.peer(
                                        system,
                                        Systems.JVECTOR,
                                        plan.peers().jvm(),
                                        scratch.path());
                        default -> inProcess(system, scratch.path());
                    };
            runs.computeIfAbsent(system, unseen -> new ArrayList<>()).add(run);
        } catch (AbsentException missing) {
            absent.put(system, missing.getMessage());
        } catch (IOException failed) {
            if (system.equals(Systems.NEARSTREAM) || system.equals(Systems.CORE)) {
                throw failed;
            }
            absent.put(
                    system, "it failed in round %d: %s".formatted(round + 1, failed.getMessage()));
        }
    }

    private SystemRun inProcess(String system, Path dir)
            throws IOException, InterruptedException, AbsentException {
        try (BenchProgress.Stage stage = progress.begin(system, OptionalLong.of(1))) {
            SystemRun run = process(system).run(inProcess(system), dir);
            stage.to(1);
            return run;
        }
    }

    private PeerProcess process(String system) throws AbsentException {
        // Ours, and our kernels, on the Java that runs this, as they are delivered. What inserts is
        // one thread, so training must find no helpers; a search never uses that pool.
        boolean core = system.equals(Systems.CORE);
        PeerJvm jvm = core || system.equals(Systems.SCAN) ? PeerJvm.own() : plan.peers().jvm();
        List<String> options =
                core
                        ? List.of("-Djava.util.concurrent.ForkJoinPool.common.parallelism=0")
                        : List.of();
        return new PeerProcess(
                jvm.command(plan.memoryMb(), options, InProcessMain.class), PATIENCE);
    }

    private InProcessPlan inProcess(String system) {
        List<Integer> efforts =
                switch (system) {
                    case Systems.CORE -> plan.set().cells();
                    case Systems.SCAN -> List.of(1);
                    default -> plan.set().candidates();
                };
        return new InProcessPlan(
                system,
                plan.set().files(),
                plan.set().metric(),
                plan.k(),
                plan.queries(),
                efforts,
                plan.throughput(),
                WARM_UP);
    }
}

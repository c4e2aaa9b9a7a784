package io.nearstream.bench.keyvalue;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.bench.BenchProgress;
import io.nearstream.bench.ScratchDirectory;
import io.nearstream.embedded.EmbeddedNearstream;
import io.nearstream.embedded.EmbeddedOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class KvBenchITCase {
    private static final int RECORDS = 300;
    private static final long OPERATIONS = 600;
    private static final int SAMPLES = 5;

    @TempDir private Path dir;

    @Test
    void everyFigureOfAnEmbeddedRunIsReported() throws Exception {
        KvPlan plan =
                plan(
                        load(Workload.A, ReadWay.LIVE),
                        KvTarget.embedded(2, 1, Map.of()),
                        Set.of(Yardstick.ROCKSDB, Yardstick.PASS_THROUGH, Yardstick.REDIS));

        KvReport report = KvBench.run(plan, dir, BenchProgress.NONE);

        assertThat(report.firstProblem()).isEmpty();
        assertThat(report.errors()).isZero();
        Map<String, Object> document = report.document();
        assertThat(document)
                .containsEntry("workload", "A")
                .containsEntry("read", "live")
                .containsEntry("distribution", "zipfian")
                .containsEntry("errors", 0L)
                .containsEntry("ops", OPERATIONS)
                .containsEntry("cache_hit_rate", null);
        for (String rate : List.of("ops_per_s", "load_per_s", "cores")) {
            assertThat(((Number) document.get(rate)).doubleValue()).as(rate).isPositive();
        }
        assertThat(object(document, "latency_ms")).containsOnlyKeys("all", "read", "update");
        assertThat(object(object(document, "latency_ms"), "read"))
                .containsOnlyKeys("p50", "p90", "p99", "max");
        assertThat(object(document, "one_in_flight_ms")).containsOnlyKeys("live", "strong");
        assertThat(object(document, "visible_ms")).containsKeys("p50", "p99");
        assertThat(object(document, "staleness_ms")).containsKeys("max");
        assertThat((List<?>) object(document, "subtask_load").get("operations")).hasSize(2);
        assertThat(report.subtasks().total()).isEqualTo(OPERATIONS);
        Map<String, Object> yardsticks = object(document, "yardsticks");
        assertThat(yardsticks).containsOnlyKeys("rocksdb_in_process", "pass_through");
        for (String yardstick : yardsticks.keySet()) {
            Map<String, Object> figures = object(yardsticks, yardstick);
            assertThat((double) figures.get("ops_per_s")).as(yardstick).isPositive();
            assertThat(object(figures, "latency_ms")).containsKey("all");
            assertThat(figures).containsEntry("errors", 0L);
        }
    }

    @Test
    void aRunningServerIsMeasuredAndLeftAsItWas() throws Exception {
        try (EmbeddedNearstream server =
                EmbeddedNearstream.start(EmbeddedOptions.in(dir.resolve("server")))) {
            KvTarget target =
                    KvTarget.running(
                            server.bootstrap(), String.join(",", server.stateAddresses()), 1);
            for (KvLoad load :
                    List.of(
                            load(Workload.F, ReadWay.STRONG),
                            load(Workload.D, ReadWay.LIVE),
                            load(Workload.C, ReadWay.CACHED).pressed(4, 1, 200))) {
                try (ScratchDirectory scratch = ScratchDirectory.create("kv-bench-")) {
                    KvReport report =
                            KvBench.run(
                                    plan(load, target, Set.of(Yardstick.PASS_THROUGH)),
                                    scratch.path(),
                                    BenchProgress.NONE);

                    assertThat(report.firstProblem()).as("%s", load).isEmpty();
                    assertThat(report.run().latencies()).containsKey(Operation.READ);
                    assertThat(report.yardsticks()).as("needs a cluster of its own").isEmpty();
                    if (load.read() == ReadWay.CACHED) {
                        assertThat(report.cache().orElseThrow().hitRate()).isBetween(0.01, 1.0);
                        assertThat(report.singles().staleness().samples()).isPositive();
                    }
                }
            }
        }
    }

    private static KvLoad load(Workload workload, ReadWay way) {
        // Enough for background puts to be seen while cached reads take microseconds.
        long operations = way == ReadWay.CACHED ? 2_000_000 : OPERATIONS;
        return KvLoad.of(workload)
                .reading(way, workload.distribution())
                .sized(RECORDS, operations, 64)
                .pressed(4, 1, 0);
    }

    private static KvPlan plan(KvLoad load, KvTarget target, Set<Yardstick> yardsticks) {
        return new KvPlan(load, target, 1, 100, SAMPLES, 1_000, yardsticks, Optional.empty());
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> object(Map<String, Object> document, String key) {
        return (Map<String, Object>) document.get(key);
    }
}

package io.nearstream.bench.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.bench.BenchProgress;
import io.nearstream.embedded.EmbeddedNearstream;
import io.nearstream.embedded.EmbeddedOptions;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class ClusterLoadITCase {
    private static final List<Integer> IN_FLIGHT = List.of(4, 8);

    @TempDir private Path dir;

    @Test
    void everyLoadIsAnsweredRightlyAtEveryConcurrency() throws Exception {
        List<Map<String, Object>> work = new ArrayList<>();
        AtomicInteger held = new AtomicInteger();
        ClusterLoadReport report;
        try (EmbeddedNearstream server =
                EmbeddedNearstream.start(EmbeddedOptions.in(dir).withCluster(1, 4, 2))) {
            report =
                    ClusterLoadBench.run(
                            plan(server),
                            BenchProgress.NONE,
                            Clock.systemUTC(),
                            held::incrementAndGet,
                            work::add);
        }

        assertThat(held.get()).isEqualTo(1);
        assertThat(report.wrong()).isZero();
        assertThat(report.preparation().recall()).isGreaterThan(0.9);
        assertThat(report.loads())
                .extracting(ClusterLoadReport.Load::kind)
                .containsExactly(LoadKind.values());
        assertThat(work).hasSize(LoadKind.values().length * IN_FLIGHT.size());
        for (ClusterLoadReport.Load load : report.loads()) {
            assertThat(load.steps())
                    .extracting(ClusterLoadReport.Step::inFlight)
                    .isEqualTo(IN_FLIGHT);
            for (ClusterLoadReport.Step step : load.steps()) {
                assertThat(step.window().operations()).as(load.kind().name()).isPositive();
                assertThat(step.window().failures()).as(step.firstFailure()).isZero();
            }
        }
        long[] gets = report.loads().get(0).steps().get(0).subtasks();
        assertThat(gets).hasSize(2).doesNotContain(0L);
        assertThat(report.rows()).hasSize(LoadKind.values().length);
        assertThat(report.document()).containsKeys("seed", "recall", "loads", "prepared_s");
    }

    private static ClusterLoadPlan plan(EmbeddedNearstream server) {
        return new ClusterLoadPlan(
                server.bootstrap(),
                server.stateAddresses(),
                List.of(LoadKind.values()),
                new ClusterLoadPlan.Data(500, 64, 600, 16, 5),
                IN_FLIGHT,
                new ClusterLoadPlan.Times(
                        Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofSeconds(1)),
                2,
                true,
                11);
    }
}

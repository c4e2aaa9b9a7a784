package io.nearstream.bench.standing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.bench.BenchProgress;
import io.nearstream.client.VectorBytes;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.standing.QueryName;
import io.nearstream.jobs.standing.ShardKeys;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class StandingBenchITCase {
    private static final int VECTORS = 1_200;
    private static final int DIMENSIONS = 8;
    private static final int CELLS = 16;
    private static final int TRAIN_AFTER = 1_000;
    private static final String SHARDS = "nearstream.standing.shards";

    @TempDir private Path dir;

    private static StandingPlan plan(Encoding encoding, int queries, int checked) {
        return plan(encoding, queries, checked, Map.of());
    }

    private static StandingPlan plan(
            Encoding encoding, int queries, int checked, Map<String, String> overrides) {
        SplittableRandom random = new SplittableRandom(1);
        List<byte[]> vectors = new ArrayList<>();
        for (int i = 0; i < VECTORS; i++) {
            float[] vector = new float[DIMENSIONS];
            for (int d = 0; d < DIMENSIONS; d++) {
                vector[d] = 1 + random.nextInt(100);
            }
            vectors.add(VectorBytes.encode(vector, encoding));
        }
        return new StandingPlan(
                StandingPlan.collection(
                        "bench", Metric.L2, encoding, DIMENSIONS, CELLS, TRAIN_AFTER),
                vectors,
                queries,
                5,
                CELLS,
                new StandingPlan.Load(400, 2, 1),
                checked,
                1,
                7,
                overrides);
    }

    @Test
    void differencesFoldToTheTrueAnswersAndEveryFigureIsReported() throws Exception {
        StandingReport report =
                StandingBench.run(
                        plan(Encoding.FLOAT32, 300, 40),
                        dir.resolve("cluster"),
                        BenchProgress.NONE);

        assertThat(report.checks().values()).allMatch(value -> ((Number) value).longValue() == 0);
        assertThat(report.faults()).isZero();
        assertThat(report.recall()).as("every cell is visited").isEqualTo(1);
        assertThat(report.writing().writes()).isEqualTo(800);
        for (String positive :
                List.of(
                        "records",
                        "queries",
                        "registered_per_s",
                        "writes_per_s",
                        "differences",
                        "changing_writes",
                        "cpu_us_per_write",
                        "state_bytes",
                        "rss_bytes")) {
            assertThat(((Number) report.document().get(positive)).doubleValue())
                    .as(positive)
                    .isPositive();
        }
        assertThat(report.writing().all().p50()).isPositive();
    }

    /** Of every shard and subscriber, though few are checked. */
    @Test
    void theEndIsAwaitedOfEveryShardAndSubscriber() {
        StandingPlan few = plan(Encoding.FLOAT32, 300, 1, Map.of(SHARDS, "2"));
        Set<String> awaited = new HashSet<>();
        for (int query : StandingNames.behindAll(few)) {
            QueryName name = StandingNames.name(query);
            awaited.add(name.subscriber() + "/" + new ShardKeys(2, 128).shardOf(name));
        }
        assertThat(awaited).hasSize(16);
        assertThat(StandingNames.behindAll(plan(Encoding.FLOAT32, 300, 40)))
                .hasSizeBetween(40, 48)
                .contains(0, 7, 292);
    }

    @Test
    void plansAreChecked() {
        assertThatThrownBy(() -> plan(Encoding.FLOAT32, 0, 1))
                .hasMessageContaining("--queries must be between 1 and 1000000, but was 0.");
        assertThatThrownBy(() -> plan(Encoding.FLOAT32, 10, 11))
                .hasMessageContaining("--checked must be between 1 and 10, but was 11.");
        assertThatThrownBy(() -> plan(Encoding.UINT8, 10, 1))
                .hasMessageContaining("--base must hold float32 vectors");
    }
}

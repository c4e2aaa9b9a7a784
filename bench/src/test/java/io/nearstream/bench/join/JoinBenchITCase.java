package io.nearstream.bench.join;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.bench.BenchProgress;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.VectorSpace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class JoinBenchITCase {
    private static final int VECTORS = 1_500;
    private static final int DIMENSIONS = 8;
    private static final int CELLS = 24;
    private static final int TRAIN_AFTER = 1_000;

    @TempDir private Path dir;

    private static JoinPlan plan(int warmUps) {
        return plan(warmUps, TRAIN_AFTER);
    }

    private static JoinPlan plan(int warmUps, int trainAfter) {
        SplittableRandom random = new SplittableRandom(1);
        List<byte[]> vectors = new ArrayList<>();
        for (int i = 0; i < VECTORS; i++) {
            byte[] vector = new byte[DIMENSIONS];
            int cluster = random.nextInt(60);
            for (int d = 0; d < DIMENSIONS; d++) {
                vector[d] = (byte) ((cluster * 37 + d * 11) % 90 + random.nextInt(12));
            }
            vectors.add(vector);
        }
        CollectionSettings collection =
                JoinPlan.collection(
                        "bench", Metric.L2, Encoding.UINT8, DIMENSIONS, CELLS, trainAfter);
        TruePairs truth =
                NearPairs.atLeast(VectorSpace.of(collection), vectors, VECTORS, BenchProgress.NONE)
                        .nearest(VECTORS);
        return new JoinPlan(collection, vectors, truth, 1, 1, 1, warmUps, 1, Map.of());
    }

    @Test
    void allPairsAreFoundAndEveryFigureIsReported() throws Exception {
        JoinReport report = JoinBench.run(plan(1), dir.resolve("cluster"), BenchProgress.NONE);

        assertThat(report.checks().values()).allMatch(value -> ((Number) value).longValue() == 0);
        assertThat(report.faults()).isZero();
        assertThat(report.recall()).isEqualTo(1);
        assertThat(report.precision()).isEqualTo(1);
        assertThat(report.scannedFraction()).isGreaterThan(0).isLessThan(1);
        assertThat(report.visitsPerRecord()).isGreaterThan(1).isLessThan(CELLS);
        for (String positive :
                List.of(
                        "records",
                        "true_pairs",
                        "records_per_s",
                        "cpu_us_per_record",
                        "state_bytes",
                        "rss_bytes")) {
            assertThat(((Number) report.document().get(positive)).doubleValue())
                    .as(positive)
                    .isPositive();
        }
    }

    @Test
    void plansAreChecked() {
        assertThatThrownBy(() -> plan(11))
                .hasMessageContaining("--warm-ups must be between 0 and 10, but was 11");
        assertThatThrownBy(() -> plan(1, VECTORS + 1))
                .hasMessageContaining("at most the number of vectors (1500), but was 1501");
    }
}

package io.nearstream.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.BucketScheme;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MixedBenchITCase {
    private static final int VECTORS = 2_000;
    private static final int DIMENSIONS = 16;
    private static final int PROBES_PER_SECOND = 20;

    @TempDir private Path dir;

    @Test
    void everyShareOfTheLimitIsWrittenAndEveryProbeIsAnswered() throws Exception {
        BenchFiles files =
                VectorSet.random(new SplittableRandom(7), Metric.L2, VECTORS, 20, DIMENSIONS)
                        .write(Files.createDirectories(dir.resolve("files")), 10);
        MixedPlan plan =
                new MixedPlan(
                        files.base(),
                        files.query(),
                        new CollectionSettings(
                                "mixed",
                                0,
                                DIMENSIONS,
                                Metric.L2,
                                Encoding.FLOAT32,
                                BucketScheme.LEARNED,
                                0,
                                0,
                                1,
                                0.9,
                                1_000,
                                32),
                        20,
                        PROBES_PER_SECOND,
                        Duration.ofSeconds(2),
                        0,
                        Map.of());

        MixedReport report = MixedBench.run(plan, dir.resolve("cluster"), BenchProgress.NONE);

        assertThat(report.vectors()).isEqualTo(VECTORS);
        assertThat(report.ingestLimit()).isPositive();
        assertThat(report.restarts()).isZero();
        assertThat(report.steps()).extracting(MixedReport.Step::share).isEqualTo(MixedPlan.SHARES);
        for (MixedReport.Step step : report.steps()) {
            AnswerCounts counts = step.counts();
            assertThat(counts.complete()).isBetween(1L, 2L * PROBES_PER_SECOND);
            assertThat(List.of(counts.partial(), counts.refused(), counts.timedOut()))
                    .containsOnly(0L);
            assertThat(step.latency().samples()).isEqualTo(counts.complete());
            assertThat(step.seen().checkpoints()).as("one a second").isPositive();
            assertThat(step.seen().calm().samples()).isLessThanOrEqualTo(counts.complete());
            assertThat(step.writesPerSecond() > 0).isEqualTo(step.share() > 0);
        }
        assertThat(report.document()).containsKeys("steps", "p99_at_75_vs_idle");
    }
}

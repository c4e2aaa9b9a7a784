package io.nearstream.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nearstream.core.model.BucketScheme;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.jobs.common.config.NearstreamOptions.Routing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SearchBenchITCase {
    private static final int VECTORS = 3_000;
    private static final int QUERIES = 40;
    private static final int DIMENSIONS = 16;
    private static final int CELLS = 64;
    private static final int COMPARED = 4;
    private static final Phases SHORT =
            new Phases(1, Duration.ofMillis(100), Duration.ofMillis(300), Duration.ofSeconds(1), 3);

    @TempDir private Path dir;

    @Test
    void exhaustiveAnswersAreExactAndEveryFigureIsReported() throws Exception {
        SearchPlan plan =
                SearchPlan.of(files(Metric.COSINE), collection(Metric.COSINE, 1))
                        .withPhases(SHORT)
                        .withMore(List.of(new ProbeLoad(4, 8)), OptionalInt.empty());

        SearchReport report = SearchBench.run(plan, dir.resolve("cluster"), BenchProgress.NONE);

        assertThat(report.checks().values()).allMatch(value -> ((Number) value).longValue() == 0);
        assertThat(report.recall().recall()).isEqualTo(1);
        assertThat(report.scannedFraction()).as("counted linearly").isCloseTo(1, within(0.01));
        assertThat(report.loading().generation()).isEqualTo(1);
        Map<String, Object> document = report.document();
        assertThat(document)
                .containsEntry("vectors", (long) VECTORS)
                .containsEntry("dimensions", DIMENSIONS)
                .containsEntry("encoding", "float32")
                .containsEntry("code", "vector")
                .containsEntry("subtasks", 1)
                .containsEntry("refused", 0L)
                .containsEntry("partial", 0L)
                .containsEntry("timed_out", 0L);
        assertThat(document)
                .allSatisfy(
                        (key, value) -> {
                            if (!List.of("encoding", "code").contains(key)) {
                                assertThat(value).isInstanceOfAny(Number.class, Map.class);
                            }
                        });
        for (String positive :
                List.of(
                        "ingest_per_s",
                        "recall",
                        "scanned_fraction",
                        "buckets_per_probe",
                        "messages_per_probe",
                        "qps",
                        "state_bytes",
                        "rss_bytes",
                        "cpu_us_per_vector",
                        "cpu_us_per_probe")) {
            assertThat(((Number) document.get(positive)).doubleValue()).as(positive).isPositive();
        }
        assertThat(report.footprint().stateParts()).containsKeys("placements", "buckets");
        assertThat(report.footprint().stateParts().values().stream().mapToLong(l -> l).sum())
                .isEqualTo(report.footprint().stateBytes());
        assertThat((Map<?, ?>) document.get("state_bytes_per_vector"))
                .hasSameSizeAs(report.footprint().stateParts())
                .allSatisfy((part, bytes) -> assertThat((double) bytes).isPositive());
        assertThat(((Number) document.get("copies")).doubleValue()).isBetween(1.0, 4.0);
        for (String durations : List.of("latency_ms", "freshness_ms", "at_least_ms")) {
            assertThat(percentiles(document, durations)).as(durations).containsKeys("p50", "p99");
        }
        assertThat(report.sweeps()).singleElement().matches(sweep -> sweep.qps() > 0);
    }

    @Test
    void routingSavesMessagesAndChangesNoAnswer() throws Exception {
        SearchPlan plan =
                SearchPlan.of(files(Metric.L2), collection(Metric.L2, 0.8))
                        .withPhases(SHORT)
                        .withJobs(2, Routing.BROADCAST, Map.of())
                        .withMore(List.of(), OptionalInt.of(COMPARED));

        SearchReport report = SearchBench.run(plan, dir.resolve("cluster"), BenchProgress.NONE);

        assertThat(report.checks().values()).allMatch(value -> ((Number) value).longValue() == 0);
        assertThat(report.recall().recall()).isGreaterThan(0.7);
        assertThat(report.scannedFraction()).isLessThan(0.6);
        assertThat(report.messagesPerProbe()).isEqualTo(2);
        RoutingComparison compared = report.routing().orElseThrow();
        assertThat(compared.subtasks()).isEqualTo(COMPARED);
        assertThat(compared.broadcastMessages()).isEqualTo(COMPARED);
        assertThat(compared.probeMessages()).isBetween(1.0, COMPARED - 0.1);
        assertThat(compared.differing()).isZero();
        assertThat(compared.unanswered()).isZero();
    }

    private BenchFiles files(Metric metric) throws IOException {
        Path files = Files.createDirectories(dir.resolve("files"));
        return VectorSet.random(new SplittableRandom(7), metric, VECTORS, QUERIES, DIMENSIONS)
                .write(files, SearchPlan.K_DEFAULT);
    }

    private static CollectionSettings collection(Metric metric, double targetRecall) {
        return new CollectionSettings(
                "bench",
                0,
                DIMENSIONS,
                metric,
                Encoding.FLOAT32,
                BucketScheme.LEARNED,
                0,
                0,
                7,
                targetRecall,
                VECTORS / 2,
                CELLS);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> percentiles(Map<String, Object> document, String key) {
        return (Map<String, Object>) document.get(key);
    }
}

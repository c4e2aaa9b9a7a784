package io.nearstream.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.BucketScheme;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamBenchITCase {
    private static final int VECTORS = 3_000;
    private static final int DIMENSIONS = 16;

    @TempDir private Path dir;

    @Test
    void exhaustiveSearchesFindExactlyWhatIsLiveAtEveryStep() throws Exception {
        BenchFiles files =
                VectorSet.random(new SplittableRandom(7), Metric.COSINE, VECTORS, 20, DIMENSIONS)
                        .write(Files.createDirectories(dir.resolve("files")), 10);
        Path runbook =
                Files.writeString(
                        dir.resolve("book.yaml"),
                        """
                        book:
                          1: {operation: search}
                          2: {operation: insert, start: 0, end: 5}
                          3: {operation: search}
                          4: {operation: insert, start: 5, end: 2500}
                          5: {operation: search}
                          6: {operation: delete, start: 0, end: 1000}
                          7: {operation: search}
                          8: {operation: replace, tags_start: 1000, tags_end: 1500, ids_start: 2500, ids_end: 3000}
                          9: {operation: search}
                        """);
        StreamPlan plan =
                new StreamPlan(
                        runbook,
                        files.base(),
                        Optional.empty(),
                        files.query(),
                        new CollectionSettings(
                                "stream",
                                0,
                                DIMENSIONS,
                                Metric.COSINE,
                                Encoding.FLOAT32,
                                BucketScheme.LEARNED,
                                0,
                                0,
                                1,
                                1,
                                1_200,
                                32),
                        20,
                        10,
                        Map.of());

        StreamReport report = StreamBench.run(plan, dir.resolve("cluster"), BenchProgress.NONE);

        assertThat(report.searches())
                .extracting(StreamReport.Search::live)
                .containsExactly(0, 5, 2_500, 1_500, 1_500);
        assertThat(report.searches())
                .allSatisfy(
                        search -> {
                            assertThat(search.recall()).as("step %d", search.step()).isEqualTo(1);
                            assertThat(search.wrong()).isZero();
                            assertThat(search.unanswered()).isZero();
                        });
        assertThat(report.writes()).isEqualTo(2_500 + 1_000 + 500);
        assertThat(report.restarts()).isZero();
        assertThat(report.fresh().recall()).isGreaterThan(0.9);
        assertThat(report.document()).containsKeys("mean_recall", "least_recall", "fresh");
    }
}

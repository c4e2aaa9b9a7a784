package io.nearstream.bench.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.bench.BenchFiles;
import io.nearstream.bench.BenchProgress;
import io.nearstream.bench.VectorSet;
import io.nearstream.bench.peer.PeerHome;
import io.nearstream.core.model.BucketScheme;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamBenchITCase {
    private static final int VECTORS = 3_000;
    private static final int DIMENSIONS = 16;

    @TempDir private Path dir;

    private BenchFiles files;

    @BeforeEach
    void writeVectors() throws Exception {
        files =
                VectorSet.random(new SplittableRandom(7), Metric.COSINE, VECTORS, 20, DIMENSIONS)
                        .write(Files.createDirectories(dir.resolve("files")), 10);
    }

    private StreamPlan plan(List<String> systems, String runbook) throws IOException {
        return new StreamPlan(
                new StreamFiles(
                        Files.writeString(dir.resolve("book.yaml"), runbook),
                        files.base(),
                        Optional.empty(),
                        files.query()),
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
                systems,
                20,
                10,
                40,
                256,
                new PeerHome(Optional.empty(), Optional.empty()),
                Map.of());
    }

    @Test
    void exhaustiveSearchesFindExactlyWhatIsLiveAtEveryStep() throws Exception {
        StreamPlan plan =
                plan(
                        StreamPlan.SYSTEMS,
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

        StreamReport report = StreamBench.run(plan, dir.resolve("cluster"), BenchProgress.NONE);

        assertThat(report.runs()).containsOnlyKeys("nearstream", "brute-force");
        report.runs().forEach((system, run) -> findsAll(system, run));
        StreamReport.Run ours = report.runs().get("nearstream");
        assertThat(ours.restarts()).hasValue(0);
        assertThat(ours.fresh().recall()).isGreaterThan(0.9);
        assertThat(report.absent()).containsOnlyKeys("lucene-hnsw", "jvector");
        assertThat(report.absent().get("jvector")).contains("no JDK");
        assertThat(report.document()).containsKeys("runbook", "systems");
    }

    private static void findsAll(String system, StreamReport.Run run) {
        assertThat(run.searches())
                .extracting(StreamReport.Search::live)
                .as(system)
                .containsExactly(0, 5, 2_500, 1_500, 1_500);
        assertThat(run.searches())
                .allSatisfy(
                        search -> {
                            assertThat(search.recall())
                                    .as("%s, step %d", system, search.step())
                                    .isEqualTo(1);
                            assertThat(search.wrong()).isZero();
                            assertThat(search.unanswered()).isZero();
                        });
        assertThat(run.writes()).as(system).isEqualTo(2_500 + 1_000 + 500);
    }
}

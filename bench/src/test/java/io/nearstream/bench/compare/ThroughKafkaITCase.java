package io.nearstream.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.bench.BenchFiles;
import io.nearstream.bench.BenchProgress;
import io.nearstream.bench.VectorSet;
import io.nearstream.bench.peer.PeerHome;
import io.nearstream.bench.peer.PeerJvm;
import io.nearstream.bench.peer.SystemRun;
import io.nearstream.core.model.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every kind of system on a small set: nothing is timed, every answer is judged. */
class ThroughKafkaITCase {
    private static final int VECTORS = 600;
    private static final int QUERIES = 20;
    private static final int DIMENSIONS = 24;
    private static final List<Integer> EFFORTS = List.of(1, 2, 4, 8, 12, 16);

    @TempDir private Path dir;

    private ComparePlan plan(List<String> systems) throws IOException {
        Path files = Files.createDirectories(dir.resolve("files"));
        BenchFiles set =
                VectorSet.random(new SplittableRandom(3), Metric.L2, VECTORS, QUERIES, DIMENSIONS)
                        .write(files, 10);
        return new ComparePlan(
                new DataSet("small", set, Metric.L2, EFFORTS, EFFORTS),
                systems,
                10,
                QUERIES,
                1,
                Duration.ofMillis(100),
                0,
                8,
                256,
                new PeerHome(Optional.empty(), Optional.empty()));
    }

    @Test
    void oursIsMeasuredAndPeersWithoutTheirJavaAreAbsent() throws Exception {
        CompareReport report = CompareBench.run(plan(Systems.ALL), BenchProgress.NONE);

        assertThat(report.runs()).containsOnlyKeys(Systems.NEARSTREAM, Systems.CORE, Systems.SCAN);
        assertThat(report.absent())
                .containsOnlyKeys(
                        Systems.LUCENE,
                        Systems.JVECTOR,
                        Systems.LUCENE_KAFKA,
                        Systems.JVECTOR_KAFKA)
                .allSatisfy((system, why) -> assertThat(why).contains("no JDK"));
        for (String exact : List.of(Systems.CORE, Systems.SCAN)) {
            assertThat(report.runs().get(exact).get(0).points())
                    .allSatisfy(point -> assertThat(point.recall()).isEqualTo(1));
        }
        SystemRun ours = report.runs().get(Systems.NEARSTREAM).get(0);
        assertThat(ours.points()).hasSize(EFFORTS.size());
        assertThat(ours.buildPerSecond()).isPositive();
        assertThat(ours.bytesPerVector()).isPositive();
        assertThat(ours.more())
                .containsKeys(Systems.FLOOR_P50, Systems.FRESHNESS_P50, Systems.FRESHNESS_P99);
        assertThat(report.figure(Systems.CORE, SystemRun::buildPerSecond).value()).isPresent();
    }

    @Test
    void anIndexBehindTheTopicsAnswersWithEverythingThatWasWritten() throws Exception {
        SystemRun run =
                new ThroughKafka(plan(List.of(Systems.LUCENE_KAFKA)), 1, BenchProgress.NONE)
                        .peer(
                                Systems.LUCENE_KAFKA,
                                Systems.SCAN,
                                PeerJvm.own(),
                                Files.createDirectories(dir.resolve("peer")));

        assertThat(run.points())
                .hasSize(EFFORTS.size())
                .allSatisfy(point -> assertThat(point.recall()).isEqualTo(1));
        assertThat(run.more().get(Systems.FRESHNESS_P99)).isBetween(0.0, 19_999.0);
        assertThat(run.more().get(Systems.BATCHED_QPS)).as("at recall 1").isPositive();
        assertThat(run.more().get(Systems.BATCHED_CPU_S)).isPositive();
        assertThat(run.bytesPerVector()).isGreaterThan(DIMENSIONS * Float.BYTES);
        assertThat(run.description()).contains("a scan of all vectors", "behind Kafka");
    }
}

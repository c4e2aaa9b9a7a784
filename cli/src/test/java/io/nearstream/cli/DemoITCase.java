package io.nearstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.embedded.testing.ChildProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The demo as a process of its own, on vector files. */
@Timeout(120)
class DemoITCase {
    private static final int DIMENSIONS = 8;
    private static final int ROWS = 2_000;
    private static final int QUERIES = 25;
    private static final int NEIGHBOURS = 10;

    @TempDir private Path dir;

    @Test
    void vectorFilesAreLoadedAskedAndComparedWithTheTruth() throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        float[][] base = vectors(random, ROWS);
        float[][] queries = vectors(random, QUERIES);
        int[][] truth = new int[QUERIES][];
        for (int i = 0; i < QUERIES; i++) {
            truth[i] = nearest(base, queries[i]);
        }

        ChildProcess.Ended ended =
                demo(
                        TestFiles.fvecs(dir.resolve("base.fvecs"), base),
                        TestFiles.fvecs(dir.resolve("query.fvecs"), queries),
                        TestFiles.ivecs(dir.resolve("truth.ivecs"), truth));

        assertThat(ended.code()).as(ended.said()).isZero();
        assertThat(ended.said())
                .contains("base.fvecs: 8 dimensions of float32, l2")
                .contains("2,000 vectors searchable")
                .contains("query 0")
                .containsPattern("query 0 +1 +" + truth[0][0] + " ")
                .containsPattern("recall@10 +1\\.000 +25 queries, against truth\\.ivecs")
                .contains("latency p99")
                .containsPattern("put greeting +applied ")
                .containsPattern("get, live greeting +hello from the stream ")
                .containsPattern("get, strong greeting +hello from the stream ")
                .containsPattern("put if absent greeting +condition failed: it has a value ")
                .containsPattern("delete greeting +applied ")
                .containsPattern("get, live greeting +no value ");
    }

    private static ChildProcess.Ended demo(Path base, Path query, Path truth) throws IOException {
        try (ChildProcess process =
                ChildProcess.start(
                        Main.class,
                        "demo",
                        "--exit",
                        "--base",
                        base.toString(),
                        "--query",
                        query.toString(),
                        "--truth",
                        truth.toString(),
                        "--metric",
                        "l2")) {
            return process.awaitEnd();
        }
    }

    private static float[][] vectors(SplittableRandom random, int count) {
        float[][] vectors = new float[count][DIMENSIONS];
        for (float[] vector : vectors) {
            for (int i = 0; i < DIMENSIONS; i++) {
                vector[i] = (float) random.nextDouble();
            }
        }
        return vectors;
    }

    private static int[] nearest(float[][] base, float[] query) {
        return IntStream.range(0, base.length)
                .boxed()
                .sorted(Comparator.comparingDouble(row -> squared(base[row], query)))
                .limit(NEIGHBOURS)
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private static double squared(float[] left, float[] right) {
        double sum = 0;
        for (int i = 0; i < left.length; i++) {
            double difference = (double) left[i] - right[i];
            sum += difference * difference;
        }
        return sum;
    }
}

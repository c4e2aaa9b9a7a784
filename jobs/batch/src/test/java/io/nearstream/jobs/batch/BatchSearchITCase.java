package io.nearstream.jobs.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.core.similarity.Vectors;
import io.nearstream.core.topk.TopK;
import io.nearstream.jobs.batch.message.Hits;
import io.nearstream.testing.Property;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs in this JVM, held against brute force. */
class BatchSearchITCase {
    private static final long HEAP = 1L << 30;

    @TempDir private Path dir;

    private static List<byte[]> clustered(SplittableRandom random, int count, int dimensions) {
        List<byte[]> vectors = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            SplittableRandom cluster = new SplittableRandom(random.nextInt(40));
            float[] vector = new float[dimensions];
            for (int d = 0; d < dimensions; d++) {
                vector[d] = (float) (cluster.nextDouble(-10, 10) + random.nextDouble(-1, 1));
            }
            vectors.add(Vectors.fromFloats(vector));
        }
        return vectors;
    }

    private record Answers(List<int[]> rows, List<double[]> distances, BatchSearchReport report) {}

    private static Answers run(BatchSearchPlan plan) throws Exception {
        List<int[]> rows = new ArrayList<>();
        List<double[]> distances = new ArrayList<>();
        BatchSearchReport report =
                BatchSearch.run(
                        plan,
                        BatchProgress.NONE,
                        hits -> {
                            assertThat(hits.first()).as("in order").isEqualTo(rows.size());
                            for (int i = 0; i < hits.count(); i++) {
                                int[] found = new int[hits.k()];
                                double[] apart = new double[hits.k()];
                                System.arraycopy(hits.rows(), i * hits.k(), found, 0, hits.k());
                                System.arraycopy(hits.scores(), i * hits.k(), apart, 0, hits.k());
                                rows.add(found);
                                distances.add(apart);
                            }
                        });
        return new Answers(rows, distances, report);
    }

    private static BatchSearchPlan plan(
            Path base, Path query, Metric metric, int k, double recall, int parallelism) {
        return new BatchSearchPlan(
                base,
                query,
                metric,
                k,
                new BatchSearchPlan.Effort(recall, OptionalInt.empty()),
                OptionalInt.empty(),
                parallelism,
                HEAP,
                1);
    }

    private static TopK exact(VectorSpace space, List<byte[]> base, byte[] query, int k) {
        TopK nearest = new TopK(k);
        VectorSpace.Query prepared = space.query(query);
        for (int row = 0; row < base.size(); row++) {
            byte[] vector = base.get(row);
            nearest.offer(space.score(prepared, vector, 0, space.inverseNorm(vector, 0)), row);
        }
        return nearest;
    }

    @Test
    void allBucketsGiveWhatBruteForceGives() {
        Property.holds(
                4,
                random -> {
                    int dimensions = random.nextInt(2, 20);
                    // Below and above what is worth cells; more than one block of queries.
                    int rows = random.nextBoolean() ? random.nextInt(1, 900) : 3_000;
                    int k = random.nextInt(1, 30);
                    Metric metric =
                            new Metric[] {Metric.L2, Metric.COSINE, Metric.INNER_PRODUCT}
                                    [random.nextInt(3)];
                    List<byte[]> base = clustered(random, rows, dimensions);
                    List<byte[]> queries = clustered(random, random.nextInt(1, 6_000), dimensions);
                    Answers answers =
                            run(
                                    plan(
                                            Vecs.write(dir.resolve("b.fvecs"), dimensions, base),
                                            Vecs.write(dir.resolve("q.fvecs"), dimensions, queries),
                                            metric,
                                            k,
                                            1,
                                            random.nextInt(1, 4)));
                    assertThat(answers.rows()).hasSameSizeAs(queries);
                    VectorSpace space = VectorSpace.of(metric, Encoding.FLOAT32, dimensions);
                    for (int query = 0; query < queries.size(); query += 37) {
                        TopK nearest = exact(space, base, queries.get(query), k);
                        int found = Math.min(k, rows);
                        for (int i = 0; i < k; i++) {
                            int row = i < found ? nearest.drainRefs()[i] : Hits.NONE;
                            double distance =
                                    i < found
                                            ? space.distance(nearest.drainScores()[i])
                                            : Double.POSITIVE_INFINITY;
                            assertThat(answers.rows().get(query)[i]).isEqualTo(row);
                            assertThat(answers.distances().get(query)[i]).isEqualTo(distance);
                        }
                    }
                    assertThat(answers.report().queries()).isEqualTo(queries.size());
                    assertThat(answers.report().baseRows()).isEqualTo(rows);
                });
    }

    @Test
    void aTargetRecallIsReachedWithAPartOfTheDistances() throws Exception {
        SplittableRandom random = new SplittableRandom(7);
        List<byte[]> base = clustered(random, 20_000, 16);
        List<byte[]> queries = clustered(random, 2_000, 16);
        Path baseFile = Vecs.write(dir.resolve("b.fvecs"), 16, base);
        Path queryFile = Vecs.write(dir.resolve("q.fvecs"), 16, queries);

        Answers answers = run(plan(baseFile, queryFile, Metric.L2, 10, .9, 2));

        VectorSpace space = VectorSpace.of(Metric.L2, Encoding.FLOAT32, 16);
        int right = 0;
        int judged = 0;
        for (int query = 0; query < queries.size(); query += 10) {
            List<Integer> found =
                    java.util.Arrays.stream(answers.rows().get(query)).boxed().toList();
            assertThat(found).doesNotHaveDuplicates();
            for (int row : exact(space, base, queries.get(query), 10).drainRefs()) {
                right += found.contains(row) ? 1 : 0;
                judged++;
            }
        }
        assertThat(right / (double) judged).isGreaterThan(.85);
        assertThat(answers.report().scored()).isBetween(1e-6, .25);
        assertThat(answers.report().answersPerSecond()).isPositive();
        // The same seed and files, another parallelism: the same answers.
        Answers again = run(plan(baseFile, queryFile, Metric.L2, 10, .9, 64));
        assertThat(again.rows()).usingRecursiveComparison().isEqualTo(answers.rows());
    }

    @Test
    void bytesMayBeAskedOfFloatsAndBitsOfBits() throws Exception {
        List<byte[]> base = clustered(new SplittableRandom(1), 200, 8);
        List<byte[]> bytes = List.of(new byte[] {1, 2, 3, 4, 5, 6, 7, -1});
        Path floats = Vecs.write(dir.resolve("b.fvecs"), 8, base);
        Path query = Vecs.write(dir.resolve("q.bvecs"), 8, bytes);
        Answers answers = run(plan(floats, query, Metric.L2, 3, 1, 1));
        byte[] asFloats = Vectors.fromFloats(1, 2, 3, 4, 5, 6, 7, 255);
        assertThat(answers.rows().get(0))
                .isEqualTo(
                        exact(VectorSpace.of(Metric.L2, Encoding.FLOAT32, 8), base, asFloats, 3)
                                .drainRefs());

        Answers bits = run(plan(query, query, Metric.HAMMING, 2, 1, 1));
        assertThat(bits.rows().get(0)).containsExactly(0, Hits.NONE);
        assertThatThrownBy(() -> run(plan(query, floats, Metric.L2, 1, 1, 1)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot be compared with the UINT8 of");
    }

    @Test
    void aBaseThatDoesNotFitIsRefusedWithWhatToDo() throws Exception {
        Path base =
                Vecs.write(
                        dir.resolve("b.fvecs"), 16, clustered(new SplittableRandom(1), 5_000, 16));
        BatchSearchPlan small =
                new BatchSearchPlan(
                        base,
                        base,
                        Metric.L2,
                        1,
                        new BatchSearchPlan.Effort(.9, OptionalInt.empty()),
                        OptionalInt.empty(),
                        2,
                        100_000,
                        1);
        assertThatThrownBy(() -> run(small))
                .isInstanceOf(BatchFailure.class)
                .hasMessageContaining("--memory");
    }

    @Test
    void aRowThatIsNoVectorIsNamed() throws Exception {
        List<byte[]> vectors = clustered(new SplittableRandom(1), 20, 4);
        Path base = Vecs.write(dir.resolve("b.fvecs"), 4, vectors);
        vectors.set(7, Vectors.fromFloats(1, 2, Float.NaN, 4));
        Path query = Vecs.write(dir.resolve("q.fvecs"), 4, vectors);
        assertThatThrownBy(() -> run(plan(base, query, Metric.L2, 1, 1, 1)))
                .isInstanceOf(BatchFailure.class)
                .hasMessageContaining("q.fvecs, row 7")
                .hasMessageContaining("NaN");
        assertThatThrownBy(() -> run(plan(query, base, Metric.L2, 1, 1, 1)))
                .isInstanceOf(BatchFailure.class)
                .hasMessageContaining("q.fvecs, row 7");
    }

    @Test
    void aReceiverThatFailsEndsTheRun() throws Exception {
        Path file =
                Vecs.write(dir.resolve("b.fvecs"), 4, clustered(new SplittableRandom(1), 50, 4));
        assertThatThrownBy(
                        () ->
                                BatchSearch.run(
                                        plan(file, file, Metric.L2, 1, 1, 1),
                                        BatchProgress.NONE,
                                        hits -> {
                                            throw new IOException("disk full");
                                        }))
                .isInstanceOf(BatchFailure.class)
                .hasMessageContaining("disk full");
    }

    @Test
    void aCallerThatFailsCancelsTheJob() throws Exception {
        Path file =
                Vecs.write(dir.resolve("b.fvecs"), 4, clustered(new SplittableRandom(1), 50, 4));
        CountDownLatch working = new CountDownLatch(1);
        CountDownLatch cancelled = new CountDownLatch(1);
        BatchProgress failing =
                new BatchProgress() {
                    @Override
                    public void stage(String name, OptionalLong total) {
                        // Only the counting fails.
                    }

                    @Override
                    public void to(long done) {
                        if (working.getCount() == 0) {
                            throw new IllegalStateException("the console is gone");
                        }
                    }
                };
        assertThatThrownBy(
                        () ->
                                BatchSearch.run(
                                        plan(file, file, Metric.L2, 1, 1, 1),
                                        failing,
                                        hits -> {
                                            working.countDown();
                                            try {
                                                new CountDownLatch(1).await();
                                            } catch (InterruptedException stopped) {
                                                cancelled.countDown();
                                                throw new InterruptedIOException("cancelled");
                                            }
                                        }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the console is gone")
                .hasNoSuppressedExceptions();
        assertThat(cancelled.await(60, TimeUnit.SECONDS)).isTrue();
    }
}

package io.nearstream.jobs.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.core.similarity.Vectors;
import io.nearstream.jobs.batch.BatchJoin.RowPair;
import io.nearstream.testing.Property;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs in this JVM, held against brute force. */
class BatchJoinITCase {
    private static final int DIMENSIONS = 6;
    private static final Comparator<RowPair> ORDER =
            Comparator.comparingLong(RowPair::right)
                    .thenComparingDouble(RowPair::distance)
                    .thenComparingLong(RowPair::left);

    @TempDir private Path dir;

    /** Whole numbers, so that there are distances of 0 and equal ones. */
    private static List<byte[]> vectors(SplittableRandom random, int count) {
        List<byte[]> vectors = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            float[] vector = new float[DIMENSIONS];
            for (int d = 0; d < DIMENSIONS; d++) {
                vector[d] = random.nextInt(1, 5);
            }
            vectors.add(Vectors.fromFloats(vector));
        }
        return vectors;
    }

    private static BatchJoinPlan plan(
            Path left, Optional<Path> right, Metric metric, double eps, OptionalInt k, int tasks) {
        return new BatchJoinPlan(
                left,
                right,
                metric,
                eps,
                k,
                1,
                OptionalInt.of(20),
                Optional.empty(),
                tasks,
                1L << 28,
                1);
    }

    private static List<RowPair> run(BatchJoinPlan plan) throws Exception {
        List<RowPair> pairs = new ArrayList<>();
        BatchJoinReport report = BatchJoin.run(plan, BatchProgress.NONE, pairs::add);
        assertThat(report.pairs()).isEqualTo(pairs.size());
        pairs.sort(ORDER);
        return pairs;
    }

    private static List<RowPair> exact(
            VectorSpace space,
            List<byte[]> left,
            Optional<List<byte[]>> right,
            double eps,
            OptionalInt k) {
        List<RowPair> all = new ArrayList<>();
        List<byte[]> later = right.orElse(left);
        for (int r = 0; r < later.size(); r++) {
            List<RowPair> of = new ArrayList<>();
            VectorSpace.Query query = space.query(later.get(r));
            for (int l = 0; l < (right.isPresent() ? left.size() : r); l++) {
                byte[] vector = left.get(l);
                double distance =
                        space.distance(space.score(query, vector, 0, space.inverseNorm(vector, 0)));
                if (distance <= eps) {
                    of.add(new RowPair(l, r, distance));
                }
            }
            of.sort(ORDER);
            all.addAll(of.subList(0, Math.min(of.size(), k.orElse(of.size()))));
        }
        return all;
    }

    @Test
    void everyPairComesOnce() {
        Property.holds(
                3,
                random -> {
                    Metric metric = random.nextBoolean() ? Metric.L2 : Metric.COSINE;
                    double eps = metric == Metric.L2 ? 1.5 : .02;
                    List<byte[]> left = vectors(random, 400);
                    Path leftFile = Vecs.write(dir.resolve("l.fvecs"), DIMENSIONS, left);
                    Optional<List<byte[]>> right = Optional.empty();
                    Optional<Path> rightFile = Optional.empty();
                    if (random.nextBoolean()) {
                        right = Optional.of(vectors(random, 300));
                        rightFile =
                                Optional.of(
                                        Vecs.write(
                                                dir.resolve("r.fvecs"), DIMENSIONS, right.get()));
                    }
                    int tasks = random.nextInt(1, 4);
                    List<RowPair> found =
                            run(plan(leftFile, rightFile, metric, eps, OptionalInt.empty(), tasks));
                    VectorSpace space = VectorSpace.of(metric, Encoding.FLOAT32, DIMENSIONS);
                    assertThat(found)
                            .containsExactlyElementsOf(
                                    exact(space, left, right, eps, OptionalInt.empty()));
                });
    }

    @Test
    void eachRightRowHasItsNearestOfTheWholeLeftFile() throws Exception {
        SplittableRandom random = new SplittableRandom(3);
        List<byte[]> left = vectors(random, 500);
        List<byte[]> right = vectors(random, 200);
        Path leftFile = Vecs.write(dir.resolve("l.fvecs"), DIMENSIONS, left);
        Path rightFile = Vecs.write(dir.resolve("r.fvecs"), DIMENSIONS, right);

        List<RowPair> found =
                run(plan(leftFile, Optional.of(rightFile), Metric.L2, 2, OptionalInt.of(3), 2));

        List<RowPair> wanted =
                exact(
                        VectorSpace.of(Metric.L2, Encoding.FLOAT32, DIMENSIONS),
                        left,
                        Optional.of(right),
                        2,
                        OptionalInt.of(3));
        // Of equally near ones either is right.
        assertThat(found.stream().map(pair -> pair.right() + " " + pair.distance()))
                .containsExactlyElementsOf(
                        wanted.stream().map(pair -> pair.right() + " " + pair.distance()).toList());
        assertThat(found).doesNotHaveDuplicates();
    }

    @Test
    void whatDoesNotFitIntoTheHeapIsRefusedBeforeTheJobStarts() throws Exception {
        Path file =
                Vecs.write(
                        dir.resolve("l.fvecs"), DIMENSIONS, vectors(new SplittableRandom(1), 500));
        BatchJoinPlan plan = plan(file, Optional.of(file), Metric.L2, 1, OptionalInt.empty(), 1);
        // The sample alone fits, both files do not.
        assertThatThrownBy(() -> run(plan.withHeap(300_000)))
                .isInstanceOf(BatchFailure.class)
                .hasMessageContaining("keeps 1,000 rows")
                .hasMessageContaining("--memory");
        assertThatThrownBy(() -> run(plan.withHeap(10_000)))
                .isInstanceOf(BatchFailure.class)
                .hasMessageContaining("a sample")
                .hasMessageContaining("--memory");
    }

    @Test
    void whatCannotBeJoinedIsRefused() {
        Path any = dir.resolve("x.fvecs");
        assertThatThrownBy(
                        () ->
                                plan(
                                        any,
                                        Optional.empty(),
                                        Metric.INNER_PRODUCT,
                                        1,
                                        OptionalInt.empty(),
                                        1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--metric must be l2, cosine, hamming or jaccard");
        assertThatThrownBy(
                        () ->
                                plan(
                                        any,
                                        Optional.empty(),
                                        Metric.L2,
                                        Double.NaN,
                                        OptionalInt.empty(),
                                        1))
                .hasMessageContaining("--eps must be 0 or more");
    }
}

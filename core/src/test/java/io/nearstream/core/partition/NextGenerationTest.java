package io.nearstream.core.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.testing.Property;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NextGenerationTest {
    private static final int CASES = 25;

    /** So that cells of a few sampled records count as overfull. */
    private static final double SCALE = 50;

    private static CollectionSettings any(SplittableRandom random) {
        Metric metric =
                List.of(Metric.L2, Metric.COSINE, Metric.INNER_PRODUCT).get(random.nextInt(3));
        return Clouds.learned(metric, Encoding.FLOAT32, 4, 6 + random.nextInt(6), random.nextInt());
    }

    /** A collection's life: its vectors with where they lie, as the jobs would have them. */
    private static final class Life {
        private final CollectionSettings settings;
        private final List<byte[]> vectors;
        private final List<int[]> placed = new ArrayList<>();
        private final List<Generation> generations = new ArrayList<>();

        private Life(SplittableRandom random, CollectionSettings settings) {
            this.settings = settings;
            this.vectors = Clouds.vectors(random, settings, 300);
            generations.add(GenerationTrainer.train(settings, vectors.subList(0, 100)));
            vectors.forEach(vector -> placed.add(newest().place("", vector)));
        }

        private Generation newest() {
            return generations.get(generations.size() - 1);
        }

        private BucketSizes sizes() {
            Map<Integer, Integer> counted = new HashMap<>();
            placed.forEach(
                    buckets ->
                            IntStream.of(buckets)
                                    .forEach(bucket -> counted.merge(bucket, 1, Integer::sum)));
            return BucketSizes.of(newest(), counted, vectors.size(), SCALE);
        }

        private boolean split(int most) {
            List<NextGeneration.Placed> sample = new ArrayList<>();
            for (int i = 0; i < vectors.size(); i++) {
                sample.add(new NextGeneration.Placed(vectors.get(i), placed.get(i)));
            }
            var next = NextGeneration.after(settings, newest(), sample, sizes(), most);
            next.ifPresent(generations::add);
            return next.isPresent();
        }

        private void move() {
            for (int i = 0; i < vectors.size(); i++) {
                if (IntStream.of(placed.get(i)).anyMatch(newest()::leaves)) {
                    placed.set(i, newest().place("", vectors.get(i)));
                }
            }
        }
    }

    @Test
    void idsStayAndAreNeverGivenAgain() {
        Property.holds(
                CASES,
                random -> {
                    Life life = new Life(random, any(random));
                    Map<Integer, float[]> ever = new HashMap<>();
                    Set<Integer> retired = new HashSet<>();
                    for (int step = 0; step < 4; step++) {
                        Generation newest = life.newest();
                        for (int bucket : newest.all()) {
                            assertThat(retired).doesNotContain(bucket);
                            float[] centroid = newest.centroid(bucket).orElse(new float[0]);
                            float[] before = ever.putIfAbsent(bucket, centroid);
                            assertThat(centroid).isEqualTo(before == null ? centroid : before);
                        }
                        int splits = 1 + random.nextInt(4);
                        boolean split = life.split(splits);
                        int[] gone = life.newest().retiredAfter(newest.number());
                        assertThat(gone.length).isBetween(split ? 1 : 0, split ? splits : 0);
                        Arrays.stream(gone).forEach(retired::add);
                        assertThat(boxed(life.newest().retiredAfter(0)))
                                .containsExactlyInAnyOrderElementsOf(retired);
                        life.move();
                    }
                });
    }

    /** Whatever was placed by whichever generation is met by a probe of everything. */
    @Test
    void everyRecordLiesInBucketsOfTheNewestGenerationOnceMoved() {
        Property.holds(
                CASES,
                random -> {
                    Life life = new Life(random, any(random));
                    for (int step = 0; step < 3; step++) {
                        life.split(3);
                        life.move();
                    }
                    Generation newest = life.newest();
                    Set<Integer> all = new HashSet<>();
                    Arrays.stream(newest.all()).forEach(all::add);
                    assertThat(all).hasSize(newest.bucketCount());
                    byte[] query = life.vectors.get(0);
                    assertThat(boxed(newest.probe(query, newest.bucketCount())))
                            .hasSize(all.size())
                            .allMatch(all::contains);
                    for (int i = 0; i < life.vectors.size(); i++) {
                        assertThat(boxed(life.placed.get(i))).allMatch(all::contains);
                        assertThat(boxed(newest.place("", life.vectors.get(i))))
                                .allMatch(all::contains);
                    }
                });
    }

    /** A split cell is met by just the probes that met it before it was split. */
    @Test
    void splitCellsAreMetAsBefore() {
        Property.holds(
                CASES,
                random -> {
                    Life life = new Life(random, any(random));
                    Generation before = life.newest();
                    life.split(3);
                    Generation between = life.newest();
                    life.move();
                    life.split(2);
                    int since = before.number();
                    for (byte[] query : life.vectors.subList(0, 20)) {
                        int count = 1 + random.nextInt(before.bucketCount());
                        Set<Integer> expected = new HashSet<>();
                        addSplit(before.probe(query, count), between, since, expected);
                        addSplit(
                                between.probe(query, count),
                                life.newest(),
                                between.number(),
                                expected);
                        assertThat(boxed(life.newest().probeRetired(query, count, since)))
                                .containsExactlyInAnyOrderElementsOf(expected);
                        assertThat(life.newest().probeRetired(query, count, 99)).isEmpty();
                    }
                });
    }

    private static List<Integer> boxed(int[] buckets) {
        return IntStream.of(buckets).boxed().toList();
    }

    private static void addSplit(int[] probe, Generation next, int since, Set<Integer> expected) {
        Set<Integer> gone = new HashSet<>();
        Arrays.stream(next.retiredAfter(since)).forEach(gone::add);
        Arrays.stream(probe).filter(gone::contains).forEach(expected::add);
    }

    @Test
    void theSameSampleGivesTheSameBytesAndTheyAreReadBack() {
        Property.holds(
                CASES,
                random -> {
                    CollectionSettings settings = any(random);
                    long seed = random.nextLong();
                    Life one = new Life(new SplittableRandom(seed), settings);
                    Life other = new Life(new SplittableRandom(seed), settings);
                    for (int step = 0; step < 2; step++) {
                        one.split(2);
                        other.split(2);
                        one.move();
                        other.move();
                    }
                    byte[] bytes = one.newest().toBytes();
                    assertThat(other.newest().toBytes()).isEqualTo(bytes);
                    Generation read = Generation.fromBytes(settings, bytes);
                    assertThat(read.toBytes()).isEqualTo(bytes);
                    assertThat(read.hash()).isEqualTo(one.newest().hash());
                    byte[] query = one.vectors.get(1);
                    assertThat(read.place("", query)).isEqualTo(one.newest().place("", query));
                    assertThat(read.probeRetired(query, 4, 0))
                            .isEqualTo(one.newest().probeRetired(query, 4, 0));
                    assertThat(read.probes(0.9, 10)).isEqualTo(one.newest().probes(0.9, 10));
                });
    }

    @Test
    void generationsWithoutCellsHaveNoNext() {
        CollectionSettings settings = Clouds.learned(Metric.L2, Encoding.UINT8, 2, 2, 1);
        Generation flat = Generation.initial(settings);
        BucketSizes none = BucketSizes.of(flat, Map.of(), 0, 1);
        assertThat(none.gini()).isZero();
        assertThat(none.largestShare()).isZero();
        assertThat(none.isDue()).isFalse();
        assertThatThrownBy(() -> NextGeneration.after(settings, flat, List.of(), none, 1))
                .hasMessageStartingWith("Only learned buckets are split, but generation 0");
    }
}

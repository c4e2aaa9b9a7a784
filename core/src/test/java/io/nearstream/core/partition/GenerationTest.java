package io.nearstream.core.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.core.model.BucketScheme;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.testing.Property;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GenerationTest {
    private static final int TRIALS = 60;

    private static Generation any(SplittableRandom random, CollectionSettings settings) {
        int n = 1 + random.nextInt(400);
        return random.nextInt(4) == 0
                ? Generation.initial(settings)
                : GenerationTrainer.train(settings, Clouds.vectors(random, settings, n));
    }

    @Test
    void widerProbeExtendsNarrowerProbe() {
        Property.holds(
                TRIALS,
                random -> {
                    for (CollectionSettings settings : Clouds.each(random)) {
                        Generation generation = any(random, settings);
                        byte[] query = Clouds.vectors(random, settings, 1).get(0);
                        boolean learned = settings.buckets() == BucketScheme.LEARNED;
                        int longest = generation.bucketCount() - (learned ? 0 : 1);
                        int[] wide = generation.probe(query, longest);
                        assertThat(wide).hasSize(longest).doesNotHaveDuplicates();
                        int count = 1 + random.nextInt(longest);
                        assertThat(wide).startsWith(generation.probe(query, count));
                    }
                });
    }

    @Test
    void everyVectorIsFoundInTheBucketsOfAnExhaustiveProbe() {
        Property.holds(
                TRIALS,
                random -> {
                    for (CollectionSettings settings : Clouds.each(random)) {
                        Generation generation = any(random, settings);
                        List<byte[]> vectors = Clouds.vectors(random, settings, 20);
                        int[] all = generation.all();
                        assertThat(all).hasSize(generation.bucketCount()).doesNotHaveDuplicates();
                        assertThat(generation.probe(vectors.get(0), Integer.MAX_VALUE))
                                .containsExactlyInAnyOrder(all);
                        Set<Integer> buckets = new HashSet<>();
                        Arrays.stream(all).forEach(buckets::add);
                        for (int i = 0; i < vectors.size(); i++) {
                            int[] placed = generation.place("id" + i, vectors.get(i));
                            assertThat(placed).isNotEmpty().doesNotHaveDuplicates();
                            assertThat(placed[0]).isIn(buckets);
                            assertThat(generation.leaves(placed[0])).isFalse();
                        }
                    }
                });
    }

    @Test
    void homeOfASmallCodebookIsTheNearestCell() {
        Property.holds(
                TRIALS,
                random -> {
                    CollectionSettings settings = Clouds.any(random, BucketScheme.LEARNED);
                    List<byte[]> sample = Clouds.vectors(random, settings, 200);
                    Generation generation = GenerationTrainer.train(settings, sample);
                    for (byte[] vector : sample) {
                        int[] placed = generation.place("id", vector);
                        assertThat(placed).hasSizeBetween(1, Cells.COPIES_MAX);
                        assertThat(placed[0]).isEqualTo(generation.probe(vector, 1)[0]);
                    }
                });
    }

    @Test
    void homeIsNearlyAlwaysTheNearestCellOfALargeCodebook() {
        SplittableRandom random = new SplittableRandom(8);
        CollectionSettings settings = Clouds.learned(Metric.L2, Encoding.FLOAT32, 24, 1_024, 3);
        List<byte[]> vectors = Clouds.vectors(random, settings, 6_000);
        Generation generation = GenerationTrainer.train(settings, vectors.subList(0, 5_000));
        int nearest = 0;
        for (byte[] vector : vectors.subList(5_000, 6_000)) {
            int[] placed = generation.place("id", vector);
            nearest += placed[0] == generation.probe(vector, 1)[0] ? 1 : 0;
        }
        assertThat(nearest).isGreaterThan(970);
    }

    @Test
    void seededFamiliesPlaceOncePerTableAndProbeThoseFirst() {
        Property.holds(
                TRIALS,
                random -> {
                    BucketScheme[] seeded =
                            Arrays.stream(BucketScheme.values())
                                    .filter(BucketScheme::isSeeded)
                                    .toArray(BucketScheme[]::new);
                    BucketScheme scheme = seeded[random.nextInt(seeded.length)];
                    CollectionSettings settings = Clouds.any(random, scheme);
                    Generation generation = Generation.initial(settings);
                    byte[] vector = Clouds.vectors(random, settings, 1).get(0);
                    int[] placed = generation.place("id", vector);
                    assertThat(placed).hasSize(settings.tables());
                    for (int table = 0; table < placed.length; table++) {
                        assertThat(placed[table] >>> settings.hashBits()).isEqualTo(table);
                    }
                    int count = generation.bucketCount() - 1;
                    int first = Math.min(count, placed.length);
                    assertThat(Arrays.copyOf(generation.probe(vector, count), first))
                            .isEqualTo(Arrays.copyOf(placed, first));
                });
    }

    @Test
    void generationZeroIsFlatAndExact() {
        CollectionSettings settings = Clouds.learned(Metric.L2, Encoding.UINT8, 4, 16, 1);
        Generation generation = Generation.initial(settings);
        assertThat(generation.number()).isZero();
        assertThat(generation.hash()).isZero();
        assertThat(generation.calibrated()).isFalse();
        assertThat(generation.probes(0.5, 10)).isEqualTo(Generation.FLAT_BUCKETS);
        assertThat(generation.all()).isEqualTo(IntStream.rangeClosed(1, 16).map(i -> -i).toArray());
        int[] sizes = new int[Generation.FLAT_BUCKETS];
        for (int i = 0; i < 1_600; i++) {
            int[] placed = generation.place("id-" + i, new byte[4]);
            assertThat(placed).hasSize(1);
            sizes[-1 - placed[0]]++;
        }
        assertThat(Arrays.stream(sizes).min().orElseThrow()).isGreaterThan(50);
    }

    @Test
    void flatBucketsLeaveWhenCellsExist() {
        CollectionSettings settings = Clouds.learned(Metric.L2, Encoding.UINT8, 4, 16, 1);
        Generation cells =
                GenerationTrainer.train(
                        settings, Clouds.vectors(new SplittableRandom(1), settings, 300));
        assertThat(Arrays.stream(Generation.initial(settings).all()).allMatch(cells::leaves))
                .isTrue();
        assertThat(Arrays.stream(cells.all()).noneMatch(cells::leaves)).isTrue();
    }

    @Test
    void wholeRecallNeedsAllBuckets() {
        CollectionSettings settings = Clouds.learned(Metric.L2, Encoding.UINT8, 4, 16, 1);
        Generation cells =
                GenerationTrainer.train(
                        settings, Clouds.vectors(new SplittableRandom(1), settings, 300));
        assertThat(cells.calibrated()).isTrue();
        assertThat(cells.probes(1, 10)).isEqualTo(cells.bucketCount());
        assertThat(cells.probes(0.5, 10)).isLessThanOrEqualTo(cells.probes(0.99, 10));
    }

    @Test
    void anEmptyProbeIsRefused() {
        CollectionSettings settings = Clouds.learned(Metric.L2, Encoding.UINT8, 4, 16, 1);
        assertThatThrownBy(() -> Generation.initial(settings).probe(new byte[4], 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("probes must be at least 1, but was 0.");
    }
}

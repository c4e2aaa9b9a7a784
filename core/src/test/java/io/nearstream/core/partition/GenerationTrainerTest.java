package io.nearstream.core.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.core.model.BucketScheme;
import io.nearstream.core.model.CodeKind;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.Vectors;
import io.nearstream.testing.Property;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class GenerationTrainerTest {
    @Test
    void theSameSampleAndSeedGiveTheSameGeneration() {
        Property.holds(
                20,
                random -> {
                    for (CollectionSettings settings : Clouds.each(random)) {
                        List<byte[]> sample = Clouds.vectors(random, settings, 300);
                        Generation first = GenerationTrainer.train(settings, sample);
                        Generation second = GenerationTrainer.train(settings, sample);
                        assertThat(first.number()).isEqualTo(1);
                        assertThat(first.toBytes()).isEqualTo(second.toBytes());
                        assertThat(first.hash()).isEqualTo(second.hash()).isNotZero();
                    }
                });
    }

    @Test
    void equalVectorsMakeOneCell() {
        for (Metric metric : List.of(Metric.L2, Metric.COSINE)) {
            CollectionSettings settings = Clouds.learned(metric, Encoding.INT8, 5, 64, 3);
            byte[] vector = {1, 2, 3, 4, -5};
            Generation generation =
                    GenerationTrainer.train(settings, Collections.nCopies(500, vector));
            assertThat(generation.bucketCount()).isEqualTo(1);
            assertThat(generation.place("id", vector)).containsExactly(0);
            assertThat(generation.probes(0.95, 10)).isEqualTo(1);
        }
    }

    @Test
    void manyDuplicatesLeaveNoCellEmpty() {
        Property.holds(
                20,
                random -> {
                    CollectionSettings settings = Clouds.any(random, BucketScheme.LEARNED);
                    List<byte[]> distinct = Clouds.vectors(random, settings, 10);
                    List<byte[]> sample =
                            random.ints(400, 0, distinct.size()).mapToObj(distinct::get).toList();
                    Generation generation = GenerationTrainer.train(settings, sample);
                    assertThat(generation.bucketCount()).isBetween(1, distinct.size());
                });
    }

    @Test
    void cellsThatAreWantedAreMade() {
        SplittableRandom random = new SplittableRandom(5);
        CollectionSettings settings = Clouds.learned(Metric.L2, Encoding.FLOAT32, 8, 100, 3);
        List<byte[]> sample = Clouds.vectors(random, settings, 2_000);
        Generation generation = GenerationTrainer.train(settings, sample);
        assertThat(generation.bucketCount()).isEqualTo(100);
        Set<Integer> homes = new HashSet<>();
        sample.forEach(vector -> homes.add(generation.place("id", vector)[0]));
        assertThat(homes.size()).isGreaterThanOrEqualTo(98);
    }

    /** A copy of what is kept as a code costs little, however long the vector is. */
    @Test
    void longVectorsThatAreKeptWholeHaveFewerCopies() {
        CollectionSettings shorter = Clouds.learned(Metric.L2, Encoding.UINT8, 511, 100, 3);
        CollectionSettings longer = Clouds.learned(Metric.L2, Encoding.UINT8, 512, 100, 3);
        assertThat(Closure.copies(shorter)).isEqualTo(1.4);
        assertThat(Closure.copies(longer)).isEqualTo(1.25);
        assertThat(Closure.copies(longer.coded(CodeKind.INT8, 0))).isEqualTo(1.4);
    }

    @Test
    void theClosureKeepsToItsCopies() {
        SplittableRandom random = new SplittableRandom(6);
        CollectionSettings settings = Clouds.learned(Metric.L2, Encoding.FLOAT32, 16, 100, 3);
        Generation generation =
                GenerationTrainer.train(settings, Clouds.vectors(random, settings, 3_000));
        double copies =
                Clouds.vectors(random, settings, 2_000).stream()
                        .mapToInt(vector -> generation.place("id", vector).length)
                        .average()
                        .orElseThrow();
        assertThat(copies).isBetween(1.0, 1.6);
    }

    @Test
    void theTargetIsReachedOnTheSamesDistribution() {
        SplittableRandom random = new SplittableRandom(7);
        for (BucketScheme scheme : EnumSet.complementOf(EnumSet.of(BucketScheme.MIN_HASH))) {
            CollectionSettings settings =
                    scheme == BucketScheme.LEARNED
                            ? Clouds.learned(Metric.L2, Encoding.FLOAT32, 12, 128, 3)
                            : scheme == BucketScheme.BIT_SAMPLING
                                    ? binary(scheme)
                                    : Clouds.seeded(
                                            scheme,
                                            Metric.COSINE,
                                            Encoding.FLOAT32,
                                            12,
                                            bits(scheme),
                                            3);
            List<byte[]> vectors = Clouds.vectors(random, settings, 6_000);
            List<byte[]> base = vectors.subList(0, 5_500);
            Generation generation = GenerationTrainer.train(settings, base.subList(0, 3_000));
            int probes = generation.probes(0.9, 10, base.size());
            assertThat(probes).isLessThan(generation.bucketCount());
            assertThat(
                            Recalls.of(
                                    settings,
                                    generation,
                                    base,
                                    vectors.subList(5_500, 6_000),
                                    probes))
                    .isGreaterThan(0.88);
        }
    }

    /** As many as a probe of the target needs several buckets for. */
    private static int bits(BucketScheme scheme) {
        return scheme == BucketScheme.SIGN_PROJECTION ? 8 : 12;
    }

    private static CollectionSettings binary(BucketScheme scheme) {
        return Clouds.seeded(scheme, Metric.HAMMING, Encoding.BINARY, 64, 8, 3);
    }

    @Test
    void cellsServeBinaryVectors() {
        SplittableRandom random = new SplittableRandom(8);
        CollectionSettings settings = Clouds.learned(Metric.HAMMING, Encoding.BINARY, 128, 64, 3);
        List<byte[]> centres = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            centres.add(noisy(random, new byte[16], 0.5));
        }
        List<byte[]> vectors = new ArrayList<>();
        for (int i = 0; i < 4_300; i++) {
            vectors.add(noisy(random, centres.get(random.nextInt(30)), 0.12));
        }
        List<byte[]> base = vectors.subList(0, 4_000);
        Generation generation = GenerationTrainer.train(settings, base.subList(0, 3_000));
        int probes = generation.probes(0.9, 10, base.size());
        assertThat(probes).isLessThan(generation.bucketCount() / 2);
        assertThat(Recalls.of(settings, generation, base, vectors.subList(4_000, 4_300), probes))
                .isGreaterThan(0.88);
    }

    private static byte[] noisy(SplittableRandom random, byte[] from, double share) {
        byte[] bits = from.clone();
        for (int i = 0; i < bits.length * 8; i++) {
            if (random.nextDouble() < share) {
                bits[i / 8] ^= (byte) (1 << i % 8);
            }
        }
        return bits;
    }

    @Test
    void tinySamplesTrainToo() {
        for (int n = 1; n < 120; n += 7) {
            CollectionSettings settings = Clouds.learned(Metric.L2, Encoding.UINT8, 3, 64, n);
            List<byte[]> sample = Clouds.vectors(new SplittableRandom(n), settings, n);
            Generation generation = GenerationTrainer.train(settings, sample);
            assertThat(generation.bucketCount()).isBetween(1, n);
            assertThat(generation.probes(0.9, 10)).isBetween(1, generation.bucketCount());
        }
    }

    @Test
    void hugeAndTinyValuesAreNoTrouble() {
        CollectionSettings settings = Clouds.learned(Metric.L2, Encoding.FLOAT32, 2, 4, 3);
        List<byte[]> sample =
                List.of(
                        Vectors.fromFloats(Float.MAX_VALUE, -Float.MAX_VALUE),
                        Vectors.fromFloats(-Float.MAX_VALUE, Float.MAX_VALUE),
                        Vectors.fromFloats(Float.MIN_VALUE, 0),
                        Vectors.fromFloats(0, 0));
        Generation generation = GenerationTrainer.train(settings, sample);
        for (byte[] vector : sample) {
            assertThat(generation.probe(vector, 9)).hasSize(generation.bucketCount());
            assertThat(generation.place("id", vector)).isNotEmpty();
        }
        assertThat(Generation.fromBytes(settings, generation.toBytes()).hash())
                .isEqualTo(generation.hash());
    }

    @Test
    void anEmptySampleIsRefused() {
        CollectionSettings settings = Clouds.learned(Metric.L2, Encoding.UINT8, 3, 64, 1);
        assertThatThrownBy(() -> GenerationTrainer.train(settings, List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The sample must hold at least 1 vector.");
    }
}

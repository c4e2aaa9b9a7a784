package io.nearstream.core.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.nearstream.core.model.BucketScheme;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.Vectors;
import io.nearstream.testing.Property;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class InnerProductTest {
    private static CollectionSettings settings(int dimensions, int cells) {
        return Clouds.learned(Metric.INNER_PRODUCT, Encoding.FLOAT32, dimensions, cells, 5);
    }

    private static byte[] gaussian(SplittableRandom random, int dimensions, double factor) {
        float[] values = new float[dimensions];
        for (int i = 0; i < dimensions; i++) {
            values[i] = (float) (factor * random.nextGaussian());
        }
        return Vectors.fromFloats(values);
    }

    private static List<byte[]> vectors(SplittableRandom random, int dimensions, int n) {
        List<byte[]> vectors = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            vectors.add(gaussian(random, dimensions, 0.2 + random.nextDouble()));
        }
        return vectors;
    }

    private static double product(byte[] a, byte[] b) {
        double sum = 0;
        for (int i = 0; i < a.length / Float.BYTES; i++) {
            double x = Vectors.value(Encoding.FLOAT32, a, 0, i);
            sum += x * Vectors.value(Encoding.FLOAT32, b, 0, i);
        }
        return sum;
    }

    /** |p - q|^2 = 2 - 2 (q v) / (M |q|). */
    @Test
    void pointsOrderAsProductsDo() {
        Property.holds(
                random -> {
                    int dimensions = 1 + random.nextInt(30);
                    List<byte[]> sample = vectors(random, dimensions, 20);
                    RoutingSpace space = RoutingSpace.of(settings(dimensions, 4), sample);
                    byte[] query = gaussian(random, dimensions, 3);
                    byte[] point = space.queryPoint(query);
                    double lengths = space.bound() * Math.sqrt(product(query, query));
                    for (byte[] vector : sample) {
                        assertThat(space.isBeyond(vector)).isFalse();
                        double expected = 2 - 2 * product(query, vector) / lengths;
                        assertThat((double) space.distance(point, 0, space.point(vector), 0))
                                .isCloseTo(expected, within(1e-5));
                    }
                });
    }

    @Test
    void vectorsLongerThanTheSampleAreInTheBucketThatEveryProbeVisits() {
        SplittableRandom random = new SplittableRandom(2);
        CollectionSettings settings = settings(8, 40);
        Generation generation = GenerationTrainer.train(settings, vectors(random, 8, 800));
        assertThat(generation.bucketCount()).isEqualTo(41);
        for (int i = 0; i < 50; i++) {
            int[] placed = generation.place("id", gaussian(random, 8, 100));
            assertThat(placed).hasSize(1);
            assertThat(generation.probe(gaussian(random, 8, 1), 1)).isEqualTo(placed);
        }
        Generation read = Generation.fromBytes(settings, generation.toBytes());
        byte[] far = gaussian(random, 8, 100);
        assertThat(read.place("id", far)).isEqualTo(generation.place("id", far));
    }

    @Test
    void theTargetIsReachedAlsoWhenLengthsGrow() {
        SplittableRandom random = new SplittableRandom(3);
        CollectionSettings settings = settings(12, 100);
        List<byte[]> base = vectors(random, 12, 4_000);
        Generation generation = GenerationTrainer.train(settings, base.subList(0, 3_000));
        int probes = generation.probes(0.9, 10, base.size());
        assertThat(probes).isLessThan(generation.bucketCount());
        List<byte[]> queries = vectors(random, 12, 300);
        assertThat(Recalls.of(settings, generation, base, queries, probes)).isGreaterThan(0.88);

        List<byte[]> grown = new ArrayList<>(base);
        for (int i = 0; i < 200; i++) {
            grown.add(gaussian(random, 12, 4));
        }
        assertThat(Recalls.of(settings, generation, grown, queries, probes)).isGreaterThan(0.88);
    }

    /** Written by the first release that knows the metric; the bound stands behind the closure. */
    private static final String FORMAT_1_BOUND =
            "4e53474e01"
                    + "00000001"
                    + "00000001"
                    + "030101"
                    + "3e800000"
                    + "4000000000000000"
                    + "000000020000000100000001"
                    + "0000803f00000000"
                    + "000000000000803f"
                    + "00";

    @Test
    void theBytesOfTheBoundAreFixed() {
        CollectionSettings settings = settings(1, 2);
        RoutingSpace space = new RoutingSpace(settings, 2);
        Codebook codebook = new Codebook(space, Vectors.fromFloats(1, 0, 0, 1), new int[] {1, 1});
        Generation written =
                new Generation(settings, 1, new Cells(space, codebook, .25f), Optional.empty());
        assertThat(HexFormat.of().formatHex(written.toBytes())).startsWith(FORMAT_1_BOUND);
        Generation read = Generation.fromBytes(settings, written.toBytes());
        assertThat(read.place("id", Vectors.fromFloats(2))).startsWith(0);
        assertThat(read.place("id", Vectors.fromFloats(2.5f))).containsExactly(2);
    }

    @Test
    void zeroVectorsHaveBucketsToo() {
        CollectionSettings settings = settings(3, 2);
        byte[] zero = new byte[12];
        Generation generation = GenerationTrainer.train(settings, List.of(zero, zero));
        assertThat(generation.place("id", zero)).containsExactly(0);
        assertThat(generation.probe(zero, 2)).containsExactly(1, 0);
        assertThat(generation.place("id", Vectors.fromFloats(1, 0, 0))).containsExactly(1);
    }

    @Test
    void seededFamiliesAreRefused() {
        assertThatThrownBy(
                        () ->
                                Clouds.seeded(
                                        BucketScheme.SIGN_PROJECTION,
                                        Metric.INNER_PRODUCT,
                                        Encoding.FLOAT32,
                                        4,
                                        4,
                                        2))
                .hasMessageStartingWith(
                        "buckets must be LEARNED under INNER_PRODUCT, but were SIGN_PROJECTION");
    }
}

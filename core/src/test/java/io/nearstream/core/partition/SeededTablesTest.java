package io.nearstream.core.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.BucketScheme;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.Sets;
import io.nearstream.core.similarity.Vectors;
import io.nearstream.testing.Property;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SeededTablesTest {
    private static final int TABLES = 32;

    private static byte[] gaussian(SplittableRandom random, int dimensions, double factor) {
        float[] values = new float[dimensions];
        for (int i = 0; i < dimensions; i++) {
            values[i] = (float) (factor * random.nextGaussian());
        }
        return Vectors.fromFloats(values);
    }

    /** A vector at this distance from another, in any direction. */
    private static byte[] at(SplittableRandom random, byte[] from, double distance) {
        int dimensions = from.length / Float.BYTES;
        float[] way =
                Vectors.toFloats(Encoding.FLOAT32, gaussian(random, dimensions, 1), 0, dimensions);
        double squared = 0;
        for (float value : way) {
            squared += value * value;
        }
        float[] values = Vectors.toFloats(Encoding.FLOAT32, from, 0, dimensions);
        for (int i = 0; i < dimensions; i++) {
            values[i] += (float) (way[i] * distance / Math.sqrt(squared));
        }
        return Vectors.fromFloats(values);
    }

    /** Share of tables in which vectors so far apart share a bucket, over many pairs. */
    private static double shared(CollectionSettings settings, double distance) {
        SeededTables family = SeededTables.of(settings);
        SplittableRandom random = new SplittableRandom(4);
        int same = 0;
        int pairs = 300;
        for (int pair = 0; pair < pairs; pair++) {
            byte[] one = gaussian(random, settings.dimensions(), 1);
            int[] left = family.place("", one);
            int[] right = family.place("", at(random, one, distance));
            for (int table = 0; table < TABLES; table++) {
                same += left[table] == right[table] ? 1 : 0;
            }
        }
        return (double) same / pairs / TABLES;
    }

    private static CollectionSettings pStable(double width) {
        return new CollectionSettings(
                "slots",
                1,
                24,
                Metric.L2,
                Encoding.FLOAT32,
                BucketScheme.P_STABLE,
                20,
                TABLES,
                9,
                0.95,
                1_000,
                2,
                1,
                width);
    }

    /**
     * Datar et al. 2004: 1 - 2 Phi(-r) - 2 (1 - exp(-r^2 / 2)) / (sqrt(2 pi) r) for r = w / c.
     * Phi(-1) = 0.158655, Phi(-2) = 0.022750.
     */
    @Test
    void slotsOfOneProjectionAreSharedAsThePaperSays() {
        assertThat(shared(pStable(1), 1)).isBetween(0.3687 - 0.02, 0.3687 + 0.02);
        assertThat(shared(pStable(2), 1)).isBetween(0.6095 - 0.02, 0.6095 + 0.02);
        assertThat(shared(pStable(4), 2)).isBetween(0.6095 - 0.02, 0.6095 + 0.02);
    }

    @Test
    void nearVectorsShareMoreVertices() {
        CollectionSettings settings =
                Clouds.seeded(
                        BucketScheme.CROSS_POLYTOPE,
                        Metric.COSINE,
                        Encoding.FLOAT32,
                        24,
                        6,
                        TABLES);
        double near = shared(settings, 1);
        double far = shared(settings, 4);
        assertThat(near).isGreaterThan(2 * far);
        assertThat(shared(settings, 0)).isEqualTo(1);
    }

    @Test
    void verticesGoByDirectionOnly() {
        Property.holds(
                50,
                random -> {
                    CollectionSettings settings =
                            Clouds.seeded(
                                    BucketScheme.CROSS_POLYTOPE,
                                    Metric.COSINE,
                                    Encoding.FLOAT32,
                                    1 + random.nextInt(40),
                                    1 + random.nextInt(20),
                                    3);
                    SeededTables family = SeededTables.of(settings);
                    byte[] vector = gaussian(random, settings.dimensions(), 1);
                    float[] doubled =
                            Vectors.toFloats(Encoding.FLOAT32, vector, 0, settings.dimensions());
                    for (int i = 0; i < doubled.length; i++) {
                        doubled[i] *= 1 << 20;
                    }
                    assertThat(family.place("", Vectors.fromFloats(doubled)))
                            .isEqualTo(family.place("", vector));
                });
    }

    @Test
    void hugeValuesHaveBucketsToo() {
        float[] huge = new float[100];
        for (int i = 0; i < huge.length; i++) {
            huge[i] = i % 3 == 0 ? -Float.MAX_VALUE : Float.MAX_VALUE;
        }
        byte[] vector = Vectors.fromFloats(huge);
        for (BucketScheme scheme : BucketScheme.values()) {
            if (scheme.isSeeded() && scheme.serves(Metric.L2)) {
                SeededTables family =
                        SeededTables.of(
                                Clouds.seeded(scheme, Metric.L2, Encoding.FLOAT32, 100, 12, 3));
                int[] placed = family.place("", vector);
                assertThat(family.probe(vector, 40)).startsWith(placed).doesNotHaveDuplicates();
            }
        }
    }

    /** Buckets are in topics and in state: what a seed draws may never change. */
    @Test
    void bucketsOfASeedAreFixed() {
        byte[] vector = Vectors.fromFloats(.5f, -1, 2, .25f, -3);
        assertThat(SeededTables.of(golden(BucketScheme.SIGN_PROJECTION)).place("", vector))
                .containsExactly(124, 927, 1048);
        assertThat(SeededTables.of(golden(BucketScheme.P_STABLE)).place("", vector))
                .containsExactly(54, 589, 1495);
        assertThat(SeededTables.of(golden(BucketScheme.CROSS_POLYTOPE)).place("", vector))
                .containsExactly(488, 708, 1046);
        CollectionSettings bits =
                Clouds.seeded(BucketScheme.BIT_SAMPLING, Metric.HAMMING, Encoding.BINARY, 32, 9, 3);
        assertThat(SeededTables.of(bits).place("", new byte[] {1, -2, 77, 5}))
                .containsExactly(156, 672, 1434);
        CollectionSettings sets =
                Clouds.seeded(BucketScheme.MIN_HASH, Metric.JACCARD, Encoding.SET64, 8, 9, 3);
        assertThat(SeededTables.of(sets).place("", Sets.encode(new long[] {7, -9, 1L << 40}, 8)))
                .containsExactly(87, 839, 1306);
    }

    /** Two vectors share a bucket with the chance that k of their bits, drawn once each, agree. */
    @Test
    void sampledBitsAreSharedByHowManyBitsAgree() {
        CollectionSettings settings =
                Clouds.seeded(
                        BucketScheme.BIT_SAMPLING, Metric.HAMMING, Encoding.BINARY, 4_096, 4, 32);
        SeededTables family = SeededTables.of(settings);
        int same = 0;
        int pairs = 300;
        for (int pair = 0; pair < pairs; pair++) {
            SplittableRandom random = new SplittableRandom(pair);
            byte[] one = new byte[512];
            random.nextBytes(one);
            byte[] other = one.clone();
            for (int i = 0; i < 4_096; i++) {
                other[i / 8] ^= (byte) ((random.nextInt(4) == 0 ? 1 : 0) << i % 8);
            }
            int[] left = family.place("", one);
            int[] right = family.place("", other);
            for (int table = 0; table < TABLES; table++) {
                same += left[table] == right[table] ? 1 : 0;
            }
        }
        double expected = Math.pow(0.75, 4);
        assertThat((double) same / pairs / TABLES).isBetween(expected - 0.03, expected + 0.03);
    }

    /** Broder 1997: components agree with the probability of the Jaccard similarity. */
    @Test
    void bandsOfSetsAreSharedAsTheirSimilaritySays() {
        CollectionSettings settings =
                Clouds.seeded(
                        BucketScheme.MIN_HASH, Metric.JACCARD, Encoding.SET64, 100, 20, TABLES);
        SeededTables family = SeededTables.of(settings);
        int same = 0;
        int pairs = 600;
        for (int pair = 0; pair < pairs; pair++) {
            SplittableRandom random = new SplittableRandom(pair);
            long[] left = random.longs(80).toArray();
            long[] right = random.longs(80).toArray();
            System.arraycopy(left, 0, right, 0, 60); // 60 of 100 are shared
            int[] leftBuckets = family.place("", Sets.encode(left, 100));
            int[] rightBuckets = family.place("", Sets.encode(right, 100));
            for (int table = 0; table < TABLES; table++) {
                same += leftBuckets[table] == rightBuckets[table] ? 1 : 0;
            }
        }
        assertThat((double) same / pairs / TABLES).isBetween(0.36 - 0.03, 0.36 + 0.03);
    }

    private static CollectionSettings golden(BucketScheme scheme) {
        return Clouds.seeded(scheme, Metric.COSINE, Encoding.FLOAT32, 5, 9, 3);
    }
}

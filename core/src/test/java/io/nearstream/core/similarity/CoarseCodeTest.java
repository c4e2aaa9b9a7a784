package io.nearstream.core.similarity;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.testing.Property;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CoarseCodeTest {
    private static final Metric[] METRICS = {Metric.L2, Metric.COSINE};

    /** Whatever their lengths: small, large, equal, opposite, sparse. */
    @Test
    void vectorMayScoreWhatItScores() {
        Property.holds(
                random -> {
                    Metric metric = METRICS[random.nextInt(METRICS.length)];
                    int dimensions = random.nextInt(8) == 0 ? 4_096 : 16 + random.nextInt(200);
                    VectorSpace space = VectorSpace.of(metric, Encoding.FLOAT32, dimensions);
                    CoarseCode code = CoarseCode.of(space).orElseThrow();
                    float[] query = values(random, dimensions);
                    byte[] queryVector = Vectors.fromFloats(query);
                    CoarseCode.Query coded = code.query(queryVector).orElseThrow();
                    VectorSpace.Query exact = space.query(queryVector);
                    for (int i = 0; i < 50; i++) {
                        byte[] stored = Vectors.fromFloats(near(random, query));
                        assertMayScore(space, code, exact, coded, stored);
                    }
                });
    }

    private static void assertMayScore(
            VectorSpace space,
            CoarseCode code,
            VectorSpace.Query exact,
            CoarseCode.Query coded,
            byte[] stored) {
        double score = space.score(exact, stored, 0, space.inverseNorm(stored, 0));
        assertThat(mayScore(code, score, coded, stored)).isTrue();
    }

    private static boolean mayScore(
            CoarseCode code, double score, CoarseCode.Query query, byte[] stored) {
        CoarseColumns columns = new CoarseColumns(code);
        columns.add(stored, 0);
        columns.add(stored, 0);
        return columns.mayScore(code.radius(score), query, 1);
    }

    @Test
    void halvesHaveCodesToo() {
        Property.holds(
                random -> {
                    Metric metric = METRICS[random.nextInt(METRICS.length)];
                    VectorSpace space = VectorSpace.of(metric, Encoding.FLOAT16, 32);
                    CoarseCode code = CoarseCode.of(space).orElseThrow();
                    byte[] query = halves(random);
                    for (int i = 0; i < 50; i++) {
                        assertMayScore(
                                space,
                                code,
                                space.query(query),
                                code.query(query).orElseThrow(),
                                halves(random));
                    }
                });
    }

    /** Finite ones of all signs and sizes. */
    private static byte[] halves(SplittableRandom random) {
        byte[] halves = new byte[2 * 32];
        random.nextBytes(halves);
        for (int high = 1; high < halves.length; high += 2) {
            halves[high] &= (byte) 0xbb; // an exponent of all ones is no number
        }
        return halves;
    }

    private static float[] values(SplittableRandom random, int dimensions) {
        float size = (float) Math.pow(10, random.nextInt(5) - 2);
        float[] values = new float[dimensions];
        for (int i = 0; i < dimensions; i++) {
            values[i] = random.nextInt(3) == 0 ? 0 : size * (random.nextFloat() - .5f);
        }
        values[random.nextInt(dimensions)] = size;
        return values;
    }

    private static float[] near(SplittableRandom random, float[] query) {
        float[] other = values(random, query.length);
        float share = random.nextInt(5) / 4f;
        float sign = random.nextInt(4) == 0 ? -1 : 1;
        for (int i = 0; i < other.length; i++) {
            other[i] = sign * (share * query[i] + (1 - share) * other[i]);
        }
        return other;
    }

    /** Otherwise it would filter nothing: random vectors of 100 dimensions are told apart. */
    @Test
    void vectorMayNotScoreMuchLess() {
        SplittableRandom random = new SplittableRandom(7);
        for (Metric metric : METRICS) {
            VectorSpace space = VectorSpace.of(metric, Encoding.FLOAT32, 100);
            CoarseCode code = CoarseCode.of(space).orElseThrow();
            byte[] query = gaussian(random);
            for (int i = 0; i < 100; i++) {
                byte[] stored = gaussian(random);
                double score =
                        space.score(space.query(query), stored, 0, space.inverseNorm(stored, 0));
                CoarseCode.Query coded = code.query(query).orElseThrow();
                assertThat(mayScore(code, .93 * score, coded, stored)).isFalse();
                assertThat(mayScore(code, Double.POSITIVE_INFINITY, coded, stored)).isTrue();
            }
        }
    }

    private static byte[] gaussian(SplittableRandom random) {
        float[] values = new float[100];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Vectors.fromFloats(values);
    }

    /** What no float can square is scored in full. */
    @Test
    void vectorsOfLengthsOutOfRangeMayScoreAnything() {
        VectorSpace space = VectorSpace.of(Metric.L2, Encoding.FLOAT32, 16);
        CoarseCode code = CoarseCode.of(space).orElseThrow();
        byte[] usual = Vectors.fromFloats(1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5, 6, 7);
        for (float value : new float[] {0, 1e-30f, 1e30f, Float.MAX_VALUE}) {
            float[] values = new float[16];
            values[3] = value;
            byte[] extreme = Vectors.fromFloats(values);
            assertThat(code.query(extreme)).isEmpty();
            CoarseCode.Query query = code.query(usual).orElseThrow();
            assertThat(mayScore(code, 0, query, extreme)).isTrue();
        }
    }

    @Test
    void bytesAndShortVectorsHaveNoCodes() {
        assertThat(CoarseCode.of(VectorSpace.of(Metric.L2, Encoding.UINT8, 784))).isEmpty();
        assertThat(CoarseCode.of(VectorSpace.of(Metric.L2, Encoding.INT8, 784))).isEmpty();
        assertThat(CoarseCode.of(VectorSpace.of(Metric.L2, Encoding.FLOAT32, 15))).isEmpty();
        assertThat(CoarseCode.of(VectorSpace.of(Metric.INNER_PRODUCT, Encoding.FLOAT32, 16)))
                .isEmpty();
    }
}

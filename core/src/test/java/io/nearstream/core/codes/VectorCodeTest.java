package io.nearstream.core.codes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nearstream.core.model.CodeKind;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.core.similarity.Vectors;
import io.nearstream.testing.Property;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What holds of every code. */
class VectorCodeTest {
    private static final int TRIALS = 60;

    /** Errors are of the size of 2 |r| |q - c| times this over sqrt(dimensions). */
    private static double errorPerRoot(CodeKind kind) {
        return switch (kind) {
            case VECTOR -> 0;
            case FLOAT16 -> .005;
            case INT8 -> .3;
            case RABITQ_4 -> 1;
            case RABITQ_1 -> 6;
            case PRODUCT -> 8;
        };
    }

    @ParameterizedTest
    @EnumSource(CodeKind.class)
    void estimatesAreNearTheScores(CodeKind kind) {
        Property.holds(
                TRIALS,
                random -> {
                    CollectionSettings settings = Samples.any(random, 40 + random.nextInt(200));
                    List<byte[]> vectors = Samples.vectors(random, settings, 30);
                    float[] mean = Samples.centroid(settings, vectors);
                    float[] origin = random.nextBoolean() ? mean : new float[mean.length];
                    VectorCode code = Samples.code(settings, kind, origin, vectors);
                    CodeReference about =
                            kind != CodeKind.PRODUCT && random.nextInt(3) == 0
                                    ? code.origin()
                                    : code.reference(mean);
                    byte[] query = Samples.vector(random, settings);
                    VectorCode.Query prepared = code.query(query);
                    for (byte[] vector : vectors) {
                        double exact = Samples.exact(settings, query, vector);
                        double near = scale(settings, about, origin, query, vector);
                        double error = errorPerRoot(kind) / Math.sqrt(settings.dimensions());
                        assertThat(Samples.estimate(code, about, prepared, vector))
                                .isCloseTo(
                                        exact, within(1e-5 * (1 + Math.abs(exact)) + near * error));
                    }
                });
    }

    /**
     * 2 |r| (|q - c| + some of |q|, which is what rounding the query goes by); of products, all of
     * |q|.
     */
    private static double scale(
            CollectionSettings settings,
            CodeReference about,
            float[] origin,
            byte[] query,
            byte[] vector) {
        Points points = new Points(VectorSpace.of(settings), origin);
        double r = distance(points.point(vector, 0), about.values());
        double q = distance(points.point(query, 0), about.values());
        double length = Math.sqrt(Points.squaredLength(points.point(query, 0)));
        double share = settings.metric() == Metric.INNER_PRODUCT ? 1 : .1;
        return 2 * r * (q + share * length) * points.scorePerSquare();
    }

    private static double distance(float[] a, float[] b) {
        return Math.sqrt(Points.squaredDistance(Vectors.fromFloats(a), Vectors.fromFloats(b)));
    }

    @Test
    void theVectorItselfScoresExactly() {
        Property.holds(
                random -> {
                    CollectionSettings settings = Samples.any(random, Samples.dimensions(random));
                    VectorCode code = VectorCodes.of(settings, CodeKind.VECTOR);
                    byte[] query = Samples.vector(random, settings);
                    byte[] vector = Samples.vector(random, settings);
                    double exact = Samples.exact(settings, query, vector);
                    double tolerance = settings.metric() == Metric.COSINE ? 1e-6 : 0;
                    assertThat(Samples.estimate(code, code.origin(), code.query(query), vector))
                            .isCloseTo(exact, within(tolerance));
                });
    }

    @ParameterizedTest
    @EnumSource(CodeKind.class)
    void aBlockScoresAsItsCodesDo(CodeKind kind) {
        Property.holds(
                TRIALS,
                random -> {
                    CollectionSettings settings = Samples.any(random, Samples.dimensions(random));
                    List<byte[]> vectors =
                            Samples.vectors(random, settings, 1 + random.nextInt(20));
                    float[] mean = Samples.centroid(settings, vectors);
                    VectorCode code = Samples.code(settings, kind, mean, vectors);
                    CodeReference about = code.reference(vectorOf(random, settings));
                    int at = random.nextInt(10);
                    byte[] block = new byte[at + vectors.size() * code.bytes()];
                    random.nextBytes(block); // what was there before does not matter
                    for (int i = 0; i < vectors.size(); i++) {
                        byte[] shifted = new byte[settings.vectorBytes() + 5];
                        System.arraycopy(vectors.get(i), 0, shifted, 5, settings.vectorBytes());
                        code.encode(shifted, 5, about, block, at + i * code.bytes());
                    }
                    VectorCode.Query query = code.query(Samples.vector(random, settings));
                    VectorCode.Estimates estimates = query.about(about);
                    for (int i = 0; i < vectors.size(); i++) {
                        assertThat(estimates.score(block, at + i * code.bytes()))
                                .isEqualTo(Samples.estimate(code, about, query, vectors.get(i)));
                    }
                });
    }

    private static float[] vectorOf(SplittableRandom random, CollectionSettings settings) {
        byte[] vector = Samples.vector(random, settings);
        return new Points(VectorSpace.of(settings), new float[settings.dimensions()])
                .point(vector, 0);
    }

    /** Then it is the centroid's score, as exact as that. */
    @ParameterizedTest
    @EnumSource(CodeKind.class)
    void aVectorThatIsItsCentroidScoresAsTheCentroid(CodeKind kind) {
        Property.holds(
                TRIALS,
                random -> {
                    int dimensions = Samples.dimensions(random);
                    CollectionSettings settings = Samples.any(random, dimensions);
                    byte[] vector = Samples.vector(random, settings);
                    List<byte[]> sample = List.of(vector, vector, vector);
                    float[] centroid = Samples.centroid(settings, List.of(vector));
                    VectorCode code = Samples.code(settings, kind, centroid, sample);
                    byte[] query = Samples.vector(random, settings);
                    double exact = Samples.exact(settings, query, vector);
                    double estimate =
                            Samples.estimate(
                                    code, code.reference(centroid), code.query(query), vector);
                    assertThat(estimate).isCloseTo(exact, within(1e-5 * Math.abs(exact) + 1e-6));
                });
    }

    @ParameterizedTest
    @EnumSource(CodeKind.class)
    void zeroVectorsHaveCodesUnderL2(CodeKind kind) {
        for (int dimensions : new int[] {1, 2, 7, 8, 9, 63, 64, 65, 100}) {
            CollectionSettings settings =
                    Samples.settings(Metric.L2, Encoding.FLOAT32, dimensions, 1);
            byte[] zero = new byte[settings.vectorBytes()];
            float[] ones = new float[dimensions];
            Arrays.fill(ones, 1);
            byte[] one = Vectors.fromFloats(ones);
            VectorCode code = Samples.code(settings, kind, ones.clone(), List.of(zero, one));
            CodeReference origin = code.origin();
            assertThat(Samples.estimate(code, origin, code.query(one), zero))
                    .isCloseTo(dimensions, within(1e-3 * dimensions));
            assertThat(Samples.estimate(code, origin, code.query(zero), zero))
                    .isCloseTo(0, within((kind == CodeKind.PRODUCT ? 1.01 : .2) * dimensions));
            CodeReference atZero = code.reference(new float[dimensions]);
            assertThat(Samples.estimate(code, atZero, code.query(zero), zero))
                    .isCloseTo(0, within(1e-6 * dimensions));
        }
    }

    /** Estimates scale with the vectors as far as a float goes; beyond, they are still numbers. */
    @ParameterizedTest
    @EnumSource(CodeKind.class)
    void sizeDoesNotMatter(CodeKind kind) {
        Property.holds(
                TRIALS,
                random -> {
                    int dimensions = 40 + random.nextInt(100);
                    for (float size : new float[] {1e-30f, 1e-20f, 1, 1e18f, 1e30f}) {
                        CollectionSettings settings =
                                Samples.settings(Metric.L2, Encoding.FLOAT32, dimensions, 5);
                        SplittableRandom same = new SplittableRandom(dimensions);
                        byte[] query = sized(same, dimensions, size);
                        byte[] vector = sized(same, dimensions, size);
                        List<byte[]> sample = List.of(vector, query);
                        VectorCode code =
                                Samples.code(settings, kind, new float[dimensions], sample);
                        // A book knows ways from the centroid that it was trained with.
                        CodeReference about =
                                kind == CodeKind.PRODUCT
                                        ? code.reference(Samples.centroid(settings, sample))
                                        : code.origin();
                        double exact = Samples.exact(settings, query, vector);
                        double estimate = Samples.estimate(code, about, code.query(query), vector);
                        assertThat(estimate / exact).isBetween(.2, 1.8);
                    }
                });
    }

    private static byte[] sized(SplittableRandom random, int dimensions, float size) {
        float[] values = new float[dimensions];
        for (int i = 0; i < dimensions; i++) {
            values[i] = (float) (size * random.nextGaussian());
        }
        return Vectors.fromFloats(values);
    }

    @ParameterizedTest
    @EnumSource(CodeKind.class)
    void noScoreIsNaN(CodeKind kind) {
        float[] extremes = {
            0, -0f, Float.MIN_VALUE, 1e-38f, -1, 1, 1e38f, Float.MAX_VALUE, -Float.MAX_VALUE
        };
        Property.holds(
                TRIALS,
                random -> {
                    int dimensions = 1 + random.nextInt(70);
                    Metric metric = Metric.values()[random.nextInt(3)];
                    CollectionSettings settings =
                            Samples.settings(metric, Encoding.FLOAT32, dimensions, 3);
                    byte[][] vectors = new byte[4][];
                    for (int i = 0; i < vectors.length; i++) {
                        float[] values = new float[dimensions];
                        for (int j = 0; j < dimensions; j++) {
                            values[j] = extremes[random.nextInt(extremes.length)];
                        }
                        values[0] = metric == Metric.COSINE ? 1 : values[0];
                        vectors[i] = Vectors.fromFloats(values);
                    }
                    float[] centroid =
                            metric == Metric.COSINE
                                    ? new float[dimensions]
                                    : Vectors.toFloats(Encoding.FLOAT32, vectors[2], 0, dimensions);
                    VectorCode code =
                            Samples.code(settings, kind, new float[dimensions], List.of(vectors));
                    double score =
                            Samples.estimate(
                                    code,
                                    code.reference(centroid),
                                    code.query(vectors[0]),
                                    vectors[1]);
                    assertThat(score).isNotNaN();
                });
    }

    @Test
    void bytesAreThoseOfTheStudy() {
        CollectionSettings images = Samples.settings(Metric.L2, Encoding.UINT8, 784, 1);
        CollectionSettings words = Samples.settings(Metric.COSINE, Encoding.FLOAT32, 100, 1);
        assertThat(VectorCodes.of(images, CodeKind.VECTOR).bytes()).isEqualTo(784);
        assertThat(VectorCodes.of(words, CodeKind.VECTOR).bytes()).isEqualTo(404);
        assertThat(VectorCodes.of(words, CodeKind.FLOAT16).bytes()).isEqualTo(208);
        assertThat(VectorCodes.of(words, CodeKind.INT8).bytes()).isEqualTo(108);
        assertThat(VectorCodes.of(images, CodeKind.RABITQ_4).bytes()).isEqualTo(400);
        assertThat(VectorCodes.of(words, CodeKind.RABITQ_4).bytes()).isEqualTo(58);
        assertThat(VectorCodes.of(images, CodeKind.RABITQ_1).bytes()).isEqualTo(106);
        assertThat(VectorCodes.of(words, CodeKind.RABITQ_1).bytes()).isEqualTo(21);
    }
}

package io.nearstream.core.codes;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.CodeKind;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.Vectors;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the papers prove of the estimator, over many rotations. */
class RaBitQTest {
    private static final int ROTATIONS = 100;
    private static final int PAIRS = 50;

    /** Standard deviations; the theorem's epsilon 0. */
    private static final double BOUND = 3;

    /** Of a normal distribution beyond the bound: .0027. */
    private static final double BEYOND_MAX = .006;

    /** What the query's rounding adds. */
    private static final double ROUNDING = 1.05;

    @ParameterizedTest
    @CsvSource({
        "RABITQ_1, 64", "RABITQ_1, 100", "RABITQ_1, 256", "RABITQ_1, 300", "RABITQ_1, 784",
        "RABITQ_4, 64", "RABITQ_4, 100", "RABITQ_4, 256", "RABITQ_4, 301", "RABITQ_4, 784"
    })
    void estimatesAreUnbiasedAndWithinTheirBound(CodeKind kind, int dimensions) {
        SplittableRandom random = new SplittableRandom(dimensions);
        double sum = 0;
        double squares = 0;
        int beyond = 0;
        int n = ROTATIONS * PAIRS;
        for (int rotation = 0; rotation < ROTATIONS; rotation++) {
            VectorCode code = code(kind, dimensions, rotation);
            float[] centroid = gaussian(random, dimensions, 1);
            CodeReference about = code.reference(centroid);
            byte[] queryVector = Vectors.fromFloats(near(random, centroid, .7));
            VectorCode.Query query = code.query(queryVector);
            for (int i = 0; i < PAIRS; i++) {
                byte[] vector = Vectors.fromFloats(near(random, centroid, .7));
                double off = standardError(code, about, query, queryVector, vector, centroid);
                sum += off;
                squares += off * off;
                beyond += Math.abs(off) > BOUND * ROUNDING ? 1 : 0;
            }
        }
        double deviation = Math.sqrt(squares / n);
        assertThat(Math.abs(sum / n)).as("bias").isLessThan(4 / Math.sqrt(n));
        assertThat(deviation).as("deviation").isBetween(.9, 1.1);
        assertThat((double) beyond / n).as("beyond the bound").isLessThan(BEYOND_MAX);
    }

    /** The error, over what one standard deviation of it should be. */
    private static double standardError(
            VectorCode code,
            CodeReference about,
            VectorCode.Query query,
            byte[] queryVector,
            byte[] vector,
            float[] centroid) {
        int dimensions = centroid.length;
        byte[] out = new byte[code.bytes()];
        code.encode(vector, 0, about, out, 0);
        double error = query.about(about).score(out, 0) - squared(queryVector, vector);
        double r = Math.sqrt(squared(vector, Vectors.fromFloats(centroid)));
        double q = Math.sqrt(squared(queryVector, Vectors.fromFloats(centroid)));
        double factor = Vectors.value(Encoding.FLOAT32, out, code.bytes() - 4, 0);
        double cosine = 2 * r / (factor * levelsLength(code.kind(), out, dimensions));
        double tangent = Math.sqrt(1 - cosine * cosine) / cosine;
        // Only the part of q - c that is at right angles to r meets what the code leaves out.
        double along = (q * q + r * r - squared(queryVector, vector)) / (2 * r);
        double across = Math.sqrt(q * q - along * along);
        return error / (2 * r * across * tangent / Math.sqrt(dimensions - 1));
    }

    private static double levelsLength(CodeKind kind, byte[] code, int dimensions) {
        if (kind == CodeKind.RABITQ_1) {
            return Math.sqrt(dimensions);
        }
        int bytes = (dimensions + 1) / 2;
        double sum = 0;
        for (int i = 0; i < dimensions; i++) {
            int nibble = i < bytes ? code[i] & 0xf : code[i - bytes] >> 4 & 0xf;
            sum += (nibble - 7.5) * (nibble - 7.5);
        }
        return Math.sqrt(sum);
    }

    private static double squared(byte[] a, byte[] b) {
        double sum = 0;
        for (int i = 0; i < a.length / 4; i++) {
            double d = Vectors.value(Encoding.FLOAT32, a, 0, i);
            d -= Vectors.value(Encoding.FLOAT32, b, 0, i);
            sum += d * d;
        }
        return sum;
    }

    private static VectorCode code(CodeKind kind, int dimensions, long seed) {
        return VectorCodes.of(
                CollectionSettings.learned("a", seed, dimensions, Metric.L2, Encoding.FLOAT32),
                kind);
    }

    private static float[] near(SplittableRandom random, float[] centroid, double deviation) {
        float[] values = gaussian(random, centroid.length, deviation);
        for (int i = 0; i < values.length; i++) {
            values[i] += centroid[i];
        }
        return values;
    }

    private static float[] gaussian(SplittableRandom random, int dimensions, double deviation) {
        float[] values = new float[dimensions];
        for (int i = 0; i < dimensions; i++) {
            values[i] = (float) (random.nextGaussian() * deviation);
        }
        return values;
    }
}

package io.nearstream.core.similarity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.model.Reason;
import io.nearstream.core.model.RefusedException;
import io.nearstream.testing.Property;
import java.util.SplittableRandom;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class VectorSpaceTest {
    @Test
    void scoresAreDistancesOfTheDecodedValuesInEveryEncoding() {
        Property.holds(
                random -> {
                    for (Metric metric : Metric.values()) {
                        for (Encoding encoding : Encoding.values()) {
                            int some = 1 + random.nextInt(200);
                            int dimensions = encoding == Encoding.BINARY ? 8 * some : some;
                            if (metric != Metric.JACCARD && metric.fits(encoding)) {
                                checkDistance(random, VectorSpace.of(metric, encoding, dimensions));
                            }
                        }
                    }
                });
    }

    private static void checkDistance(SplittableRandom random, VectorSpace space) {
        int offset = random.nextInt(10);
        byte[] a = randomVector(random, space, 0);
        byte[] b = randomVector(random, space, offset);
        double squared = 0;
        double dot = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < space.dimensions(); i++) {
            double x = Vectors.value(space.encoding(), a, 0, i);
            double y = Vectors.value(space.encoding(), b, offset, i);
            squared += (x - y) * (x - y);
            dot += x * y;
            aa += x * x;
            bb += y * y;
        }
        double expected =
                switch (space.metric()) {
                    case L2 -> Math.sqrt(squared);
                    case COSINE -> 1 - dot / Math.sqrt(aa * bb);
                    case INNER_PRODUCT -> -dot;
                    case HAMMING -> squared;
                    case JACCARD -> throw new AssertionError("tested by SetsTest");
                };
        double size = space.metric() == Metric.INNER_PRODUCT ? Math.sqrt(aa * bb) : expected;
        double score = space.score(space.query(a), b, offset, space.inverseNorm(b, offset));
        assertThat(space.distance(score))
                .as("%s %s %d", space.metric(), space.encoding(), space.dimensions())
                .isCloseTo(expected, within(1e-5 * Math.max(1, size)));
        assertThat(space.score(space.distance(score)))
                .isCloseTo(score, within(1e-9 * Math.abs(score)));
    }

    /** Never zero, always finite. */
    private static byte[] randomVector(SplittableRandom random, VectorSpace space, int offset) {
        byte[] data = new byte[offset + space.vectorBytes()];
        random.nextBytes(data);
        for (int i = 0; i < space.dimensions(); i++) {
            switch (space.encoding()) {
                case FLOAT32 -> Vectors.putFloat(data, offset, i, random.nextInt(1, 2_000) / 64f);
                case FLOAT16 -> data[offset + 2 * i + 1] &= 0x3f; // exponent below infinity's
                case BINARY -> data[offset + i / 8] |= 1;
                default -> data[offset + i] |= 1;
            }
        }
        if (space.encoding() == Encoding.FLOAT16) {
            data[offset] |= 1;
        }
        return data;
    }

    @Test
    void halvesAreReadExactly() {
        assertThat(Vectors.halfToFloat((short) 0x3c00)).isEqualTo(1f);
        assertThat(Vectors.halfToFloat((short) 0xc000)).isEqualTo(-2f);
        assertThat(Vectors.halfToFloat((short) 0x7bff)).isEqualTo(65_504f);
        assertThat(Vectors.halfToFloat((short) 0x0001)).isEqualTo(0x1p-24f);
        assertThat(Vectors.halfToFloat((short) 0x03ff)).isEqualTo(0x3ffp-24f);
        assertThat(Vectors.halfToFloat((short) 0x0400)).isEqualTo(0x1p-14f);
        assertThat(Vectors.halfToFloat((short) 0x3555)).isEqualTo(0x1.554p-2f);
        assertThat(Float.floatToRawIntBits(Vectors.halfToFloat((short) 0x8000)))
                .isEqualTo(Float.floatToRawIntBits(-0f));
        assertThat(Vectors.halfToFloat((short) 0xfc00)).isEqualTo(Float.NEGATIVE_INFINITY);
        assertThat(Vectors.halfToFloat((short) 0x7e00)).isNaN();
    }

    @Test
    void valuesAtTheEndsOfTheRangeOfFloatsAreScored() throws RefusedException {
        float[] magnitudes = {Float.MIN_VALUE, 1e-30f, 1e-12f, 1e15f, 1e30f, Float.MAX_VALUE};
        for (float magnitude : magnitudes) {
            byte[] a = Vectors.fromFloats(magnitude, 0);
            byte[] b = Vectors.fromFloats(0, magnitude);
            VectorSpace cosine = VectorSpace.of(Metric.COSINE, Encoding.FLOAT32, 2);
            cosine.check(a);
            assertThat(score(cosine, a, a)).isCloseTo(0, within(1e-6));
            assertThat(score(cosine, a, b)).isCloseTo(1, within(1e-6));
            assertThat(score(cosine, a, Vectors.fromFloats(3, 0))).isCloseTo(0, within(1e-6));
            assertThat(score(cosine, Vectors.fromFloats(3, 0), a)).isCloseTo(0, within(1e-6));
            VectorSpace l2 = VectorSpace.of(Metric.L2, Encoding.FLOAT32, 2);
            double expected = Math.sqrt(2) * magnitude;
            assertThat(l2.distance(score(l2, a, b))).isCloseTo(expected, within(1e-6 * expected));
            VectorSpace product = VectorSpace.of(Metric.INNER_PRODUCT, Encoding.FLOAT32, 2);
            double square = (double) magnitude * magnitude;
            assertThat(score(product, a, a)).isCloseTo(-square, within(1e-6 * square));
            assertThat(score(product, a, b)).isEqualTo(0.0);
        }
    }

    private static double score(VectorSpace space, byte[] query, byte[] stored) {
        return space.score(space.query(query), stored, 0, space.inverseNorm(stored, 0));
    }

    @Test
    void theLowestBitOfAByteIsItsFirstDimension() {
        byte[] bits = {0b0000_0101, (byte) 0x80};
        assertThat(Vectors.toFloats(Encoding.BINARY, bits, 0, 16))
                .containsExactly(1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
        VectorSpace space = VectorSpace.of(Metric.HAMMING, Encoding.BINARY, 16);
        assertThat(space.vectorBytes()).isEqualTo(2);
        assertThat(score(space, bits, new byte[] {1, 1})).isEqualTo(3);
    }

    @Test
    void aMetricThatDoesNotFitIsRefused() {
        assertThatThrownBy(() -> VectorSpace.of(Metric.HAMMING, Encoding.UINT8, 8))
                .hasMessage("HAMMING does not fit UINT8.");
        assertThatThrownBy(() -> VectorSpace.of(Metric.L2, Encoding.BINARY, 8))
                .hasMessage("L2 does not fit BINARY.");
    }

    @Test
    void anotherLengthIsRefused() {
        VectorSpace space = VectorSpace.of(Metric.L2, Encoding.FLOAT32, 3);
        assertRefused(
                () -> space.check(new byte[8]),
                Reason.WRONG_DIMENSION,
                "vector must have 12 bytes (3 dimensions of FLOAT32), but has 8.");
    }

    @Test
    void valuesThatAreNotFiniteAreRefused() {
        VectorSpace space = VectorSpace.of(Metric.L2, Encoding.FLOAT32, 2);
        assertRefused(
                () -> space.check(Vectors.fromFloats(1, Float.NaN)),
                Reason.NOT_FINITE,
                "vector must hold finite numbers only, but value 1 of 0 to 1 is NaN.");
        assertRefused(
                () -> space.check(Vectors.fromFloats(Float.NEGATIVE_INFINITY, 0)),
                Reason.NOT_FINITE,
                "vector must hold finite numbers only, but value 0 of 0 to 1 is -Infinity.");
        VectorSpace halves = VectorSpace.of(Metric.L2, Encoding.FLOAT16, 1);
        assertRefused(
                () -> halves.check(new byte[] {0, 0x7c}),
                Reason.NOT_FINITE,
                "vector must hold finite numbers only, but value 0 of 0 to 0 is Infinity.");
    }

    @Test
    void zeroVectorsAreRefusedUnderCosineOnly() throws RefusedException {
        for (Encoding encoding : Encoding.values()) {
            if (!Metric.L2.fits(encoding)) {
                continue;
            }
            byte[] zero = new byte[encoding.vectorBytes(3)];
            VectorSpace.of(Metric.L2, encoding, 3).check(zero);
            assertRefused(
                    () -> VectorSpace.of(Metric.COSINE, encoding, 3).check(zero),
                    Reason.ZERO_VECTOR,
                    "vector must have a length above 0 under cosine, but all 3 values are 0.");
        }
    }

    private static void assertRefused(ThrowingCallable call, Reason reason, String message) {
        assertThatThrownBy(call)
                .isInstanceOf(RefusedException.class)
                .hasMessage(message)
                .extracting(refused -> ((RefusedException) refused).reason())
                .isEqualTo(reason);
    }
}

package io.nearstream.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.nearstream.testing.Property;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CodeKernelsTest {
    private static final List<Kernels> ALL = List.of(Kernels.best(), Kernels.scalar());

    @Test
    void bitsSumTheValuesThatTheySelect() {
        Property.holds(
                random -> {
                    int words = 1 + random.nextInt(70);
                    int offset = random.nextInt(20);
                    byte[] codes = randomBytes(random, offset + 8 * words);
                    long[] planes = new long[words * Kernels.PLANES];
                    int expected = 0;
                    for (int i = 0; i < 64 * words; i++) {
                        int value = random.nextInt(-32, 32);
                        for (int plane = 0; plane < Kernels.PLANES; plane++) {
                            planes[i / 64 * Kernels.PLANES + plane] |=
                                    (long) (value >> plane & 1) << (i % 64);
                        }
                        expected += (codes[offset + i / 8] >> (i % 8) & 1) * value;
                    }
                    for (Kernels kernels : ALL) {
                        assertThat(kernels.dotBits(planes, codes, offset, words))
                                .as(kernels.name())
                                .isEqualTo(expected);
                    }
                });
    }

    @Test
    void nibblesAreExactForEveryRemainder() {
        Property.holds(
                20,
                random -> {
                    for (int bytes = 1; bytes <= 200; bytes++) {
                        checkNibbles(random, bytes);
                    }
                    checkNibbles(random, 2_048);
                });
    }

    private static void checkNibbles(SplittableRandom random, int bytes) {
        int queryOffset = random.nextInt(70);
        int offset = random.nextInt(70);
        int slack = random.nextInt(2) * Kernels.SLACK;
        byte[] query = randomBytes(random, queryOffset + 2 * bytes + slack);
        byte[] codes = randomBytes(random, offset + bytes + slack);
        int expected = 0;
        for (int i = 0; i < bytes; i++) {
            expected += query[queryOffset + i] * (codes[offset + i] & 0xf);
            expected += query[queryOffset + bytes + i] * (codes[offset + i] >>> 4 & 0xf);
        }
        for (Kernels kernels : ALL) {
            assertThat(kernels.dotNibbles(query, queryOffset, codes, offset, bytes))
                    .as("%s, %d bytes", kernels.name(), bytes)
                    .isEqualTo(expected);
        }
    }

    @Test
    void extremeNibblesDoNotOverflow() {
        byte[] query = new byte[4_096];
        byte[] codes = new byte[2_048];
        Arrays.fill(codes, (byte) 0xff);
        for (byte value : new byte[] {-128, 127}) {
            Arrays.fill(query, value);
            for (Kernels kernels : ALL) {
                assertThat(kernels.dotNibbles(query, 0, codes, 0, 2_048))
                        .isEqualTo(4_096 * value * 15);
            }
        }
    }

    /** Of all sizes, subnormal ones too. */
    @Test
    void halvesAgreeForEveryRemainder() {
        Property.holds(
                20,
                random -> {
                    for (int pairs = 1; pairs <= 150; pairs++) {
                        checkHalves(random, pairs);
                    }
                });
    }

    private static void checkHalves(SplittableRandom random, int pairs) {
        int queryOffset = random.nextInt(70);
        int offset = random.nextInt(70);
        ByteBuffer query = buffer(queryOffset + 8 * pairs);
        ByteBuffer codes = buffer(offset + 4 * pairs);
        double expected = 0;
        double magnitude = 0;
        for (int i = 0; i < 2 * pairs; i++) {
            int exponent = random.nextInt(31);
            int fraction = random.nextInt(1 << 10);
            int negative = random.nextInt(2);
            double half =
                    exponent == 0
                            ? fraction * 0x1p-24
                            : Math.scalb(1 + fraction * 0x1p-10, exponent - 15);
            float value = random.nextFloat() - .5f;
            int pair = i % pairs;
            codes.putShort(
                    offset + 4 * pair + 2 * (i / pairs),
                    (short) (negative << 15 | exponent << 10 | fraction));
            query.putFloat(queryOffset + 4 * i, value);
            expected += (negative == 0 ? half : -half) * value;
            magnitude += Math.abs(half * value);
        }
        for (Kernels kernels : ALL) {
            assertThat(
                            (double)
                                    kernels.dotHalves(
                                            query.array(),
                                            queryOffset,
                                            codes.array(),
                                            offset,
                                            pairs))
                    .as("%s, %d pairs", kernels.name(), pairs)
                    .isCloseTo(expected, within(1e-5 * magnitude));
        }
    }

    @Test
    void butterfliesHaveTheSameBitsEverywhere() {
        Property.holds(
                random -> {
                    int count = random.nextInt(100);
                    int first = random.nextInt(5);
                    int second = first + count + random.nextInt(5);
                    float[] values = randomFloats(random, second + count + 3);
                    float[] expected = values.clone();
                    for (int i = 0; i < count; i++) {
                        expected[first + i] = values[first + i] + values[second + i];
                        expected[second + i] = values[first + i] - values[second + i];
                    }
                    for (Kernels kernels : ALL) {
                        float[] actual = values.clone();
                        kernels.butterflies(actual, first, second, count);
                        assertThat(actual).as(kernels.name()).isEqualTo(expected);
                    }
                });
    }

    @Test
    void transformsHaveTheSameBitsEverywhere() {
        Property.holds(
                random -> {
                    int length = 1 << random.nextInt(13);
                    int offset = random.nextInt(5);
                    float[] values = randomFloats(random, offset + length + 3);
                    float[] scalar = values.clone();
                    float[] best = values.clone();
                    Kernels.scalar().walshHadamard(scalar, offset, length);
                    Kernels.best().walshHadamard(best, offset, length);
                    assertThat(best).isEqualTo(scalar);
                });
    }

    @Test
    void transformIsThatOfWalshAndHadamard() {
        int length = 128;
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = i % 7 - 3;
        }
        float[] expected = new float[length];
        for (int row = 0; row < length; row++) {
            for (int i = 0; i < length; i++) {
                expected[row] += (Integer.bitCount(row & i) & 1) == 0 ? values[i] : -values[i];
            }
        }
        for (Kernels kernels : ALL) {
            float[] actual = values.clone();
            kernels.walshHadamard(actual, 0, length);
            assertThat(actual).as(kernels.name()).isEqualTo(expected);
        }
    }

    @Test
    void whatCannotBeIsRefused() {
        byte[] bytes = new byte[400];
        float[] floats = new float[400];
        Class<? extends Exception> outside = IndexOutOfBoundsException.class;
        Class<? extends Exception> wrong = IllegalArgumentException.class;
        for (Kernels kernels : ALL) {
            assertThatThrownBy(() -> kernels.dotBits(new long[12], bytes, 385, 2))
                    .isInstanceOf(outside);
            assertThatThrownBy(() -> kernels.dotBits(new long[11], bytes, 0, 2))
                    .isInstanceOf(outside);
            assertThatThrownBy(() -> kernels.dotNibbles(bytes, 201, bytes, 0, 100))
                    .isInstanceOf(outside);
            assertThatThrownBy(() -> kernels.dotNibbles(bytes, 0, bytes, -1, 100))
                    .isInstanceOf(outside);
            assertThatThrownBy(() -> kernels.dotHalves(bytes, 0, bytes, 201, 50))
                    .isInstanceOf(outside);
            assertThatThrownBy(() -> kernels.dotHalves(bytes, 1, bytes, 0, 50))
                    .isInstanceOf(outside);
            assertThatThrownBy(() -> kernels.butterflies(floats, 0, 301, 100))
                    .isInstanceOf(outside);
            assertThatThrownBy(() -> kernels.butterflies(floats, 0, 99, 100)).isInstanceOf(wrong);
            assertThatThrownBy(() -> kernels.walshHadamard(floats, 145, 256)).isInstanceOf(outside);
            assertThatThrownBy(() -> kernels.walshHadamard(floats, 0, 100)).isInstanceOf(wrong);
        }
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] randomBytes(SplittableRandom random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static float[] randomFloats(SplittableRandom random, int length) {
        float[] floats = new float[length];
        for (int i = 0; i < length; i++) {
            floats[i] = (float) random.nextGaussian();
        }
        return floats;
    }
}

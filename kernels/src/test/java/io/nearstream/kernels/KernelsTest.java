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

class KernelsTest {
    private static final int DIMENSIONS_MAX = 4_096;
    private static final List<Kernels> ALL = List.of(Kernels.best(), Kernels.scalar());

    @Test
    void theBestAreVectorsWhereTheJvmHasThem() {
        assertThat(Kernels.best().name()).startsWith("simd-");
        assertThat(Kernels.scalar().name()).isEqualTo("scalar");
    }

    @Test
    void integersAreExactForEveryRemainderOfTheDimensions() {
        Property.holds(
                20,
                random -> {
                    for (int dimensions = 1; dimensions <= 300; dimensions++) {
                        checkBytes(random, dimensions);
                    }
                });
    }

    @Test
    void floatsAgreeForEveryRemainderOfTheDimensions() {
        Property.holds(
                20,
                random -> {
                    for (int dimensions = 1; dimensions <= 300; dimensions++) {
                        checkFloats(random, dimensions);
                    }
                });
    }

    @Test
    void largeDimensionsAgree() {
        Property.holds(
                random -> {
                    int dimensions = 1 + random.nextInt(DIMENSIONS_MAX);
                    checkBytes(random, dimensions);
                    checkFloats(random, dimensions);
                });
    }

    @Test
    void differingBitsAreCountedForEveryRemainderOfTheBytes() {
        Property.holds(
                20,
                random -> {
                    for (int bytes = 1; bytes <= 100; bytes++) {
                        byte[] a = new byte[bytes + random.nextInt(9)];
                        byte[] b = new byte[bytes + random.nextInt(9)];
                        random.nextBytes(a);
                        random.nextBytes(b);
                        int aOffset = a.length - bytes;
                        int bOffset = b.length - bytes;
                        int expected = 0;
                        for (int i = 0; i < 8 * bytes; i++) {
                            int left = a[aOffset + i / 8] >>> i % 8 & 1;
                            int right = b[bOffset + i / 8] >>> i % 8 & 1;
                            expected += left == right ? 0 : 1;
                        }
                        for (Kernels kernels : ALL) {
                            assertThat(kernels.hamming(a, aOffset, b, bOffset, bytes))
                                    .isEqualTo(expected);
                        }
                    }
                });
    }

    @Test
    void extremeBytesDoNotOverflow() {
        int n = DIMENSIONS_MAX;
        byte[] zero = new byte[n];
        byte[] ones = filled(n, -1);
        byte[] low = filled(n, -128);
        byte[] high = filled(n, 127);
        for (Kernels kernels : ALL) {
            assertThat(kernels.squaredL2Uint8(zero, 0, ones, 0, n)).isEqualTo(n * 255 * 255);
            assertThat(kernels.dotUint8(ones, 0, ones, 0, n)).isEqualTo(n * 255 * 255);
            assertThat(kernels.squaredL2Int8(low, 0, high, 0, n)).isEqualTo(n * 255 * 255);
            assertThat(kernels.dotInt8(low, 0, low, 0, n)).isEqualTo(n * 128 * 128);
            assertThat(kernels.dotInt8(low, 0, high, 0, n)).isEqualTo(-n * 128 * 127);
            assertThat(kernels.dotInt8(high, 0, high, 0, n)).isEqualTo(n * 127 * 127);
        }
    }

    @Test
    void rangesOutsideTheArraysAreRefused() {
        byte[] data = new byte[400];
        for (Kernels kernels : ALL) {
            for (int dimensions : new int[] {3, 100}) {
                int over = 401 - 4 * dimensions;
                assertThatThrownBy(() -> kernels.dotFloat32(data, over, data, 0, dimensions))
                        .isInstanceOf(IndexOutOfBoundsException.class);
                assertThatThrownBy(() -> kernels.squaredL2Float32(data, 0, data, -1, dimensions))
                        .isInstanceOf(IndexOutOfBoundsException.class);
                int overBytes = 401 - dimensions;
                assertThatThrownBy(() -> kernels.dotUint8(data, 0, data, overBytes, dimensions))
                        .isInstanceOf(IndexOutOfBoundsException.class);
                assertThatThrownBy(() -> kernels.dotInt8(data, 0, data, overBytes, dimensions))
                        .isInstanceOf(IndexOutOfBoundsException.class);
                assertThatThrownBy(() -> kernels.squaredL2Int8(data, -1, data, 0, dimensions))
                        .isInstanceOf(IndexOutOfBoundsException.class);
                assertThatThrownBy(
                                () -> kernels.squaredL2Uint8(data, overBytes, data, 0, dimensions))
                        .isInstanceOf(IndexOutOfBoundsException.class);
            }
        }
    }

    private static void checkBytes(SplittableRandom random, int dimensions) {
        int aOffset = random.nextInt(70);
        int bOffset = random.nextInt(70);
        byte[] a = randomBytes(random, aOffset + dimensions);
        byte[] b = randomBytes(random, bOffset + dimensions);
        int[] expected = new int[4];
        for (int i = 0; i < dimensions; i++) {
            int x = a[aOffset + i];
            int y = b[bOffset + i];
            int ux = Byte.toUnsignedInt(a[aOffset + i]);
            int uy = Byte.toUnsignedInt(b[bOffset + i]);
            expected[0] += (x - y) * (x - y);
            expected[1] += x * y;
            expected[2] += (ux - uy) * (ux - uy);
            expected[3] += ux * uy;
        }
        for (Kernels kernels : ALL) {
            int[] actual = {
                kernels.squaredL2Int8(a, aOffset, b, bOffset, dimensions),
                kernels.dotInt8(a, aOffset, b, bOffset, dimensions),
                kernels.squaredL2Uint8(a, aOffset, b, bOffset, dimensions),
                kernels.dotUint8(a, aOffset, b, bOffset, dimensions)
            };
            assertThat(actual)
                    .as("%s, %d dimensions", kernels.name(), dimensions)
                    .isEqualTo(expected);
        }
    }

    private static void checkFloats(SplittableRandom random, int dimensions) {
        int aOffset = random.nextInt(70);
        int bOffset = random.nextInt(70);
        byte[] a = randomFloats(random, aOffset, dimensions);
        byte[] b = randomFloats(random, bOffset, dimensions);
        double squared = 0;
        double dot = 0;
        double magnitude = 0;
        for (int i = 0; i < dimensions; i++) {
            double x = floatAt(a, aOffset, i);
            double y = floatAt(b, bOffset, i);
            squared += (x - y) * (x - y);
            dot += x * y;
            magnitude += Math.abs(x * y);
        }
        for (Kernels kernels : ALL) {
            assertThat((double) kernels.squaredL2Float32(a, aOffset, b, bOffset, dimensions))
                    .as("%s, %d dimensions", kernels.name(), dimensions)
                    .isCloseTo(squared, within(1e-5 * squared));
            assertThat((double) kernels.dotFloat32(a, aOffset, b, bOffset, dimensions))
                    .as("%s, %d dimensions", kernels.name(), dimensions)
                    .isCloseTo(dot, within(1e-5 * magnitude));
        }
    }

    private static byte[] filled(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static byte[] randomBytes(SplittableRandom random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] randomFloats(SplittableRandom random, int offset, int dimensions) {
        ByteBuffer buffer =
                ByteBuffer.allocate(offset + 4 * dimensions).order(ByteOrder.LITTLE_ENDIAN);
        double scale = Math.pow(10, random.nextInt(-10, 10));
        for (int i = 0; i < dimensions; i++) {
            buffer.putFloat(offset + 4 * i, (float) ((random.nextDouble() - 0.4) * scale));
        }
        return buffer.array();
    }

    private static float floatAt(byte[] data, int offset, int index) {
        return ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).getFloat(offset + 4 * index);
    }
}

package io.nearstream.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.core.model.Encoding;
import io.nearstream.testing.Property;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;

class VectorBytesTest {
    @Test
    void everyEncodingGivesBackWhatItCanHold() {
        float[] values = {0, 1, 7, 120};
        for (Encoding encoding :
                EnumSet.complementOf(EnumSet.of(Encoding.BINARY, Encoding.SET64))) {
            byte[] bytes = VectorBytes.encode(values, encoding);
            assertThat(bytes).hasSize(encoding.vectorBytes(4));
            assertThat(VectorBytes.decode(bytes, encoding)).containsExactly(values);
        }
        assertThat(VectorBytes.encode(values, Encoding.FLOAT32))
                .isEqualTo(VectorBytes.ofFloats(values));
    }

    @Test
    void bitsAreEightToAByteTheLowestFirst() {
        float[] values = {1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
        byte[] bits = VectorBytes.encode(values, Encoding.BINARY);
        assertThat(bits).containsExactly(5, 0x80);
        assertThat(VectorBytes.decode(bits, Encoding.BINARY)).containsExactly(values);
        assertThatThrownBy(() -> VectorBytes.encode(new float[7], Encoding.BINARY))
                .hasMessage("dimensions must be a multiple of 8 for BINARY, but were 7.");
        assertThatThrownBy(
                        () ->
                                VectorBytes.encode(
                                        new float[] {0, 2, 0, 0, 0, 0, 0, 0}, Encoding.BINARY))
                .hasMessage("dimension 1 must be a whole number between 0 and 1, but was 2.0.");
    }

    @Test
    void everyHalfComesBackAsItself() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            float value = fromHalf((short) bits);
            if (!Float.isNaN(value)) {
                assertThat(VectorBytes.toHalf(value)).isEqualTo((short) bits);
            }
        }
        assertThat(fromHalf(VectorBytes.toHalf(Float.NaN))).isNaN();
    }

    @Test
    void halvesRoundToTheNearest() {
        Property.holds(
                10_000,
                random -> {
                    float value = (float) ((random.nextDouble() - 0.5) * 60_000);
                    short half = VectorBytes.toHalf(value);
                    double error = Math.abs(fromHalf(half) - value);
                    for (int step = -1; step <= 1; step += 2) {
                        float neighbour = fromHalf((short) (half + step));
                        assertThat(error).isLessThanOrEqualTo(Math.abs(neighbour - value));
                    }
                });
        assertThat(fromHalf(VectorBytes.toHalf(65_519))).isEqualTo(65_504);
        assertThat(fromHalf(VectorBytes.toHalf(65_520))).isInfinite();
        assertThat(fromHalf(VectorBytes.toHalf(-1e30f))).isEqualTo(Float.NEGATIVE_INFINITY);
    }

    @Test
    void bytesHoldWholeNumbersInRangeOnly() {
        assertThatThrownBy(() -> VectorBytes.encode(new float[] {0, 256}, Encoding.UINT8))
                .hasMessageContaining("dimension 1")
                .hasMessageContaining("between 0 and 255, but was 256.0");
        assertThatThrownBy(() -> VectorBytes.encode(new float[] {-129}, Encoding.INT8))
                .hasMessageContaining("between -128 and 127");
        assertThatThrownBy(() -> VectorBytes.encode(new float[] {0.5f}, Encoding.INT8))
                .hasMessageContaining("whole number");
        assertThatThrownBy(() -> VectorBytes.encode(new float[] {Float.NaN}, Encoding.UINT8))
                .hasMessageContaining("NaN");
    }

    private static float fromHalf(short half) {
        byte[] bytes = {(byte) half, (byte) (half >>> 8)};
        return VectorBytes.decode(bytes, Encoding.FLOAT16)[0];
    }
}

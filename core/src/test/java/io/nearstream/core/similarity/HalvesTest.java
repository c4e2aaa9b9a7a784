package io.nearstream.core.similarity;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.testing.Property;
import org.junit.jupiter.api.Test;

class HalvesTest {
    private static final int INFINITE = 0x7c00;

    @Test
    void everyHalfIsTheHalfOfItsFloat() {
        for (int half = 0; half < 1 << 16; half++) {
            if ((half & 0x7fff) <= INFINITE) { // not NaN
                float value = Vectors.halfToFloat((short) half);
                assertThat(Vectors.floatToHalf(value)).isEqualTo((short) half);
            }
        }
        assertThat(Vectors.halfToFloat(Vectors.floatToHalf(Float.NaN))).isNaN();
    }

    /** Of two neighbours the nearer; the even one where both are as near. */
    @Test
    void floatsBecomeTheNearestHalf() {
        for (int half = 0; half < INFINITE - 1; half++) {
            float low = Vectors.halfToFloat((short) half);
            float high = Vectors.halfToFloat((short) (half + 1));
            float middle = (low + high) / 2; // exact: a float has more digits
            int even = half + (half & 1);
            assertThat(Vectors.floatToHalf(middle)).isEqualTo((short) even);
            assertThat(Vectors.floatToHalf(Math.nextDown(middle))).isEqualTo((short) half);
            assertThat(Vectors.floatToHalf(Math.nextUp(middle))).isEqualTo((short) (half + 1));
        }
    }

    @Test
    void signsStayAndWhatIsTooLargeIsInfinite() {
        Property.holds(
                random -> {
                    float value = Float.intBitsToFloat(random.nextInt() & 0x7fffffff);
                    int half = Vectors.floatToHalf(value) & 0xffff;
                    assertThat(Vectors.floatToHalf(-value) & 0xffff).isEqualTo(half | 0x8000);
                    assertThat(half == INFINITE).isEqualTo(value >= 65_520);
                });
    }
}

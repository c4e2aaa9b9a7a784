package io.nearstream.core.codes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nearstream.core.partition.StableHash;
import io.nearstream.core.similarity.Vectors;
import io.nearstream.testing.Property;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RotationTest {
    @Test
    void innerProductsStay() {
        Property.holds(
                random -> {
                    int dimensions = 1 + random.nextInt(1_100);
                    Rotation rotation = new Rotation(dimensions, random.nextLong());
                    float[] a = gaussian(random, dimensions);
                    float[] b = gaussian(random, dimensions);
                    double before = Points.dot(a, b);
                    double lengths = Math.sqrt(Points.squaredLength(a) * Points.squaredLength(b));
                    rotation.apply(a);
                    rotation.apply(b);
                    assertThat(Points.dot(a, b)).isCloseTo(before, within(1e-5 * lengths));
                });
    }

    /** Wherever a vector had its only value. */
    @Test
    void lengthSpreadsOverAllDimensions() {
        Property.holds(
                random -> {
                    int dimensions = 100 + random.nextInt(1_000);
                    Rotation rotation = new Rotation(dimensions, random.nextLong());
                    float[] values = new float[dimensions];
                    values[random.nextInt(dimensions)] = 1;
                    rotation.apply(values);
                    float[] firstHalf = Arrays.copyOf(values, dimensions / 2);
                    assertThat(Points.squaredLength(firstHalf)).isBetween(.1, .9);
                    assertThat((double) Grid.largest(values)).isLessThan(8 / Math.sqrt(dimensions));
                });
    }

    /** Codes that are stored would mean nothing after a change. */
    @Test
    void rotationsStayWhatTheyWere() {
        assertThat(hash(128, 1)).isEqualTo(-173916760134983132L);
        assertThat(hash(784, 2)).isEqualTo(-5699770701144582322L);
        assertThat(hash(101, 3)).isEqualTo(-2082993632243461289L);
    }

    private static long hash(int dimensions, long seed) {
        float[] values = new float[dimensions];
        for (int i = 0; i < dimensions; i++) {
            values[i] = i % 11 - 3.3f;
        }
        new Rotation(dimensions, seed).apply(values);
        byte[] bytes = Vectors.fromFloats(values);
        return StableHash.of(bytes, 0, bytes.length);
    }

    private static float[] gaussian(SplittableRandom random, int dimensions) {
        float[] values = new float[dimensions];
        for (int i = 0; i < dimensions; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}

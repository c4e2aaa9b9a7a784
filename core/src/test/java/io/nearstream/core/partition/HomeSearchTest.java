package io.nearstream.core.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.Vectors;
import io.nearstream.testing.Property;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The search finds the home that all distances find. */
class HomeSearchTest {
    private static final int[] DIMENSIONS = {1, 2, 20, 20, 100, 200};

    @Test
    void homesAreThoseOfAllDistances() {
        Property.holds(
                150,
                random -> {
                    Metric metric = random.nextBoolean() ? Metric.L2 : Metric.COSINE;
                    Encoding encoding =
                            new Encoding[] {Encoding.FLOAT32, Encoding.FLOAT16, Encoding.UINT8}
                                    [random.nextInt(3)];
                    int dimensions = DIMENSIONS[random.nextInt(DIMENSIONS.length)];
                    boolean hostile = random.nextInt(3) == 0 && encoding == Encoding.FLOAT32;
                    double size = hostile ? Math.pow(10, random.nextInt(-22, 19)) : 1;
                    float offset = random.nextInt(3) == 0 ? 20 : 0;
                    boolean asFloats = metric == Metric.COSINE || encoding.isFloat();
                    Encoding points = asFloats ? Encoding.FLOAT32 : encoding;
                    int count = 1 + random.nextInt(600);
                    byte[] centroids = new byte[count * points.vectorBytes(dimensions)];
                    for (int i = 0; i < count * dimensions; i++) {
                        put(points, centroids, i, value(random, offset) * size);
                    }
                    copyOne(random, centroids, centroids.length / count);
                    CellVisits cells = CellVisits.of(metric, encoding, dimensions, centroids);
                    HomeSearch homes = cells.homes();
                    for (int i = 0; i < 50; i++) {
                        byte[] vector = new byte[encoding.vectorBytes(dimensions)];
                        for (int d = 0; d < dimensions; d++) {
                            put(encoding, vector, d, value(random, offset) * size);
                        }
                        boolean isCentroid = points == encoding && random.nextInt(4) == 0;
                        if (isCentroid) {
                            int at = random.nextInt(count) * vector.length;
                            System.arraycopy(centroids, at, vector, 0, vector.length);
                        }
                        assertThat(homes.home(vector))
                                .as("%s %s %s, size %s", cells, metric, encoding, size)
                                .isEqualTo(cells.home(vector));
                    }
                });
    }

    private static double value(SplittableRandom random, float offset) {
        return random.nextDouble(.01, 1) * (random.nextBoolean() ? 1 : -1) + offset;
    }

    /** Of two cells that are the same the first is home. */
    private static void copyOne(SplittableRandom random, byte[] centroids, int bytes) {
        int count = centroids.length / bytes;
        int from = random.nextInt(count) * bytes;
        System.arraycopy(centroids, from, centroids, random.nextInt(count) * bytes, bytes);
    }

    private static void put(Encoding encoding, byte[] data, int index, double value) {
        switch (encoding) {
            case FLOAT32 -> Vectors.putFloat(data, 0, index, (float) value);
            case FLOAT16 -> Vectors.putHalf(data, 0, index, Vectors.floatToHalf((float) value));
            default -> data[index] = (byte) (1 + Math.abs(value) * 12);
        }
    }
}

package io.nearstream.core.similarity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.testing.Property;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ProjectionTest {
    private static final int DIMENSIONS = 40;

    /** Points of a few directions, so that axes gain something; sometimes fewer than the rank. */
    private static float[][] points(SplittableRandom random, int count) {
        float[][] directions = new float[3][DIMENSIONS];
        for (float[] direction : directions) {
            for (int d = 0; d < DIMENSIONS; d++) {
                direction[d] = random.nextFloat() - .5f;
            }
        }
        float[][] points = new float[count][DIMENSIONS];
        for (float[] point : points) {
            float[] shares = {random.nextFloat(), random.nextFloat(), random.nextFloat()};
            for (int d = 0; d < DIMENSIONS; d++) {
                double value = 100 + 10 * (random.nextDouble() - .5);
                for (int j = 0; j < directions.length; j++) {
                    value += 200 * shares[j] * directions[j][d];
                }
                point[d] = (float) Math.min(255, Math.max(0, value));
            }
        }
        return points;
    }

    private static byte[] bytes(float[] point) {
        byte[] bytes = new byte[point.length];
        for (int d = 0; d < bytes.length; d++) {
            bytes[d] = (byte) Math.round(point[d]);
        }
        return bytes;
    }

    @Test
    void imagesAreNoFurtherApartThanVectors() {
        Property.holds(
                random -> {
                    float[][] points = points(random, 2 + random.nextInt(60));
                    int rank = 1 + random.nextInt(DIMENSIONS);
                    Projection projection = Projection.of(points, rank, random.nextLong());
                    for (int i = 0; i < 20; i++) {
                        byte[] a = bytes(points[random.nextInt(points.length)]);
                        byte[] b = new byte[DIMENSIONS];
                        random.nextBytes(b);
                        Projection.Image left = projection.image(Encoding.UINT8, a, 0, 1);
                        Projection.Image right = projection.image(Encoding.UINT8, b, 0, 1);
                        double apart = Math.pow(left.rest() - right.rest(), 2);
                        for (int j = 0; j < rank; j++) {
                            float off = left.coordinates()[j] - right.coordinates()[j];
                            apart += off * off;
                        }
                        VectorSpace space = VectorSpace.of(Metric.L2, Encoding.UINT8, DIMENSIONS);
                        double distance = Math.sqrt(space.score(space.query(a), b, 0, 1));
                        double errors = left.error() + right.error();
                        assertThat(Math.sqrt(apart)).isLessThanOrEqualTo(distance + errors);
                    }
                });
    }

    /** Else it would filter nothing. */
    @Test
    void fewAxesHoldMostOfTheSpread() {
        SplittableRandom random = new SplittableRandom(5);
        float[][] points = points(random, 200);
        Projection projection = Projection.of(points, 3, 1);
        double along = 0;
        double across = 0;
        for (float[] point : points) {
            Projection.Image image = projection.image(Encoding.UINT8, bytes(point), 0, 1);
            for (float coordinate : image.coordinates()) {
                along += coordinate * coordinate;
            }
            across += image.rest() * image.rest();
        }
        assertThat(along).isGreaterThan(5 * across);
    }

    @Test
    void codesOfImagesLoseNothing() {
        Property.holds(
                random -> {
                    Metric metric = random.nextBoolean() ? Metric.L2 : Metric.COSINE;
                    Encoding encoding = random.nextBoolean() ? Encoding.UINT8 : Encoding.INT8;
                    VectorSpace space = VectorSpace.of(metric, encoding, DIMENSIONS);
                    float[][] points = points(random, 30);
                    float[][] units = new float[points.length][];
                    for (int i = 0; i < points.length; i++) {
                        units[i] = metric == Metric.L2 ? points[i] : unit(points[i]);
                    }
                    CoarseCode code = CoarseCode.projected(space, Projection.of(units, 16, 3));
                    byte[] query = bytes(points[0]);
                    CoarseColumns columns = new CoarseColumns(code);
                    for (int row = 0; row < 40; row++) {
                        byte[] stored = bytes(points[random.nextInt(points.length)]);
                        stored[random.nextInt(DIMENSIONS)] = (byte) (1 + random.nextInt(120));
                        columns.add(stored, 0);
                        double score =
                                space.score(
                                        space.query(query),
                                        stored,
                                        0,
                                        space.inverseNorm(stored, 0));
                        assertThat(
                                        columns.mayScore(
                                                code.radius(score),
                                                code.query(query).orElseThrow(),
                                                row))
                                .isTrue();
                    }
                });
    }

    private static float[] unit(float[] point) {
        double squared = 0;
        for (float value : point) {
            squared += value * value;
        }
        float[] unit = new float[point.length];
        for (int d = 0; d < unit.length; d++) {
            unit[d] = (float) (point[d] / Math.sqrt(squared));
        }
        return unit;
    }

    @Test
    void equalPointsHaveNoAxesAndStillAProjection() {
        float[][] points = {new float[DIMENSIONS], new float[DIMENSIONS]};
        Projection projection = Projection.of(points, 2, 1);
        byte[] vector = new byte[DIMENSIONS];
        vector[0] = 5;
        Projection.Image image = projection.image(Encoding.UINT8, vector, 0, 1);
        assertThat(image.coordinates()).containsOnly(0);
        assertThat(image.rest()).isEqualTo(5);
    }

    @Test
    void rankBeyondTheDimensionsIsRefused() {
        assertThatThrownBy(() -> Projection.of(new float[1][4], 5, 1))
                .hasMessage("rank must be 1 to 4, but was 5.");
    }
}

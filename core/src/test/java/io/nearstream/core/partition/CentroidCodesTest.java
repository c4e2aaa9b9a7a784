package io.nearstream.core.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.CoarseCode;
import io.nearstream.core.similarity.Vectors;
import io.nearstream.core.topk.TopK;
import io.nearstream.testing.Property;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CentroidCodesTest {
    private static final int DIMENSIONS = 512;

    private static RoutingSpace space(SplittableRandom random, Encoding encoding) {
        Metric metric = random.nextBoolean() ? Metric.L2 : Metric.COSINE;
        return new RoutingSpace(CollectionSettings.learned("c", 1, DIMENSIONS, metric, encoding));
    }

    private static Codebook codebook(SplittableRandom random, RoutingSpace space, int... groups) {
        int cells = Arrays.stream(groups).sum();
        byte[] centroids = new byte[cells * space.pointBytes()];
        for (int cell = 0; cell < cells; cell++) {
            byte[] point = space.point(vector(random, space.settings()));
            System.arraycopy(point, 0, centroids, cell * space.pointBytes(), point.length);
        }
        return new Codebook(space, centroids, groups);
    }

    @Test
    void nearestCellsAreThoseOfAComparisonWithAll() {
        Property.holds(
                3,
                random -> {
                    RoutingSpace space =
                            space(random, random.nextBoolean() ? Encoding.UINT8 : Encoding.FLOAT32);
                    Codebook codebook = codebook(random, space, 100, 50);
                    assertThat(codebook.codes().await()).isPresent();
                    assertNearestAreThoseOfAll(random, codebook);
                });
    }

    private static void assertNearestAreThoseOfAll(SplittableRandom random, Codebook codebook) {
        for (int i = 0; i < 30; i++) {
            byte[] point = codebook.space().queryPoint(vector(random, codebook.space().settings()));
            int wanted = 1 + random.nextInt(i % 10 == 0 ? codebook.cells() : 12);
            TopK some = codebook.nearest(point, wanted);
            TopK all = codebook.nearestOfAll(point, wanted);
            assertThat(some.drainRefs()).isEqualTo(all.drainRefs());
            assertThat(some.drainScores()).isEqualTo(all.drainScores());
        }
    }

    /** Else whatever lies in the cells would have to be coded again after every split. */
    @Test
    void laterCodebooksKeepTheAxesUntilTheyHaveTwiceTheCells() {
        Property.holds(
                3,
                random -> {
                    // Of floats, what lies in the cells has other codes.
                    RoutingSpace space = space(random, Encoding.UINT8);
                    Codebook first = codebook(random, space, 100, 50);
                    Codebook second = codebook(random, space, 200);
                    second.codes().keepAxes(first.codes()); // not made yet
                    CoarseCode axes = entries(first);
                    assertThat(entries(second)).isNotSameAs(axes);
                    Codebook third = codebook(random, space, 260);
                    third.codes().keepAxes(first.codes());
                    assertThat(entries(third)).isSameAs(axes);
                    assertNearestAreThoseOfAll(random, third);
                    Codebook fourth = codebook(random, space, 301);
                    fourth.codes().keepAxes(third.codes());
                    assertThat(entries(fourth)).isNotSameAs(axes);
                    assertNearestAreThoseOfAll(random, fourth);
                });
    }

    private static CoarseCode entries(Codebook codebook) {
        return codebook.codes().await().flatMap(CentroidCodes::forEntries).orElseThrow();
    }

    /** Around a few places, some of them twice: ties too. */
    private static byte[] vector(SplittableRandom random, CollectionSettings settings) {
        SplittableRandom place = new SplittableRandom(random.nextInt(9));
        int noise = 1 + random.nextInt(3) * 20;
        byte[] vector = new byte[settings.vectorBytes()];
        for (int d = 0; d < DIMENSIONS; d++) {
            int value = 1 + place.nextInt(200) + random.nextInt(noise);
            if (settings.encoding() == Encoding.FLOAT32) {
                Vectors.putFloat(vector, 0, d, value);
            } else {
                vector[d] = (byte) value;
            }
        }
        return vector;
    }
}

package io.nearstream.core.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.Vectors;
import io.nearstream.core.topk.TopK;
import io.nearstream.testing.Property;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CentroidCodesTest {
    private static final int DIMENSIONS = 512;
    private static final int CELLS = 150;

    @Test
    void nearestCellsAreThoseOfAComparisonWithAll() {
        Property.holds(
                3,
                random -> {
                    Metric metric = random.nextBoolean() ? Metric.L2 : Metric.COSINE;
                    Encoding encoding = random.nextBoolean() ? Encoding.UINT8 : Encoding.FLOAT32;
                    CollectionSettings settings =
                            CollectionSettings.learned("c", 1, DIMENSIONS, metric, encoding);
                    RoutingSpace space = new RoutingSpace(settings);
                    byte[] centroids = new byte[CELLS * space.pointBytes()];
                    for (int cell = 0; cell < CELLS; cell++) {
                        byte[] point = space.point(vector(random, settings));
                        int at = cell * space.pointBytes();
                        System.arraycopy(point, 0, centroids, at, point.length);
                    }
                    Codebook codebook = new Codebook(space, centroids, new int[] {100, 50});
                    assertThat(codebook.codes().await()).isPresent();
                    for (int i = 0; i < 30; i++) {
                        byte[] point = space.queryPoint(vector(random, settings));
                        int wanted = 1 + random.nextInt(i % 10 == 0 ? CELLS : 12);
                        TopK some = codebook.nearest(point, wanted);
                        TopK all = codebook.nearestOfAll(point, wanted);
                        assertThat(some.drainRefs()).isEqualTo(all.drainRefs());
                        assertThat(some.drainScores()).isEqualTo(all.drainScores());
                    }
                });
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

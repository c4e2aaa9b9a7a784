package io.nearstream.bench.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.testing.Property;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SyntheticVectorsTest {
    @Test
    void aSeedMakesTheSameVectorsAgain() {
        SyntheticVectors some = SyntheticVectors.of(500, 16, 7);
        SyntheticVectors again = SyntheticVectors.of(500, 16, 7);
        SyntheticVectors others = SyntheticVectors.of(500, 16, 8);
        for (int row = 0; row < 500; row++) {
            assertThat(again.row(row)).isEqualTo(some.row(row));
        }
        assertThat(others.row(0)).isNotEqualTo(some.row(0));
    }

    @Test
    void nearestAreTheNearest() {
        Property.holds(
                20,
                random -> {
                    SyntheticVectors vectors = SyntheticVectors.of(200, 8, random.nextLong());
                    byte[] query = vectors.query(random.nextInt(200), random);
                    List<Integer> nearest = vectors.nearest(query, 5);
                    assertThat(nearest).hasSize(5).doesNotHaveDuplicates();
                    long worst = distance(vectors, nearest.get(4), query);
                    long nearer = 0;
                    for (int row = 0; row < vectors.size(); row++) {
                        nearer += distance(vectors, row, query) < worst ? 1 : 0;
                    }
                    assertThat(nearer).isLessThan(5);
                });
    }

    private static long distance(SyntheticVectors vectors, int row, byte[] query) {
        return SyntheticVectors.squaredDistance(vectors.row(row), query);
    }

    @Test
    void neighboursOfAQueryAreNearerThanOthers() {
        SyntheticVectors vectors = SyntheticVectors.of(1_000, 32, 3);
        byte[] query = vectors.query(17, new SplittableRandom(1));
        assertThat(vectors.nearest(query, 1)).containsExactly(17);
    }
}

package io.nearstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.client.VectorBytes;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.testing.Property;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ExactScanTest {
    /** Sorting everything is slower and plainer. */
    @Test
    void kthDistanceIsTheOneThatSortingGives() {
        Property.holds(
                50,
                random -> {
                    Metric metric = random.nextBoolean() ? Metric.L2 : Metric.COSINE;
                    int dimensions = random.nextInt(1, 20);
                    VectorSpace space = VectorSpace.of(metric, Encoding.FLOAT32, dimensions);
                    byte[] query = vector(random, dimensions);
                    int k = random.nextInt(1, 12);
                    ExactScan scan = new ExactScan(space, List.of(new DemoQuery("q", 0, query)), k);
                    List<Double> distances = new ArrayList<>();
                    for (int i = random.nextInt(1, 60); i > 0; i--) {
                        byte[] row = vector(random, dimensions);
                        scan.offer(row);
                        distances.add(Distances.between(space, query, row));
                    }
                    distances.sort(null);
                    double expected = distances.get(Math.min(k, distances.size()) - 1);
                    assertThat(scan.distances()).containsExactly(expected);
                });
    }

    private static byte[] vector(SplittableRandom random, int dimensions) {
        float[] values = new float[dimensions];
        for (int i = 0; i < dimensions; i++) {
            values[i] = (float) (0.1 + random.nextDouble());
        }
        return VectorBytes.ofFloats(values);
    }
}

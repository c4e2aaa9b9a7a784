package io.nearstream.core.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.Vectors;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CentroidTest {
    /** In the units of the vectors, whatever space the cells are in. */
    @ParameterizedTest
    @EnumSource(
            value = Metric.class,
            names = {"L2", "COSINE", "INNER_PRODUCT"})
    void centroidsLieAmidTheVectors(Metric metric) {
        SplittableRandom random = new SplittableRandom(5);
        CollectionSettings settings = Clouds.learned(metric, Encoding.FLOAT32, 8, 20, 1);
        List<byte[]> vectors = Clouds.vectors(random, settings, 500);
        Generation generation = GenerationTrainer.train(settings, vectors);
        for (byte[] vector : vectors) {
            float[] centroid = generation.centroid(generation.place("", vector)[0]).orElseThrow();
            float[] values = Vectors.toFloats(Encoding.FLOAT32, vector, 0, 8);
            double dot = 0;
            double squared = 0;
            double own = 0;
            for (int i = 0; i < 8; i++) {
                dot += values[i] * centroid[i];
                squared += values[i] * values[i];
                own += centroid[i] * centroid[i];
            }
            assertThat(dot / Math.sqrt(squared * own)).isGreaterThan(.9);
            double length = metric == Metric.COSINE ? 1 : Math.sqrt(squared);
            assertThat(Math.sqrt(own)).isBetween(.6 * length, 1.5 * length);
        }
        assertThat(generation.centroid(-1)).isEmpty();
        assertThat(generation.centroid(generation.bucketCount())).isEmpty();
    }
}

package io.nearstream.core.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.core.similarity.Vectors;
import io.nearstream.testing.Property;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CellVisitsTest {
    private static CollectionSettings settings(SplittableRandom random) {
        if (random.nextInt(3) == 0) {
            return Clouds.learned(Metric.HAMMING, Encoding.BINARY, 64, 30, random.nextLong());
        }
        Metric metric = random.nextBoolean() ? Metric.L2 : Metric.COSINE;
        Encoding encoding = Encoding.values()[random.nextInt(4)];
        return Clouds.learned(metric, encoding, 2 + random.nextInt(60), 30, random.nextLong());
    }

    private static CellVisits train(CollectionSettings settings, List<byte[]> sample, int cells) {
        return CellVisits.train(
                settings.metric(),
                settings.encoding(),
                settings.dimensions(),
                sample,
                cells,
                settings.seed());
    }

    private static double distance(VectorSpace space, byte[] from, byte[] to) {
        double score = space.score(space.query(from), to, 0, space.inverseNorm(to, 0));
        return space.distance(score);
    }

    @Test
    void everyHomeWithinTheDistanceIsVisitedAtOne() {
        AtomicLong elsewhere = new AtomicLong();
        AtomicLong saved = new AtomicLong();
        Property.holds(
                60,
                random -> {
                    CollectionSettings settings = settings(random);
                    List<byte[]> vectors = Clouds.vectors(random, settings, 120);
                    CellVisits cells = train(settings, vectors, 1 + random.nextInt(30));
                    VectorSpace space = VectorSpace.of(settings);
                    byte[] query = vectors.get(0);
                    // The distance of one of them exactly: rounding must not lose it.
                    double eps = distance(space, query, vectors.get(random.nextInt(120)));
                    int[] visits = cells.visits(query, eps, 1);
                    saved.addAndGet(cells.cells() - visits.length);
                    for (byte[] other : vectors) {
                        if (distance(space, query, other) <= eps) {
                            int home = cells.visits(other, eps, 1)[0];
                            assertThat(visits).contains(home);
                            elsewhere.addAndGet(home == visits[0] ? 0 : 1);
                        }
                    }
                });
        assertThat(elsewhere.get()).as("partners in other cells").isPositive();
        assertThat(saved.get()).as("cells that were not visited").isPositive();
    }

    @Test
    void homeComesFirstAndASmallerShareVisitsNoOtherCells() {
        Property.holds(
                60,
                random -> {
                    CollectionSettings settings = settings(random);
                    List<byte[]> vectors = Clouds.vectors(random, settings, 100);
                    CellVisits cells = train(settings, vectors, 20);
                    double eps = distance(VectorSpace.of(settings), vectors.get(0), vectors.get(1));
                    int[] all = cells.visits(vectors.get(0), eps, 1);
                    int[] some = cells.visits(vectors.get(0), eps, 0.5);
                    assertThat(all).doesNotHaveDuplicates().contains(some);
                    assertThat(some[0]).isEqualTo(all[0]);
                    assertThat(cells.visits(vectors.get(0), 0, 1)[0]).isEqualTo(all[0]);
                });
    }

    @Test
    void theBisectorDecides() {
        byte[] centroids = Vectors.fromFloats(0, 0, 10, 0);
        CellVisits cells = CellVisits.of(Metric.L2, Encoding.FLOAT32, 2, centroids);
        byte[] twoFromTheMiddle = Vectors.fromFloats(3, 50);
        assertThat(cells.visits(twoFromTheMiddle, 1.99, 1)).containsExactly(0);
        assertThat(cells.visits(twoFromTheMiddle, 2, 1)).containsExactly(0, 1);
        assertThat(cells.visits(twoFromTheMiddle, 3.99, 0.5)).containsExactly(0);
        assertThat(cells.visits(twoFromTheMiddle, 4, 0.5)).containsExactly(0, 1);
    }

    @Test
    void distancesBeyondAFloatVisitEverything() {
        byte[] centroids = Vectors.fromFloats(3e38f, 0, -3e38f, 0, 0, 3e38f);
        CellVisits cells = CellVisits.of(Metric.L2, Encoding.FLOAT32, 2, centroids);
        assertThat(cells.visits(Vectors.fromFloats(-3e38f, -3e38f), 1, 1)).hasSize(3);
    }

    @Test
    void cellsOfAGenerationAreItsCentroids() {
        CollectionSettings settings = Clouds.learned(Metric.L2, Encoding.UINT8, 8, 12, 7);
        List<byte[]> sample = Clouds.vectors(new SplittableRandom(3), settings, 200);
        Generation trained = GenerationTrainer.train(settings, sample);
        CellVisits cells = CellVisits.of(trained);
        assertThat(cells.cells()).isEqualTo(trained.bucketCount());
        byte[] query = sample.get(5);
        assertThat(cells.visits(query, 0, 1)[0]).isEqualTo(trained.probe(query, 1)[0]);
        CellVisits again = CellVisits.of(Metric.L2, Encoding.UINT8, 8, cells.centroids());
        assertThat(again.hash()).isEqualTo(cells.hash());
    }

    @Test
    void whatHasNoCellsIsRefused() {
        CollectionSettings settings = Clouds.learned(Metric.L2, Encoding.UINT8, 8, 12, 7);
        assertThatThrownBy(() -> CellVisits.of(Generation.initial(settings)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("learned cells is needed");
        assertThatThrownBy(
                        () -> CellVisits.of(Metric.INNER_PRODUCT, Encoding.UINT8, 8, new byte[8]))
                .hasMessageContaining("must be L2, COSINE or HAMMING");
        assertThatThrownBy(() -> CellVisits.of(Metric.L2, Encoding.UINT8, 8, new byte[9]))
                .hasMessageContaining("points of 8 bytes, but have 9");
        assertThatThrownBy(() -> train(settings, List.of(), 4))
                .hasMessageContaining("at least 1 vector");
    }
}

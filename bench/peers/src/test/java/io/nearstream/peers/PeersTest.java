package io.nearstream.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.nearstream.bench.peer.ChangingIndex;
import io.nearstream.bench.peer.VectorIndex;
import io.nearstream.bench.peer.VectorIndexFactory;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.core.similarity.Vectors;
import io.nearstream.testing.Property;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Peers beside a scan: that they are measured fairly rests on their finding what there is. */
class PeersTest {
    private static final int DIMENSIONS = 16;
    private static final int ROWS = 600;
    private static final int K = 10;

    /** A third of all: a graph of so many misses hardly anything. */
    private static final int EFFORT = 200;

    @TempDir private Path dir;

    private static VectorIndexFactory named(String name) {
        return ServiceLoader.load(VectorIndexFactory.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(factory -> factory.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private Path directory() throws IOException {
        return Files.createTempDirectory(dir, "index");
    }

    private static byte[] vector(Encoding encoding, SplittableRandom random) {
        if (encoding == Encoding.FLOAT32) {
            float[] values = new float[DIMENSIONS];
            for (int i = 0; i < DIMENSIONS; i++) {
                values[i] = (float) random.nextGaussian();
            }
            return Vectors.fromFloats(values);
        }
        byte[] vector = new byte[DIMENSIONS];
        random.nextBytes(vector);
        return vector;
    }

    private static int[] exact(VectorSpace space, Map<Integer, byte[]> live, byte[] query) {
        VectorSpace.Query prepared = space.query(query);
        Map<Integer, Double> scores = new HashMap<>();
        live.forEach(
                (row, vector) ->
                        scores.put(
                                row,
                                space.score(prepared, vector, 0, space.inverseNorm(vector, 0))));
        return live.keySet().stream()
                .sorted(Comparator.comparingDouble(scores::get))
                .limit(K)
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /** Share of the nearest that an index finds; rows that are not live fail at once. */
    private static double recall(
            VectorIndex index, VectorSpace space, Map<Integer, byte[]> live, SplittableRandom random)
            throws IOException {
        VectorIndex.Searcher searcher = index.searcher();
        int found = 0;
        int queries = 20;
        for (int i = 0; i < queries; i++) {
            byte[] query = vector(space.encoding(), random);
            int[] rows = searcher.search(query, K, EFFORT);
            assertThat(rows).hasSize(Math.min(K, live.size())).doesNotHaveDuplicates();
            assertThat(live.keySet()).containsAll(IntStream.of(rows).boxed().toList());
            List<Integer> truth = Arrays.stream(exact(space, live, query)).boxed().toList();
            found += (int) IntStream.of(rows).filter(truth::contains).count();
        }
        return found / (double) (queries * Math.min(K, live.size()));
    }

    @ParameterizedTest
    @CsvSource({
        "lucene-hnsw, UINT8, L2",
        "lucene-hnsw, INT8, L2",
        "lucene-hnsw, UINT8, COSINE",
        "lucene-hnsw, FLOAT32, L2",
        "lucene-hnsw, FLOAT32, COSINE",
        "jvector, UINT8, L2",
        "jvector, INT8, COSINE",
        "jvector, FLOAT32, L2",
        "jvector, FLOAT32, COSINE"
    })
    void whatWasAddedIsFoundInTheOrderOfItsDistance(
            String name, Encoding encoding, Metric metric) {
        VectorSpace space = VectorSpace.of(metric, encoding, DIMENSIONS);
        Property.holds(
                2,
                random -> {
                    Map<Integer, byte[]> live = new HashMap<>();
                    try (VectorIndex index = named(name).create(space, directory())) {
                        for (int row = 0; row < ROWS; row++) {
                            live.put(row, vector(encoding, random));
                            index.add(row, live.get(row));
                        }
                        index.refresh();
                        assertThat(recall(index, space, live, random)).isGreaterThan(0.97);
                        byte[] own = live.get(17);
                        assertThat(index.searcher().search(own, 1, EFFORT)).containsExactly(17);
                        assertThat(index.bytes()).isGreaterThan((long) ROWS * DIMENSIONS);
                    }
                });
    }

    @ParameterizedTest
    @CsvSource({"lucene-hnsw, UINT8, L2", "lucene-hnsw, FLOAT32, COSINE", "jvector, FLOAT32, L2"})
    void replacedAndRemovedVectorsAreNoHits(String name, Encoding encoding, Metric metric) {
        VectorSpace space = VectorSpace.of(metric, encoding, DIMENSIONS);
        Property.holds(
                2,
                random -> {
                    Map<Integer, byte[]> live = new HashMap<>();
                    try (ChangingIndex index =
                            named(name).createChanging(space, directory()).orElseThrow()) {
                        for (int step = 0; step < 12; step++) {
                            // A graph that loses most of its nodes at once has other troubles.
                            for (int i = 0; i < (step == 0 ? ROWS : ROWS / 10); i++) {
                                int row = random.nextInt(ROWS);
                                if (random.nextInt(3) == 0) {
                                    index.remove(row);
                                    live.remove(row);
                                } else {
                                    live.put(row, vector(encoding, random));
                                    index.add(row, live.get(row));
                                }
                            }
                            index.refresh();
                            assertThat(recall(index, space, live, random))
                                    .as("step %d", step)
                                    .isGreaterThan(0.95);
                        }
                    }
                });
    }

    @ParameterizedTest
    @CsvSource({"lucene-hnsw", "jvector"})
    void anIndexMayBeEmptyBeforeAndAfter(String name) throws Exception {
        VectorSpace space = VectorSpace.of(Metric.L2, Encoding.FLOAT32, DIMENSIONS);
        SplittableRandom random = new SplittableRandom(1);
        try (ChangingIndex index = named(name).createChanging(space, directory()).orElseThrow()) {
            index.remove(3);
            index.refresh();
            byte[] query = vector(Encoding.FLOAT32, random);
            assertThat(index.searcher().search(query, K, EFFORT)).isEmpty();
            index.add(3, query);
            index.refresh();
            assertThat(index.searcher().search(query, K, EFFORT)).containsExactly(3);
            index.remove(3);
            index.refresh();
            assertThat(index.searcher().search(query, K, EFFORT)).isEmpty();
        }
    }

    /** What freshness waits for: a single write into an index that is loaded. */
    @ParameterizedTest
    @CsvSource({"lucene-hnsw", "jvector"})
    void littleRefreshesShowSingleWrites(String name) throws Exception {
        VectorSpace space = VectorSpace.of(Metric.L2, Encoding.FLOAT32, DIMENSIONS);
        SplittableRandom random = new SplittableRandom(2);
        try (VectorIndex index = named(name).create(space, directory())) {
            for (int row = 0; row < ROWS; row++) {
                index.add(row, vector(Encoding.FLOAT32, random));
            }
            index.refresh();
            for (int row = ROWS; row < ROWS + 20; row++) {
                byte[] vector = vector(Encoding.FLOAT32, random);
                index.add(row, vector);
                index.refreshLittle();
                assertThat(index.searcher().search(vector, 1, EFFORT)).containsExactly(row);
            }
        }
    }

    @Test
    void anIndexThatDoesNotChangeRemovesNothing() throws Exception {
        VectorSpace space = VectorSpace.of(Metric.L2, Encoding.UINT8, DIMENSIONS);
        try (LuceneIndex index = new LuceneIndex(space, directory(), false)) {
            assertThatIllegalStateException().isThrownBy(() -> index.remove(1));
        }
    }
}

package io.nearstream.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.VectorSpace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoDataTest {
    private static final int ROWS = 50;
    private static final int K = 5;

    @TempDir Path dir;

    @Test
    void questionsAreNamesThatAreNotLoaded() throws IOException {
        DemoNames names = DemoNames.read(1_000);
        Set<String> loaded = new HashSet<>();
        names.forEach((id, vector) -> loaded.add(id));

        List<DemoQuery> sample = names.sample(1_000);
        assertThat(sample).hasSize(200);
        assertThat(loaded).hasSize(800).doesNotContainAnyElementsOf(namesOf(sample));
        assertThat(names.size()).hasValue(800);
        assertThat(names.sample(10)).hasSize(10);
    }

    private static List<String> namesOf(List<DemoQuery> queries) {
        return queries.stream().map(DemoQuery::name).toList();
    }

    @Test
    void truthFileAndExactScanGiveTheSameDistances() throws IOException {
        Path base = TestFiles.bvecs(dir.resolve("base.bvecs"), ROWS, 4, 1);
        Path query = TestFiles.bvecs(dir.resolve("query.bvecs"), 3, 4, 2);
        DemoFiles scanned = DemoFiles.open(base, query, null, Metric.L2);
        List<DemoQuery> queries = scanned.sample(3);
        Path truth =
                TestFiles.ivecs(
                        dir.resolve("truth.ivecs"),
                        queries.stream()
                                .map(one -> neighbours(scanned, one))
                                .toArray(int[][]::new));

        DemoFiles known = DemoFiles.open(base, query, truth, Metric.L2);

        assertThat(known.trueDistances(queries, K))
                .containsExactly(scanned.trueDistances(queries, K));
        assertThat(known.truth()).isEqualTo("truth.ivecs");
    }

    @Test
    void truthOfAnotherBaseIsRefused() throws IOException {
        Path base = TestFiles.bvecs(dir.resolve("base.bvecs"), ROWS, 4, 1);
        Path truth = TestFiles.ivecs(dir.resolve("truth.ivecs"), new int[] {0, 0, 0, 0, ROWS});
        DemoFiles files = DemoFiles.open(base, base, truth, Metric.L2);

        assertThatThrownBy(() -> files.trueDistances(files.sample(1), K))
                .hasMessageContaining("truth.ivecs, row 0: names row 50");
        assertThatThrownBy(() -> files.trueDistances(files.sample(2), K))
                .hasMessageContaining("2 rows of 5 neighbours are needed, but there are 1 of 5");
    }

    @Test
    void typedRowsMustBeInTheFileOfQueries() throws IOException {
        Path base = TestFiles.bvecs(dir.resolve("base.bvecs"), ROWS, 4, 1);
        DemoFiles files = DemoFiles.open(base, base, null, Metric.L2);

        assertThat(files.typed("7").vector()).isEqualTo(files.vectors(Set.of("7")).get("7"));
        assertThatThrownBy(() -> files.typed("x")).hasMessageContaining("but was 'x'");
        assertThatThrownBy(() -> files.typed("50")).hasMessageContaining("between 0 and 49");
    }

    private static int[] neighbours(DemoFiles data, DemoQuery query) {
        VectorSpace space = VectorSpace.of(data.settings());
        Map<String, byte[]> vectors;
        try {
            vectors =
                    data.vectors(
                            IntStream.range(0, ROWS)
                                    .mapToObj(Integer::toString)
                                    .collect(java.util.stream.Collectors.toSet()));
        } catch (IOException unreadable) {
            throw new java.io.UncheckedIOException(unreadable);
        }
        return IntStream.range(0, ROWS)
                .boxed()
                .sorted(
                        Comparator.comparingDouble(
                                row ->
                                        Distances.between(
                                                space,
                                                query.vector(),
                                                vectors.get(Integer.toString(row)))))
                .limit(K)
                .mapToInt(Integer::intValue)
                .toArray();
    }
}

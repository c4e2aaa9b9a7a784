package io.nearstream.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.nearstream.core.model.Metric;
import io.nearstream.testing.Property;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecallTest {
    private static final int K = 5;
    private static final int TRIALS = 20;

    @TempDir private Path dir;

    @Test
    void isTheShareOfNeighboursThatAreNearEnough() {
        Property.holds(
                TRIALS,
                random -> {
                    VectorSet set = set(random);
                    List<List<String>> answers = answers(set.nearest(K));
                    int lost = 0;
                    for (List<String> ids : answers) {
                        int drop = random.nextInt(K + 1);
                        ids.subList(K - drop, K).clear();
                        lost += drop;
                    }

                    Recall recall = recall(set, answers);

                    int all = K * answers.size();
                    assertThat(recall.recall())
                            .isCloseTo((all - lost) / (double) all, within(1e-9));
                    assertThat(recall.repeated()).isZero();
                    assertThat(recall.unknown()).isZero();
                });
    }

    @Test
    void farVectorsRepeatedAndUnknownIdsDoNotCount() throws IOException {
        VectorSet set = set(new SplittableRandom(1));
        List<List<String>> answers = new ArrayList<>();
        for (int[] rows : set.nearest(set.base().size())) {
            String nearest = Integer.toString(rows[0]);
            String farthest = Integer.toString(rows[rows.length - 1]);
            String beyond = Integer.toString(set.base().size());
            answers.add(List.of(nearest, nearest, farthest, beyond, "fresh-1"));
        }

        Recall recall = recall(set, answers);

        assertThat(recall.recall()).isCloseTo(1.0 / K, within(1e-9));
        assertThat(recall.repeated()).isEqualTo(answers.size());
        assertThat(recall.unknown()).isEqualTo(2L * answers.size());
    }

    @Test
    void anotherVectorAtTheSameDistanceCounts() throws IOException {
        float[] near = {1, 0};
        float[] asNear = {0, 1};
        VectorSet set =
                new VectorSet(List.of(near, asNear), List.of(new float[] {0, 0}), Metric.L2);
        BenchFiles files = set.write(dir, 1);

        Recall recall = Recall.of(files, Metric.L2, set.queries(), List.of(List.of("1")), 1);

        assertThat(recall.recall()).isEqualTo(1);
    }

    @Test
    void aTruthThatDoesNotGoSoFarIsRefused() throws IOException {
        VectorSet set = set(new SplittableRandom(2));
        BenchFiles files = set.write(dir, K);
        List<List<String>> answers = answers(set.nearest(K));

        assertThatThrownBy(() -> Recall.of(files, set.metric(), set.queries(), answers, K + 1))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("5 neighbours")
                .hasMessageContaining("--k");
    }

    private static VectorSet set(SplittableRandom random) {
        Metric metric = random.nextBoolean() ? Metric.L2 : Metric.COSINE;
        return VectorSet.random(random, metric, 60, 7, 6);
    }

    private Recall recall(VectorSet set, List<List<String>> answers) throws IOException {
        return Recall.of(set.write(dir, K), set.metric(), set.queries(), answers, K);
    }

    private static List<List<String>> answers(List<int[]> rows) {
        List<List<String>> answers = new ArrayList<>();
        for (int[] ids : rows) {
            answers.add(new ArrayList<>(Arrays.stream(ids).mapToObj(Integer::toString).toList()));
        }
        return answers;
    }
}

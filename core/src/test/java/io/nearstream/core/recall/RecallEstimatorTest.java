package io.nearstream.core.recall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.testing.Property;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Held against clustered data of which the true recall is known. */
class RecallEstimatorTest {
    private static final int K = 10;
    private static final int DIMENSIONS = 6;
    private static final int CLUSTERS = 40;
    private static final int CELLS = 64;

    @Test
    void intervalHoldsTheTrueRecallOfClusteredDataAboutAsOftenAsItSays() {
        int trials = 120;
        int covered = 0;
        double error = 0;
        for (int trial = 0; trial < trials; trial++) {
            Trial seen = trial(new SplittableRandom(1_000 + trial), 150);
            RecallEstimate estimate = RecallEstimator.estimate(seen.observations).orElseThrow();
            boolean holds = estimate.low() <= seen.recall && seen.recall <= estimate.high();
            covered += holds ? 1 : 0;
            error += estimate.recall() - seen.recall;
        }
        assertThat(covered / (double) trials).isBetween(0.88, 1.0);
        assertThat(error / trials).as("bias").isBetween(-0.02, 0.02);
    }

    @Test
    void noMissesOfManyAnswersLeaveLittleDoubt() {
        List<RecallObservation> none = Collections.nCopies(500, observed(2, 0));
        RecallEstimate estimate = RecallEstimator.estimate(none).orElseThrow();
        assertThat(estimate.recall()).isGreaterThan(0.99);
        assertThat(estimate.low()).isGreaterThan(0.98);
    }

    @Test
    void everyAnswerThatMissesLowersTheEstimate() {
        Property.holds(
                40,
                random -> {
                    int level = random.nextInt(7);
                    List<RecallObservation> few = new ArrayList<>();
                    for (int i = 0; i < 100; i++) {
                        few.add(observed(level, random.nextInt(8) == 0 ? 512 : 0));
                    }
                    int whole = random.nextInt(few.size());
                    few.set(whole, observed(level, 0));
                    List<RecallObservation> more = new ArrayList<>(few);
                    more.set(whole, observed(level, 1L << random.nextInt(K)));
                    assertThat(recall(more)).isLessThan(recall(few));
                });
    }

    /**
     * A second miss in one answer may raise the estimate a little where misses are rare: it says
     * that they come together, hence that the other answers miss fewer unseen ones.
     */
    @Test
    void missThatJoinsAnotherStaysWithinTheDoubtThatWas() {
        Property.holds(
                40,
                random -> {
                    int level = random.nextInt(7);
                    List<RecallObservation> few = new ArrayList<>();
                    int missing = 4 + random.nextInt(20);
                    for (int i = 0; i < 100; i++) {
                        few.add(observed(level, i < missing ? 512 : 0));
                    }
                    List<RecallObservation> more = new ArrayList<>(few);
                    more.set(0, observed(level, 512 | 64));
                    RecallEstimate before = RecallEstimator.estimate(few).orElseThrow();
                    assertThat(recall(more)).isBetween(before.low(), before.recall() + 0.01);
                });
    }

    @Test
    void moreAnswersNarrowTheInterval() {
        List<RecallObservation> some = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            some.add(observed(1, i % 4 == 0 ? 512 : 0));
        }
        List<RecallObservation> many = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            many.addAll(some);
        }
        RecallEstimate wide = RecallEstimator.estimate(some).orElseThrow();
        RecallEstimate narrow = RecallEstimator.estimate(many).orElseThrow();
        assertThat(narrow.high() - narrow.low()).isLessThan((wide.high() - wide.low()) / 2);
    }

    @Test
    void hopelessAnswersAreNearZero() {
        List<RecallObservation> lost = Collections.nCopies(100, observed(0, 1_023));
        assertThat(recall(lost)).isLessThan(0.05);
    }

    @Test
    void nothingObservedIsNothingKnown() {
        assertThat(RecallEstimator.estimate(List.of())).isEmpty();
    }

    @Test
    void observationsAreChecked() {
        assertThatThrownBy(() -> new RecallObservation(0, 1, 0, 0.9))
                .hasMessage("k must be 1 to 64, but was 0.");
        assertThatThrownBy(() -> new RecallObservation(1, 63, 0, 0.9))
                .hasMessage("level must be 0 to 62, but was 63.");
        assertThatThrownBy(() -> new RecallObservation(3, 0, 8, 0.9))
                .hasMessage("missed must have no bit above the lowest 3, but was 8.");
        assertThatThrownBy(() -> new RecallObservation(1, 0, 0, 0))
                .hasMessage("target must be above 0 and at most 1, but was 0.0.");
    }

    private static RecallObservation observed(int level, long missed) {
        return new RecallObservation(K, level, missed, 0.95);
    }

    private static double recall(List<RecallObservation> observations) {
        return RecallEstimator.estimate(observations).orElseThrow().recall();
    }

    private record Trial(double recall, List<RecallObservation> observations) {}

    /** Cells about random records; a query visits the nearest few and finds all that lies there. */
    private static Trial trial(SplittableRandom random, int queries) {
        int records = 2_000;
        double[][] centers = new double[CLUSTERS][];
        for (int i = 0; i < CLUSTERS; i++) {
            centers[i] = point(random, new double[DIMENSIONS], 1.5);
        }
        double[][] data = new double[records][];
        for (int i = 0; i < records; i++) {
            data[i] = point(random, centers[random.nextInt(CLUSTERS)], 1);
        }
        int[] cellOf = new int[records];
        for (int i = 0; i < records; i++) {
            cellOf[i] = nearest(data, CELLS, data[i])[0];
        }
        int visited = 1 + random.nextInt(5);
        int level = random.nextInt(5);
        boolean[] slice = new boolean[records];
        for (int i = 0; i < records; i++) {
            slice[i] = random.nextInt(1 << level) == 0;
        }
        double recall = 0;
        List<RecallObservation> observations = new ArrayList<>();
        for (int q = 0; q < queries; q++) {
            double[] query = point(random, centers[random.nextInt(CLUSTERS)], 1);
            boolean[] open = new boolean[CELLS];
            int[] cells = nearest(data, CELLS, query);
            for (int i = 0; i < visited; i++) {
                open[cells[i]] = true;
            }
            int[] order = nearest(data, records, query);
            long missed = 0;
            int seen = 0;
            for (int rank = 0; rank < records && seen < K; rank++) {
                boolean hit = open[cellOf[order[rank]]];
                recall += hit && rank < K ? 1.0 / K / queries : 0;
                if (!hit && slice[order[rank]]) {
                    missed |= 1L << seen;
                }
                seen += hit || slice[order[rank]] ? 1 : 0;
            }
            observations.add(new RecallObservation(K, level, missed, 0.95));
        }
        return new Trial(recall, observations);
    }

    private static double[] point(SplittableRandom random, double[] center, double spread) {
        double[] point = center.clone();
        for (int i = 0; i < DIMENSIONS; i++) {
            point[i] += spread * random.nextGaussian();
        }
        return point;
    }

    /** The first so many points, nearest first. */
    private static int[] nearest(double[][] points, int count, double[] query) {
        double[] distances = new double[count];
        Integer[] order = new Integer[count];
        for (int i = 0; i < count; i++) {
            order[i] = i;
            for (int j = 0; j < DIMENSIONS; j++) {
                double difference = points[i][j] - query[j];
                distances[i] += difference * difference;
            }
        }
        Arrays.sort(order, (left, right) -> Double.compare(distances[left], distances[right]));
        return Arrays.stream(order).mapToInt(Integer::intValue).toArray();
    }
}

package io.nearstream.jobs.query.bucket;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.LabelFilter;
import io.nearstream.core.partition.Generation;
import io.nearstream.core.similarity.Vectors;
import io.nearstream.jobs.query.message.Effort;
import io.nearstream.jobs.query.message.ProbeMessage;
import io.nearstream.jobs.query.testing.Samples;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.junit.jupiter.api.Test;

class WideningTest {
    private static final Generation GENERATION = Samples.PLACES_1;
    private static final byte[] QUERY = Vectors.fromFloats(.1f, .2f, .3f, .4f);
    private static final double TARGET = 0.9;
    private static final int K = 3;
    private static final Effort EFFORT = new Effort(TARGET, 0, false);
    private static final int FIRST = EFFORT.buckets(GENERATION, K);

    private static Widening widening(OwnedBuckets owned, int bucketsMax) {
        return new Widening.Rule(
                        GENERATION, Samples.PLACES.uid(), owned, EFFORT, K, bucketsMax, new int[0])
                .of(QUERY);
    }

    private static OwnedBuckets owned(int from, int to) {
        return new OwnedBuckets(new KeyGroupRange(from, to), Samples.MAX_PARALLELISM);
    }

    private static OwnedBuckets all() {
        return owned(0, Samples.MAX_PARALLELISM - 1);
    }

    private static List<Integer> exhaust(Widening widening, long met, long passed) {
        List<Integer> buckets = new ArrayList<>();
        for (int[] next = widening.next(met, passed);
                next != null;
                next = widening.next(met, passed)) {
            Arrays.stream(next).forEach(buckets::add);
        }
        return buckets;
    }

    @Test
    void nothingMoreIsVisitedWhereEverythingPasses() {
        Widening widening = widening(all(), 1_000);

        assertThat(widening.next(80, 80)).isNull();
        assertThat(widening.visited()).isZero();
        assertThat(widening.budgetEnded()).isFalse();
    }

    @Test
    void everyBucketIsVisitedOnceInOrderWhereNothingPasses() {
        assertThat(FIRST).as("there are more to visit").isLessThan(GENERATION.bucketCount());
        int[] order = GENERATION.probe(QUERY, GENERATION.bucketCount());
        Widening widening = widening(all(), 1_000);

        List<Integer> visited = exhaust(widening, 80, 0);

        assertThat(visited)
                .isEqualTo(Arrays.stream(order).skip(FIRST).boxed().toList())
                .hasSize(widening.visited());
        assertThat(widening.budgetEnded()).as("all were visited").isFalse();
    }

    @Test
    void visitsGoOnAsFarAsSoManyMoreNeighboursLie() {
        int wanted = GENERATION.probes(TARGET, 20 * K);
        assertThat(wanted).isGreaterThan(FIRST);

        assertThat(exhaust(widening(all(), 1_000), 400, 20)).hasSize(wanted - FIRST);
    }

    /** The longest sequence of a fixed family is another one: all buckets of one table. */
    @Test
    void seededFamiliesVisitAllOfOneTableInTheEnd() {
        Generation signs = Generation.initial(Samples.SIGNS);
        Effort some = new Effort(TARGET, 3, false);
        Widening widening =
                new Widening.Rule(signs, Samples.SIGNS.uid(), all(), some, K, 1 << 20, new int[0])
                        .of(QUERY);

        assertThat(exhaust(widening, 80, 0))
                .containsAll(Arrays.stream(signs.all()).boxed().toList());
        assertThat(widening.budgetEnded()).isFalse();
    }

    @Test
    void fewMustHavePassedBeforeTheEstimateCounts() {
        assertThat(exhaust(widening(all(), 1_000), 400, 4 * K - 1))
                .hasSize(GENERATION.bucketCount() - FIRST);
        assertThat(exhaust(widening(owned(0, 63), 1_000), 400, 2 * K).size())
                .as("half of the buckets need half as many")
                .isLessThan(exhaust(widening(owned(0, 63), 1_000), 400, 2 * K - 1).size());
        assertThat(exhaust(widening(all(), 1_000), 4, 3)).as("most pass").isEmpty();
    }

    @Test
    void budgetEndsTheVisitAndSaysSo() {
        Widening widening = widening(all(), FIRST + 1);

        assertThat(exhaust(widening, 80, 0)).hasSize(1);
        assertThat(widening.budgetEnded()).isTrue();
        assertThat(exhaust(widening(all(), 1), 80, 0)).as("the first are always visited").isEmpty();
    }

    @Test
    void subtasksTogetherVisitWhatOneWould() {
        List<Integer> together = new ArrayList<>(exhaust(widening(owned(0, 63), 1_000), 80, 0));
        together.addAll(exhaust(widening(owned(64, 127), 1_000), 0, 0));

        assertThat(together)
                .containsExactlyInAnyOrderElementsOf(exhaust(widening(all(), 1_000), 80, 0));
    }

    @Test
    void onlyFilteredSearchesByTargetWiden() {
        LabelFilter filter = new LabelFilter(List.of("rare"), List.of(), List.of());
        assertThat(widens(probe().effort(EFFORT).filter(filter))).isTrue();
        assertThat(widens(probe().effort(EFFORT))).isFalse();
        assertThat(widens(probe().effort(new Effort(TARGET, 3, false)).filter(filter))).isFalse();
        assertThat(widens(probe().effort(new Effort(1, 0, true)).filter(filter))).isFalse();
        assertThat(widens(probe().effort(EFFORT).filter(filter).radiusScore(1))).isFalse();
    }

    private static Probes probe() {
        return Probes.routed(Samples.PLACES.uid(), 1, QUERY);
    }

    private static boolean widens(Probes probe) {
        ProbeMessage message = probe.build();
        return Widening.Rule.of(message, GENERATION, all(), 10, new int[0]).isPresent();
    }
}

package io.nearstream.core.recall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.nearstream.testing.Property;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class RecallEvidenceTest {
    /** Estimates of 40 answers each, by the sum over powers as the model is written down. */
    private static final double[][] PINNED = {
        {1, 0, 0.9285841080331861, 0.8320600469397006, 0.9851480267089285},
        {5, 3, 0.7485339339811742, 0.6224593312018484, 0.869891525418686},
        {10, 8, 0.19830405543176607, 0.0758581799632311, 0.35434369377420566},
        {32, 1, 0.8636446412400919, 0.8320183859348227, 0.8909031788451883},
        {64, 5, 0.34564044837239744, 0.3100253545274666, 0.45016386007380277},
        {64, 62, 0.023229256405573474, 0.020129024865935964, 0.04526438692111486}
    };

    private static RecallObservation observed(SplittableRandom random, int k, int level) {
        long missed = random.nextLong() & random.nextLong() & random.nextLong() & random.nextLong();
        return new RecallObservation(k, level, k == 64 ? missed : missed & (1L << k) - 1, 0.95);
    }

    @Test
    void estimatesAreThoseOfTheModel() {
        for (int set = 0; set < PINNED.length; set++) {
            double[] pinned = PINNED[set];
            SplittableRandom random = new SplittableRandom(set);
            RecallEvidence evidence = new RecallEvidence();
            for (int i = 0; i < 40; i++) {
                evidence.add(observed(random, (int) pinned[0], (int) pinned[1]));
            }
            RecallEstimate estimate = evidence.estimate().orElseThrow();
            assertThat(estimate.recall()).isCloseTo(pinned[2], within(1e-7));
            assertThat(estimate.low()).isCloseTo(pinned[3], within(1e-7));
            assertThat(estimate.high()).isCloseTo(pinned[4], within(1e-7));
            assertThat(estimate.probes()).isEqualTo(40);
        }
    }

    @Test
    void whatWasTakenOutLeavesNothingBehind() {
        Property.holds(
                20,
                random -> {
                    RecallEvidence evidence = new RecallEvidence();
                    ArrayDeque<RecallObservation> newest = new ArrayDeque<>();
                    for (int i = 0; i < 60; i++) {
                        int k = 1 + random.nextInt(64);
                        RecallObservation next = observed(random, k, random.nextInt(63));
                        newest.addLast(next);
                        evidence.add(next);
                        if (newest.size() > 20) {
                            evidence.remove(newest.removeFirst());
                        }
                    }
                    assertThat(evidence.estimate()).isEqualTo(RecallEstimator.estimate(newest));
                    newest.forEach(evidence::remove);
                    assertThat(evidence.estimate()).isEmpty();
                    RecallObservation last = observed(random, 10, 2);
                    evidence.add(last);
                    assertThat(evidence.estimate())
                            .isEqualTo(RecallEstimator.estimate(List.of(last)));
                });
    }

    /** It is done between rows, on the task's thread: it took five seconds for as many answers. */
    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void manyLongAnswersAreEstimatedAgainAndAgain() {
        SplittableRandom random = new SplittableRandom(1);
        RecallEvidence evidence = new RecallEvidence();
        List<RecallObservation> seen = new ArrayList<>();
        for (int i = 0; i < 1_024; i++) {
            RecallObservation next = observed(random, 64, 3);
            seen.add(next);
            evidence.add(next);
            if (i % 16 == 0) {
                assertThat(evidence.estimate().orElseThrow().probes()).isEqualTo(seen.size());
            }
        }
    }

    @Test
    void nothingIsTakenOutOfNothing() {
        RecallEvidence evidence = new RecallEvidence();
        assertThatThrownBy(() -> evidence.remove(new RecallObservation(1, 0, 0, 0.9)))
                .hasMessage("There is no answer to be taken out.");
    }
}

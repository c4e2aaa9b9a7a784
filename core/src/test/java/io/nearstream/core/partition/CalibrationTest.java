package io.nearstream.core.partition;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CalibrationTest {
    /** Recall t / 40 with t probes at k = 10, half of that at k = 20. */
    private static final Calibration LINE =
            new Calibration(
                    1_000,
                    new int[] {1, 10, 20},
                    new int[] {10, 20, 40},
                    new float[][] {{1, 1, 1}, {.25f, .5f, 1}, {.125f, .25f, .5f}});

    @Test
    void probesAreReadBetweenTheGridAndRaisedForSafety() {
        assertThat(LINE.probes(0.5, 10, 1_000, false)).isEqualTo(22);
        assertThat(LINE.probes(0.75, 10, 1_000, false)).isEqualTo(33);
        assertThat(LINE.probes(0.375, 15, 1_000, false)).isEqualTo(25); // 15 and 30 probes
        assertThat(LINE.probes(0.01, 10, 1_000, false)).isEqualTo(11); // the grid's first
    }

    @Test
    void aLargerCollectionNeedsFewerUpToALimit() {
        assertThat(LINE.probes(1, 10, 2_000, false)).isEqualTo(38); // 44 / 2^.2
        assertThat(LINE.probes(1, 10, 4_000, false)).isEqualTo(33);
        assertThat(LINE.probes(1, 10, Long.MAX_VALUE, false)).isEqualTo(33);
        assertThat(LINE.probes(1, 10, 0, false)).isEqualTo(44);
    }

    @Test
    void fewNeighboursAreTakenFromTenAndManyFromTheLastCurve() {
        assertThat(LINE.probes(1, 1, 1_000, false)).isEqualTo(28); // 44 / 10^.2
        assertThat(LINE.probes(0.5, 640, 1_000, false)).isEqualTo(88); // 44 * 32^.2
    }

    @Test
    void aRecallThatNoCurveReachesNeedsEverything() {
        assertThat(LINE.probes(0.6, 20, 1_000, false)).isEqualTo(Integer.MAX_VALUE);
    }

    /** Recall t / 200 with t probes at k = 1, 10 and 100 neighbours cost 2 and 8 times as many. */
    private static final Calibration SEEDED =
            new Calibration(
                    1_000,
                    new int[] {1, 10, 100},
                    new int[] {50, 100, 200, 400, 800},
                    new float[][] {
                        {.25f, .5f, 1, 1, 1},
                        {.125f, .25f, .5f, 1, 1},
                        {.03f, .06f, .12f, .25f, .5f}
                    });

    @Test
    void aSeededFamilyIsReadFromTheCurveOfItsOwnNeighbours() {
        assertThat(SEEDED.probes(1, 10, 1_000, true)).isEqualTo(440);
        assertThat(SEEDED.probes(1, 10, 10_000, true)).isEqualTo(220); // the curve of 1
        assertThat(SEEDED.probes(1, 11, 2_000, true)).isEqualTo(330); // 5.5: half way
    }

    @Test
    void beyondItsCurvesAFamilyGoesOnByItsOwnPower() {
        assertThat(SEEDED.probes(1, 1, 10_000, true)).isEqualTo(110); // 10 times as many: half
        assertThat(SEEDED.probes(1, 1, 100_000, true)).isEqualTo(55); // no limit of growth
        assertThat(SEEDED.probes(.5, 1_000, 1_000, true)).isEqualTo(3_520); // 4 times, by .6
        assertThat(SEEDED.probes(1, 1_000, 1_000, true)).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void aCurveThatMissesTheTargetLeavesTheUsualPower() {
        Calibration missing =
                new Calibration(
                        1_000,
                        new int[] {1, 10},
                        new int[] {50, 100},
                        new float[][] {{.5f, 1}, {.25f, .5f}});
        assertThat(missing.probes(1, 1, 32_000, true)).isEqualTo(55); // 110 / 32^.2
    }

    @Test
    void aCalibrationWithoutCurvesOfFewNeighboursServes() {
        Calibration late =
                new Calibration(1_000, new int[] {20}, new int[] {10}, new float[][] {{1}});
        assertThat(late.probes(1, 1, 1_000, false)).isEqualTo(6);
        assertThat(late.probes(1, 1, 1_000, true)).isEqualTo(6);
    }

    @Test
    void ofNeighboursAsFarAwayTheFirstMetCount() {
        Calibration.Found tied =
                new Calibration.Found(
                        new double[] {1, 2, 2, 2, 3}, new int[] {4, 9, 2, Integer.MAX_VALUE, 1});
        Calibration calibration = Calibration.of(40, new Calibration.Found[] {tied}, 10);
        assertThat(calibration.neighbors()).containsExactly(1, 2);
        assertThat(calibration.recalls()[0]).containsExactly(0, 0, 0, 1, 1, 1, 1, 1, 1, 1);
        assertThat(calibration.recalls()[1]).containsExactly(0, .5f, .5f, 1, 1, 1, 1, 1, 1, 1);
    }
}

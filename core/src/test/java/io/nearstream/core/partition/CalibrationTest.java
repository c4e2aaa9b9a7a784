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
        assertThat(LINE.probes(0.5, 10, 1_000)).isEqualTo(22);
        assertThat(LINE.probes(0.75, 10, 1_000)).isEqualTo(33);
        assertThat(LINE.probes(0.375, 15, 1_000)).isEqualTo(25); // 15 and 30 probes
        assertThat(LINE.probes(0.01, 10, 1_000)).isEqualTo(11); // the grid's first
    }

    @Test
    void aLargerCollectionNeedsFewerUpToALimit() {
        assertThat(LINE.probes(1, 10, 2_000)).isEqualTo(38); // 44 / 2^.2
        assertThat(LINE.probes(1, 10, 4_000)).isEqualTo(33);
        assertThat(LINE.probes(1, 10, Long.MAX_VALUE)).isEqualTo(33);
        assertThat(LINE.probes(1, 10, 0)).isEqualTo(44);
    }

    @Test
    void fewNeighboursAreTakenFromTenAndManyFromTheLastCurve() {
        assertThat(LINE.probes(1, 1, 1_000)).isEqualTo(28); // 44 / 10^.2
        assertThat(LINE.probes(0.5, 640, 1_000)).isEqualTo(88); // 44 * 32^.2
    }

    @Test
    void aRecallThatNoCurveReachesNeedsEverything() {
        assertThat(LINE.probes(0.6, 20, 1_000)).isEqualTo(Integer.MAX_VALUE);
    }
}

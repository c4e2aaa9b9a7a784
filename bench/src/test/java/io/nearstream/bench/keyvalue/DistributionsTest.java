package io.nearstream.bench.keyvalue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.nearstream.testing.Property;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DistributionsTest {
    private static final int DRAWS = 400_000;

    /** Many standard deviations of a share among so many draws. */
    private static final double TOLERANCE = 0.005;

    @Test
    void zipfianRanksFollowTheirPowerLaw() {
        int items = 1_000;
        double zeta = Zipfian.zeta(0, 0, items);
        long[] counts = new long[items];
        Zipfian zipfian = new Zipfian(items);
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < DRAWS; i++) {
            counts[(int) zipfian.next(random)]++;
        }

        assertThat(share(counts, 0, 1)).isCloseTo(1 / zeta, within(TOLERANCE));
        assertThat(share(counts, 1, 2))
                .isCloseTo(Math.pow(0.5, Zipfian.THETA) / zeta, within(TOLERANCE));
        // The paper's draw is exact for the first two ranks and an approximation beyond.
        for (int to : new int[] {10, 30, 100, 300, items}) {
            double expected = Zipfian.zeta(0, 0, to) / zeta;
            assertThat(share(counts, 0, to)).as("ranks to %d", to).isCloseTo(expected, within(.03));
        }
    }

    @Test
    void grownZipfianIsTheSameAsALargeOne() {
        Property.holds(
                50,
                random -> {
                    int small = 1 + random.nextInt(500);
                    int large = small + random.nextInt(500);
                    Zipfian grown = new Zipfian(small);
                    grown.grow(large);
                    Zipfian direct = new Zipfian(large);
                    long seed = random.nextLong();
                    SplittableRandom one = new SplittableRandom(seed);
                    SplittableRandom other = new SplittableRandom(seed);
                    for (int i = 0; i < 100; i++) {
                        long rank = grown.next(one);
                        assertThat(rank).isBetween(0L, large - 1L).isEqualTo(direct.next(other));
                    }
                });
    }

    @Test
    void noItemsAreRefused() {
        assertThatThrownBy(() -> new Zipfian(0)).hasMessageContaining("at least 1, but was 0");
    }

    @Test
    void scrambledHotKeysHaveTheirShareWhateverTheNumberOfKeys() {
        for (int keys : new int[] {1_000, 100_000}) {
            long[] counts = new long[keys];
            KeyChooser chooser = Distribution.ZIPFIAN.chooser(keys, () -> keys);
            SplittableRandom random = new SplittableRandom(2);
            for (int i = 0; i < DRAWS; i++) {
                counts[chooser.next(random)]++;
            }
            for (int rank = 0; rank < 2; rank++) {
                double own = Math.pow(rank + 1, -Zipfian.THETA) / ScrambledZipfian.ZETA_ITEMS;
                int key = ScrambledZipfian.keyOf(rank, keys);
                // What falls on the key besides: the many cold ranks, evenly.
                assertThat(share(counts, key, key + 1))
                        .as("rank %d of %d keys", rank, keys)
                        .isCloseTo(own + 1.0 / keys, within(TOLERANCE));
            }
        }
    }

    @Test
    void uniformKeysAreAllAlike() {
        int keys = 20;
        long[] counts = new long[keys];
        KeyChooser chooser = Distribution.UNIFORM.chooser(keys, () -> keys);
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < DRAWS; i++) {
            counts[chooser.next(random)]++;
        }
        for (int key = 0; key < keys; key++) {
            assertThat(share(counts, key, key + 1)).isCloseTo(1.0 / keys, within(TOLERANCE));
        }
    }

    @Test
    void latestFollowsTheNewestKey() {
        AtomicInteger newest = new AtomicInteger(100);
        KeyChooser chooser = Distribution.LATEST.chooser(100, newest::get);
        SplittableRandom random = new SplittableRandom(4);
        for (int step = 0; step < 3; step++) {
            long[] counts = new long[newest.get()];
            for (int i = 0; i < DRAWS / 4; i++) {
                counts[chooser.next(random)]++;
            }
            double zeta = Zipfian.zeta(0, 0, newest.get());
            int last = newest.get() - 1;
            assertThat(share(counts, last, last + 1)).isCloseTo(1 / zeta, within(2 * TOLERANCE));
            newest.addAndGet(50);
        }
    }

    @Test
    void theSameSeedChoosesTheSameKeys() {
        for (Distribution distribution : Distribution.values()) {
            KeyChooser one = distribution.chooser(1_000, () -> 1_000);
            KeyChooser other = distribution.chooser(1_000, () -> 1_000);
            SplittableRandom first = new SplittableRandom(5);
            SplittableRandom second = new SplittableRandom(5);
            for (int i = 0; i < 1_000; i++) {
                assertThat(one.next(first)).isEqualTo(other.next(second));
            }
        }
    }

    private static double share(long[] counts, int from, int to) {
        long sum = 0;
        long all = 0;
        for (int i = 0; i < counts.length; i++) {
            all += counts[i];
            sum += i >= from && i < to ? counts[i] : 0;
        }
        return sum / (double) all;
    }
}

package io.nearstream.chaos.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.testing.Property;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ShaperTest {
    private static final long MS = 1_000_000;
    private static final Link ROUGH =
            Link.CLEAR.withDelay(Duration.ofMillis(10), Duration.ofMillis(5)).withLoss(0.2);

    private final Shaper shaper = new Shaper(new SplittableRandom(1));

    @Test
    void aClearLinkHandsOnAtOnce() {
        assertThat(shaper.due(Link.CLEAR, 5, 100_000)).isEqualTo(5);
    }

    @Test
    void aRateIsKeptOverTime() {
        Link narrow = Link.CLEAR.withRate(1_000_000);
        long due = 0;
        for (int i = 0; i < 100; i++) {
            due = shaper.due(narrow, 0, 1_000);
        }
        assertThat(due).isEqualTo(100 * MS);
    }

    @Test
    void orderIsKeptAndDelayIsWithinItsBounds() {
        Property.holds(
                random -> {
                    Shaper own = new Shaper(random.split());
                    Link late = Link.CLEAR.withDelay(Duration.ofMillis(7), Duration.ofMillis(9));
                    long now = 0;
                    long before = 0;
                    for (int i = 0; i < 50; i++) {
                        now += random.nextLong(20 * MS);
                        long due = own.due(late, now, 1 + random.nextInt(3_000));
                        assertThat(due).isGreaterThanOrEqualTo(before);
                        assertThat(due).isBetween(now + 7 * MS, Math.max(before, now + 16 * MS));
                        before = due;
                    }
                });
    }

    @Test
    void lossStallsAsRepetitionsWould() {
        long stalls = 0;
        for (int i = 0; i < 1_000; i++) {
            long due = new Shaper(new SplittableRandom(i)).due(Link.CLEAR.withLoss(0.1), 0, 1_000);
            assertThat(due).isIn(0L, 200 * MS, 600 * MS, 1_400 * MS, 3_000 * MS);
            stalls += due > 0 ? 1 : 0;
        }
        assertThat(stalls).isBetween(50L, 200L);
        assertThat(shaper.due(Link.CLEAR.withLoss(1), 0, 1)).isEqualTo(Shaper.RESET);
        assertThat(shaper.due(Link.CLEAR.withReset(1), 0, 2_000)).isEqualTo(Shaper.RESET);
    }

    @Test
    void theSameSeedGivesTheSameFateHoweverReadsAreCut() {
        Property.holds(
                random -> {
                    long seed = random.nextLong();
                    assertThat(fate(seed, random.split())).isEqualTo(fate(seed, random.split()));
                });
    }

    /** The times at which segments are handed on that come one by one, each in a few reads. */
    private static List<Long> fate(long seed, SplittableRandom cuts) {
        Shaper own = new Shaper(new SplittableRandom(seed));
        List<Long> fate = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            int first = 1 + cuts.nextInt(Link.SEGMENT_BYTES - 1);
            long due = own.due(ROUGH, i * 10_000 * MS, first);
            fate.add(due);
            own.due(ROUGH, i * 10_000 * MS, Link.SEGMENT_BYTES - first);
        }
        return fate;
    }

    @Test
    void sharesAndTimesAreChecked() {
        assertThatThrownBy(() -> Link.CLEAR.withLoss(1.5))
                .hasMessage("loss must be between 0 and 1, but was 1.5.");
        assertThatThrownBy(() -> Link.CLEAR.withDelay(Duration.ofHours(1), Duration.ZERO))
                .hasMessage("delay must be between 0 and PT1M, but was PT1H.");
        assertThatThrownBy(() -> Link.CLEAR.withRate(-1))
                .hasMessage("bytesPerSecond must be at least 1, or 0 for any, but was -1.");
    }
}

package io.nearstream.jobs.query.bucket;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.testing.Property;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class DistinctCountTest {
    /** Of 20 probes as large; the first may find the map too small. */
    @Test
    void countIsWithinTwoPercentOfTheDistinctIds() {
        Property.holds(
                5,
                random -> {
                    DistinctCount count = new DistinctCount();
                    int ids = 1 + random.nextInt(random.nextBoolean() ? 3_000 : 200_000);
                    for (int probe = 0; probe < 20; probe++) {
                        count.reset();
                        for (int i = 0; i < ids; i++) {
                            long hash = random.nextLong();
                            count.add(hash);
                            count.add(hash);
                        }
                        assertThat((double) count.count())
                                .isCloseTo(ids, Percentage.withPercentage(probe < 10 ? 10 : 2));
                    }
                });
    }

    @Test
    void aFewIdsAreCountedExactly() {
        DistinctCount count = new DistinctCount();
        assertThat(count.count()).isZero();
        for (int i = 1; i <= 50; i++) {
            count.add(i * 0x9e3779b97f4a7c15L);
            count.add(0x9e3779b97f4a7c15L);
            assertThat(count.count()).isEqualTo(i);
        }
        count.reset();
        assertThat(count.count()).isZero();
    }

    @Test
    void aFullMapStillCounts() {
        DistinctCount count = new DistinctCount();
        for (int hash = 0; hash < 1 << 17; hash++) {
            count.add(hash);
        }
        assertThat(count.count()).isGreaterThan(1 << 16);
    }
}

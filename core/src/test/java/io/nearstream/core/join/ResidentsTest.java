package io.nearstream.core.join;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.model.Version;
import io.nearstream.core.similarity.Sets;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.testing.Property;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Sets as they are packed are compared as whole ones are. */
class ResidentsTest {
    private static final int PLACES = 40;

    private static byte[] set(SplittableRandom random) {
        long[] elements = new long[1 + random.nextInt(PLACES)];
        for (int i = 0; i < elements.length; i++) {
            elements[i] = random.nextInt(60);
        }
        return Sets.encode(elements, PLACES);
    }

    @Test
    void whatIsTooUnlikeIsNeverAPairAndTheOthersScoreAlike() {
        AtomicLong beyond = new AtomicLong();
        Property.holds(
                300,
                random -> {
                    byte[] one = set(random);
                    byte[] other = set(random);
                    VectorSpace space = VectorSpace.of(Metric.JACCARD, Encoding.SET64, PLACES);
                    double score = space.score(space.query(one), other, 0, 1);
                    // As near as it gets: the very distance of the two is the limit.
                    double eps = Math.min(score, Math.nextDown(1.0));
                    JoinRule rule =
                            new JoinRule(
                                    Metric.JACCARD,
                                    Encoding.SET64,
                                    PLACES,
                                    eps,
                                    false,
                                    JoinRule.UNLIMITED,
                                    JoinRule.UNLIMITED,
                                    true);
                    Residents residents = new Residents(rule);
                    RecordRef record = new RecordRef((byte) 0, "a", new Version(1, 0, 0));
                    byte[] stored = random.nextBoolean() ? other : rule.packed(other);
                    residents.add(record, 1, new int[0], stored, Visit.NO_CENTRE);
                    Residents.Sought sought =
                            residents.sought(random.nextBoolean() ? one : rule.packed(one));
                    assertThat(residents.score(sought, 0)).isEqualTo(score);
                    if (score <= eps) {
                        assertThat(residents.isBeyond(sought, 0, eps)).isFalse();
                    }
                    if (residents.isBeyond(sought, 0, eps / 2)) {
                        beyond.incrementAndGet();
                        assertThat(score).isGreaterThan(eps / 2);
                    }
                    assertThat(residents.packedVector(0)).isEqualTo(rule.packed(other));
                });
        assertThat(beyond.get()).as("ruled out by their sizes").isPositive();
    }
}

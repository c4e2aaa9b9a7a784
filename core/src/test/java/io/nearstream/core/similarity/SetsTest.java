package io.nearstream.core.similarity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.model.RefusedException;
import io.nearstream.testing.Property;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SetsTest {
    private static long[] elements(SplittableRandom random, int places) {
        return random.longs(1 + random.nextInt(places), -places, places).toArray();
    }

    @Test
    void distancesAreThoseOfTheSets() {
        Property.holds(
                random -> {
                    int places = 1 + random.nextInt(40);
                    VectorSpace space = VectorSpace.of(Metric.JACCARD, Encoding.SET64, places);
                    long[] left = elements(random, places);
                    long[] right = elements(random, places);
                    byte[] a = Sets.encode(left, places);
                    byte[] encoded = Sets.encode(right, places);
                    space.check(a);
                    space.check(encoded);
                    int offset = random.nextInt(9);
                    byte[] b = new byte[offset + encoded.length];
                    System.arraycopy(encoded, 0, b, offset, encoded.length);
                    Set<Long> union = boxed(left);
                    Set<Long> shared = new HashSet<>(union);
                    shared.retainAll(boxed(right));
                    assertThat(Sets.size(a, 0, places)).isEqualTo(union.size());
                    union.addAll(boxed(right));
                    double score =
                            space.score(space.query(a), b, offset, space.inverseNorm(b, offset));
                    assertThat(space.distance(score))
                            .isEqualTo(1 - (double) shared.size() / union.size());
                });
    }

    private static Set<Long> boxed(long[] elements) {
        return LongStream.of(elements).boxed().collect(Collectors.toCollection(HashSet::new));
    }

    @Test
    void equalSetsAreEqualBytes() {
        assertThat(Sets.encode(new long[] {3, -1, 3}, 4))
                .isEqualTo(Sets.encode(new long[] {-1, 3}, 4));
        assertThatThrownBy(() -> Sets.encode(new long[0], 4))
                .hasMessage("A set must have 1 to 4 different elements, but has 0.");
        assertThatThrownBy(() -> Sets.encode(new long[] {1, 2, 3}, 2))
                .hasMessage("A set must have 1 to 2 different elements, but has 3.");
    }

    @Test
    void whatIsNoSetIsRefused() {
        VectorSpace space = VectorSpace.of(Metric.JACCARD, Encoding.SET64, 4);
        for (long[] wrong : new long[][] {{2, 1, 1, 1}, {1, 1, 2, 2}, {1, 2, 3, 1}, {1, 3, 2, 2}}) {
            byte[] bytes = new byte[32];
            for (int i = 0; i < 4; i++) {
                bytes[8 * i] = (byte) wrong[i];
            }
            assertThatThrownBy(() -> space.check(bytes))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageStartingWith("vector must hold a set: numbers ascending");
        }
    }
}

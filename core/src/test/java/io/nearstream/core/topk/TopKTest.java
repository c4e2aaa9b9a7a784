package io.nearstream.core.topk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.testing.Property;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TopKTest {
    @Test
    void keepsWhatSortingWouldKeep() {
        TopK top = new TopK(1);
        Property.holds(
                random -> {
                    int n = random.nextInt(300);
                    int k = 1 + random.nextInt(200);
                    double[] scores = new double[n];
                    top.reset(k);
                    for (int ref = 0; ref < n; ref++) {
                        scores[ref] = random.nextInt(50);
                        top.offer(scores[ref], ref);
                    }
                    int[] expected =
                            IntStream.range(0, n)
                                    .boxed()
                                    .sorted(Comparator.comparingDouble(ref -> scores[ref]))
                                    .limit(k)
                                    .mapToInt(Integer::intValue)
                                    .toArray();
                    for (int ref = 0; ref < n; ref++) {
                        int wanted = ref;
                        assertThat(top.holds(ref))
                                .isEqualTo(IntStream.of(expected).anyMatch(r -> r == wanted));
                    }
                    assertThat(top.holds(n)).isFalse();
                    assertThat(top.drainRefs()).isEqualTo(expected);
                    assertThat(top.drainScores())
                            .isEqualTo(
                                    IntStream.of(expected).mapToDouble(r -> scores[r]).toArray());
                });
    }

    @Test
    void theOrderOfOffersDoesNotMatter() {
        Property.holds(
                random -> {
                    int n = 1 + random.nextInt(40);
                    TopK forward = new TopK(5);
                    TopK backward = new TopK(5);
                    for (int i = 0; i < n; i++) {
                        forward.offer(i % 4, i);
                        backward.offer((n - 1 - i) % 4, n - 1 - i);
                    }
                    assertThat(backward.drainRefs()).isEqualTo(forward.drainRefs());
                });
    }

    @Test
    void goesOnAfterItWasRead() {
        Property.holds(
                random -> {
                    int k = 1 + random.nextInt(8);
                    TopK read = new TopK(k);
                    TopK unread = new TopK(k);
                    for (int i = 0; i < 50; i++) {
                        double score = random.nextInt(20);
                        assertThat(read.offer(score, i)).isEqualTo(unread.offer(score, i));
                        read.drainRefs();
                        assertThat(read.threshold()).isEqualTo(unread.threshold());
                    }
                    assertThat(read.drainRefs()).isEqualTo(unread.drainRefs());
                });
    }

    @Test
    void thresholdIsTheWorstKeptScore() {
        TopK top = new TopK(2);
        assertThat(top.threshold()).isInfinite();
        top.offer(3, 0);
        assertThat(top.threshold()).isInfinite();
        top.offer(1, 1);
        assertThat(top.threshold()).isEqualTo(3);
        assertThat(top.offer(2, 2)).isTrue();
        assertThat(top.threshold()).isEqualTo(2);
        assertThat(top.offer(2, 3)).isFalse();
        assertThat(top.size()).isEqualTo(2);
    }

    @Test
    void neverKeepsNaN() {
        TopK top = new TopK(2);
        assertThat(top.offer(Double.NaN, 0)).isFalse();
        assertThat(top.offer(Double.POSITIVE_INFINITY, 1)).isTrue();
        assertThat(top.drainRefs()).containsExactly(1);
    }

    @Test
    void refusesToKeepNothing() {
        assertThatThrownBy(() -> new TopK(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("k must be at least 1, but was 0.");
    }
}

package io.nearstream.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.VectorSpace;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LiveSetTest {
    private static final byte[] QUERY = {0};

    /** Rows 0 to 9, as far from the query as their number. */
    private final LiveSet live =
            new LiveSet(
                    VectorSpace.of(Metric.L2, Encoding.UINT8, 1),
                    IntStream.range(0, 10).mapToObj(row -> new byte[] {(byte) row}).toList());

    private LiveSet.Judgement judge(int k, String... answer) {
        return live.judge(List.of(QUERY), List.of(List.of(answer)), k);
    }

    @Test
    void onlyWhatIsLiveCounts() {
        for (int row = 0; row < 10; row++) {
            live.put(row, row);
        }
        assertThat(judge(2, "0", "1")).isEqualTo(new LiveSet.Judgement(1, 0));
        assertThat(judge(2, "0", "2")).isEqualTo(new LiveSet.Judgement(0.5, 0));
        live.remove(0);
        assertThat(judge(2, "1", "2")).isEqualTo(new LiveSet.Judgement(1, 0));
        assertThat(judge(2, "0", "1")).isEqualTo(new LiveSet.Judgement(0.5, 1));
        live.put(1, 9);
        assertThat(judge(2, "2", "3")).isEqualTo(new LiveSet.Judgement(1, 0));
        assertThat(live.size()).isEqualTo(9);
    }

    @Test
    void repeatedAndMissingHitsAreNoHits() {
        live.put(4, 4);
        live.put(5, 5);
        assertThat(judge(2, "4", "4")).isEqualTo(new LiveSet.Judgement(0.5, 1));
        assertThat(judge(2)).isEqualTo(new LiveSet.Judgement(0, 0));
        assertThat(judge(5, "4", "5"))
                .as("no more are live")
                .isEqualTo(new LiveSet.Judgement(1, 0));
    }

    @Test
    void largerInnerProductsAreNearer() {
        LiveSet products =
                new LiveSet(
                        VectorSpace.of(Metric.INNER_PRODUCT, Encoding.UINT8, 1),
                        List.of(new byte[] {1}, new byte[] {2}, new byte[] {3}));
        for (int row = 0; row < 3; row++) {
            products.put(row, row);
        }
        assertThat(products.judge(List.of(new byte[] {5}), List.of(List.of("2", "1")), 2))
                .isEqualTo(new LiveSet.Judgement(1, 0));
        assertThat(products.judge(List.of(new byte[] {5}), List.of(List.of("2", "0")), 2))
                .isEqualTo(new LiveSet.Judgement(0.5, 0));
    }

    @Test
    void nothingIsFoundOfNothing() {
        assertThat(judge(3)).isEqualTo(new LiveSet.Judgement(1, 0));
        assertThat(judge(3, "7")).isEqualTo(new LiveSet.Judgement(1, 1));
    }

    @Test
    void equallyFarRecordsAreAsGood() {
        live.put(1, 3);
        live.put(2, 3);
        assertThat(judge(1, "2")).isEqualTo(new LiveSet.Judgement(1, 0));
    }
}

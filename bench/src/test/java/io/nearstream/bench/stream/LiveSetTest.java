package io.nearstream.bench.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.bench.stream.Runbook.Operation;
import io.nearstream.bench.stream.Runbook.Step;
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

    private static LiveSet.Judgement judge(LiveSet live, byte[] query, int k, int... answer) {
        List<byte[]> queries = List.of(query);
        return live.judge(queries, new int[][] {answer}, live.bounds(queries, k), k);
    }

    private LiveSet.Judgement judge(int k, int... answer) {
        return judge(live, QUERY, k, answer);
    }

    private static Step put(int tag, int row, int count) {
        return new Step(1, Operation.REPLACE, tag, count, row);
    }

    @Test
    void onlyWhatIsLiveCounts() {
        live.apply(put(0, 0, 10));
        assertThat(judge(2, 0, 1)).isEqualTo(new LiveSet.Judgement(1, 0));
        assertThat(judge(2, 0, 2)).isEqualTo(new LiveSet.Judgement(0.5, 0));
        live.apply(new Step(2, Operation.DELETE, 0, 1, 0));
        assertThat(judge(2, 1, 2)).isEqualTo(new LiveSet.Judgement(1, 0));
        assertThat(judge(2, 0, 1)).isEqualTo(new LiveSet.Judgement(0.5, 1));
        live.apply(put(1, 9, 1));
        assertThat(judge(2, 2, 3)).isEqualTo(new LiveSet.Judgement(1, 0));
        assertThat(live.size()).isEqualTo(9);
    }

    @Test
    void repeatedAndMissingHitsAreNoHits() {
        live.apply(put(4, 4, 1));
        live.apply(put(5, 5, 1));
        assertThat(judge(2, 4, 4)).isEqualTo(new LiveSet.Judgement(0.5, 1));
        assertThat(judge(2)).isEqualTo(new LiveSet.Judgement(0, 0));
        assertThat(judge(5, 4, 5)).as("no more are live").isEqualTo(new LiveSet.Judgement(1, 0));
    }

    @Test
    void largerInnerProductsAreNearer() {
        LiveSet products =
                new LiveSet(
                        VectorSpace.of(Metric.INNER_PRODUCT, Encoding.UINT8, 1),
                        List.of(new byte[] {1}, new byte[] {2}, new byte[] {3}));
        products.apply(put(0, 0, 3));
        assertThat(judge(products, new byte[] {5}, 2, 2, 1)).isEqualTo(new LiveSet.Judgement(1, 0));
        assertThat(judge(products, new byte[] {5}, 2, 2, 0))
                .isEqualTo(new LiveSet.Judgement(0.5, 0));
    }

    @Test
    void nothingIsFoundOfNothing() {
        assertThat(judge(3)).isEqualTo(new LiveSet.Judgement(1, 0));
        assertThat(judge(3, 7)).isEqualTo(new LiveSet.Judgement(1, 1));
    }

    @Test
    void equallyFarRecordsAreAsGood() {
        live.apply(put(1, 3, 1));
        live.apply(put(2, 3, 1));
        assertThat(judge(1, 2)).isEqualTo(new LiveSet.Judgement(1, 0));
    }
}

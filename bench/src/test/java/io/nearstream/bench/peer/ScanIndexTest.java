package io.nearstream.bench.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.client.VectorBytes;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.VectorSpace;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ScanIndexTest {
    /** More than a block holds. */
    private static final int ROWS = 5_000;

    private static final VectorSpace SPACE = VectorSpace.of(Metric.L2, Encoding.FLOAT32, 1);

    private final ScanIndex index = new ScanIndex(SPACE);

    private static byte[] vector(int value) {
        return VectorBytes.encode(new float[] {value}, Encoding.FLOAT32);
    }

    @Test
    void whatWasAddedIsFoundOnceItIsShown() throws IOException {
        index.add(0, vector(0));
        index.refresh();
        VectorIndex.Searcher before = index.searcher();
        index.add(1, vector(1));

        assertThat(before.search(vector(1), 2, 1)).containsExactly(0);
        assertThat(index.searcher().search(vector(1), 2, 1)).containsExactly(0);
        index.refresh();
        assertThat(before.search(vector(1), 2, 1)).containsExactly(0);
        assertThat(index.searcher().search(vector(1), 2, 1)).containsExactly(1, 0);
    }

    @Test
    void searchesGoOnWhileOneThreadAdds() throws Exception {
        index.add(0, vector(0));
        index.refresh();
        CompletableFuture<Void> writing =
                CompletableFuture.runAsync(
                        () -> {
                            for (int row = 1; row < ROWS; row++) {
                                index.add(row, vector(row));
                                index.refresh();
                            }
                        });
        int last = 0;
        while (last < ROWS - 1) {
            int[] nearest = index.searcher().search(vector(ROWS), 1, 1);

            assertThat(nearest).hasSize(1);
            assertThat(nearest[0]).isBetween(last, ROWS - 1);
            last = nearest[0];
            if (writing.isCompletedExceptionally()) {
                break;
            }
        }
        writing.get(1, TimeUnit.MINUTES);
        assertThat(last).isEqualTo(ROWS - 1);
    }
}

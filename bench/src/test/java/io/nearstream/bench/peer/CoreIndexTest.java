package io.nearstream.bench.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.nearstream.client.VectorBytes;
import io.nearstream.core.model.BucketScheme;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.testing.Property;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CoreIndexTest {
    private static final int DIMENSIONS = 16; // from here on there are coarse codes
    private static final int CELLS = 8;
    private static final int TRAIN_AFTER = 100;

    private static CollectionSettings settings(Metric metric) {
        return new CollectionSettings(
                "core",
                1,
                DIMENSIONS,
                metric,
                Encoding.FLOAT32,
                BucketScheme.LEARNED,
                0,
                0,
                1,
                0.95,
                TRAIN_AFTER,
                CELLS);
    }

    private static byte[] vector(SplittableRandom random) {
        float[] values = new float[DIMENSIONS];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble(-1, 1);
        }
        return VectorBytes.encode(values, Encoding.FLOAT32);
    }

    @Test
    void visitingEveryCellFindsWhatAScanFinds() {
        Property.holds(
                10,
                random -> {
                    CollectionSettings settings = settings(Metric.values()[random.nextInt(2)]);
                    CoreIndex core = new CoreIndex(settings);
                    ScanIndex scan = new ScanIndex(VectorSpace.of(settings));
                    int rows = 20 + random.nextInt(3 * TRAIN_AFTER);
                    for (int row = 0; row < rows; row++) {
                        byte[] vector = vector(random);
                        core.add(row, vector);
                        scan.add(row, vector);
                    }
                    core.refresh();
                    scan.refresh();
                    VectorIndex.Searcher some = core.searcher();
                    VectorIndex.Searcher all = scan.searcher();
                    List<byte[]> queries = new ArrayList<>();
                    for (int i = 0; i < 5; i++) {
                        queries.add(vector(random));
                    }
                    for (byte[] query : queries) {
                        assertThat(some.search(query, 10, CELLS))
                                .isEqualTo(all.search(query, 10, 1))
                                .doesNotHaveDuplicates();
                    }
                });
    }

    @Test
    void anUnknownSystemIsRefusedWithTheKnownOnes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Peers.named("atlantis"))
                .withMessageContaining("atlantis")
                .withMessageContaining("nearstream-core");
    }
}

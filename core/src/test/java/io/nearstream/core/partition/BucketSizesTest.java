package io.nearstream.core.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BucketSizesTest {
    private static final int CELLS = 128;

    private final Generation generation = learned();

    private static Generation learned() {
        CollectionSettings settings = Clouds.learned(Metric.L2, Encoding.FLOAT32, 4, CELLS, 5);
        List<byte[]> vectors =
                new ArrayList<>(Clouds.vectors(new SplittableRandom(5), settings, 3_000));
        return GenerationTrainer.train(settings, vectors);
    }

    /** As many in each cell, but for some first ones. */
    private BucketSizes sizes(int first, int inFirst, int inOthers, double scale) {
        int[] cells = IntStream.of(generation.all()).sorted().toArray();
        Map<Integer, Integer> counted = new HashMap<>();
        for (int i = 0; i < cells.length; i++) {
            counted.put(cells[i], i < first ? inFirst : inOthers);
        }
        long records = (long) first * inFirst + (long) (cells.length - first) * inOthers;
        return BucketSizes.of(generation, counted, records, scale);
    }

    @Test
    void evenCellsAreLeftAlone() {
        BucketSizes even = sizes(0, 0, 60, 1);
        assertThat(even.isDue()).isFalse();
        assertThat(even.isUrgent()).isFalse();
        assertThat(even.sparse()).isEmpty();
        assertThat(even.overfull(9)).isEmpty();
    }

    @Test
    void manyNearlyEmptyCellsAreToGo() {
        int count = generation.bucketCount();
        assertThat(sizes(15, 0, 60, 1).sparse()).as("too few").isEmpty();
        BucketSizes some = sizes(20, 4, 60, 1);
        assertThat(some.sparse()).hasSize(20);
        assertThat(some.isDue()).isTrue();
        assertThat(some.isUrgent()).isFalse();
        assertThat(sizes(20, 6, 60, 1).sparse()).as("not that empty").isEmpty();
        BucketSizes half = sizes(count / 2, 0, 60, 1);
        assertThat(half.sparse()).hasSize(count / 2);
        assertThat(half.isUrgent()).isTrue();
    }

    /** Of few that were counted, none in a cell means little. */
    @Test
    void cellsThatWereHardlyCountedAreNotCalledEmpty() {
        assertThat(sizes(60, 0, 12, 1).sparse()).isEmpty();
        assertThat(sizes(60, 0, 12, 1_000).sparse()).isEmpty();
        assertThat(sizes(60, 0, 60, 1_000).sparse()).hasSize(60);
    }

    @Test
    void aCellThatIsTooFullIsNotUrgentHoweverFull() {
        BucketSizes sizes = sizes(1, 250, 60, 1);
        assertThat(sizes.overfull(9)).hasSize(1);
        assertThat(sizes.isUrgent()).isFalse();
        assertThat(sizes(1, 20_000, 60, 1).isDue()).isTrue();
        assertThat(sizes(1, 20_000, 60, 1).isUrgent()).isFalse();
    }

    @Test
    void whereNothingIsLeftNothingIsDue() {
        BucketSizes none = sizes(0, 0, 0, 1);
        assertThat(none.isDue()).isFalse();
        assertThat(none.isUrgent()).isFalse();
    }
}

package io.nearstream.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.testing.Property;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchesTest {
    @Test
    void everyRecordComesOnceInOrderAndNoBatchIsTooLarge() {
        Property.holds(
                random -> {
                    List<Integer> sizes =
                            IntStream.range(0, random.nextInt(50))
                                    .mapToObj(i -> random.nextInt(20))
                                    .toList();
                    int max = 1 + random.nextInt(6);
                    int bytesMax = 1 + random.nextInt(30);
                    int lists = 1 + random.nextInt(4);
                    Batches<Integer> batches =
                            new Batches<>(sizes.iterator(), size -> size, max, bytesMax);
                    List<Integer> all = new ArrayList<>();
                    List<List<Integer>> window = batches.next(lists);
                    while (!window.isEmpty()) {
                        assertThat(window).hasSizeLessThanOrEqualTo(lists);
                        for (List<Integer> batch : window) {
                            assertThat(batch).isNotEmpty().hasSizeLessThanOrEqualTo(max);
                            int bytes = batch.stream().mapToInt(size -> size).sum();
                            assertThat(bytes)
                                    .isLessThanOrEqualTo(
                                            batch.size() == 1
                                                    ? Math.max(bytesMax, bytes)
                                                    : bytesMax);
                            all.addAll(batch);
                        }
                        window = batches.next(lists);
                    }
                    assertThat(all).isEqualTo(sizes);
                });
    }
}

package io.nearstream.core.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.Vectors;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the next generation does about records that come and go elsewhere than those before. */
class DriftTest {
    private static List<Integer> boxed(int[] buckets) {
        return IntStream.of(buckets).boxed().toList();
    }

    /** Drift: what comes later lies elsewhere, in the few cells that are nearest to it. */
    @Test
    void driftIsDividedUntilNoCellIsOverfull() {
        CollectionSettings settings = Clouds.learned(Metric.L2, Encoding.FLOAT32, 8, 64, 7);
        SplittableRandom random = new SplittableRandom(3);
        List<byte[]> vectors = drifting(random, i -> i >= 2_000);
        Generation current = GenerationTrainer.train(settings, vectors.subList(0, 1_000));
        List<NextGeneration.Placed> live = new ArrayList<>();
        for (byte[] vector : vectors) {
            live.add(new NextGeneration.Placed(vector, current.place("", vector)));
        }
        BucketSizes before = sizes(current, live);
        assertThat(before.isDue()).isTrue();
        Generation next =
                NextGeneration.after(settings, current, live, before, 1_000).orElseThrow();
        live.replaceAll(
                record ->
                        IntStream.of(record.buckets()).anyMatch(next::leaves)
                                ? new NextGeneration.Placed(
                                        record.vector(), next.place("", record.vector()))
                                : record);
        BucketSizes after = sizes(next, live);
        assertThat(before.largestShare()).isGreaterThan(0.1);
        assertThat(after.largestShare()).isLessThan(before.largestShare() / 3);
        assertThat(after.gini()).isLessThan(before.gini());
        assertThat(next.live()).isEqualTo(4_000);
        assertThat(next.calibrated()).isTrue();
    }

    private static BucketSizes sizes(Generation generation, List<NextGeneration.Placed> live) {
        Map<Integer, Integer> counted = new HashMap<>();
        for (NextGeneration.Placed record : live) {
            IntStream.of(record.buckets()).forEach(b -> counted.merge(b, 1, Integer::sum));
        }
        return BucketSizes.of(generation, counted, live.size(), 1);
    }

    /** In one of two places. */
    private static List<byte[]> drifting(SplittableRandom random, IntPredicate elsewhere) {
        return IntStream.range(0, 4_000)
                .mapToObj(i -> drifting(random, elsewhere.test(i) ? 100 : 0))
                .toList();
    }

    private static byte[] drifting(SplittableRandom random, int at) {
        float[] values = new float[8];
        for (int i = 0; i < values.length; i++) {
            values[i] = at + (float) (10 * random.nextDouble());
        }
        return Vectors.fromFloats(values);
    }

    /** Else probes of what was there once would go to cells where nothing is left. */
    @Test
    void cellsThatLostTheirRecordsGoAndTheirRestMoves() {
        CollectionSettings settings = Clouds.learned(Metric.L2, Encoding.FLOAT32, 8, 64, 7);
        SplittableRandom random = new SplittableRandom(3);
        List<byte[]> vectors = drifting(random, i -> i % 2 == 1);
        Generation current = GenerationTrainer.train(settings, vectors);
        List<NextGeneration.Placed> live = new ArrayList<>();
        for (int i = 0; i < vectors.size(); i++) {
            if (i % 2 == 1 || i < 40) { // of one half next to nothing is left
                byte[] vector = vectors.get(i);
                live.add(new NextGeneration.Placed(vector, current.place("", vector)));
            }
        }
        BucketSizes before = sizes(current, live);
        assertThat(before.sparse()).hasSizeGreaterThanOrEqualTo(16);
        Generation next = NextGeneration.after(settings, current, live, before, 0).orElseThrow();
        assertThat(next.number()).isEqualTo(2);
        assertThat(boxed(next.retiredAfter(1)))
                .containsExactlyInAnyOrderElementsOf(boxed(before.sparse()));
        assertThat(next.bucketCount()).isEqualTo(current.bucketCount() - before.sparse().length);
        Set<Integer> all = new HashSet<>(boxed(next.all()));
        for (NextGeneration.Placed record : live) {
            boolean moves = IntStream.of(record.buckets()).anyMatch(next::leaves);
            int[] lies = moves ? next.place("", record.vector()) : record.buckets();
            assertThat(boxed(lies)).allMatch(all::contains);
        }
        assertThat(next.calibrated()).isTrue();
        Generation read = Generation.fromBytes(settings, next.toBytes());
        assertThat(read.retiredAfter(1)).isEqualTo(next.retiredAfter(1));
    }

    @Test
    void equalVectorsAreNotDivided() {
        CollectionSettings settings = Clouds.learned(Metric.L2, Encoding.UINT8, 2, 2, 1);
        Generation first =
                GenerationTrainer.train(settings, List.of(new byte[] {1, 1}, new byte[] {99, 99}));
        byte[] same = {1, 1};
        List<NextGeneration.Placed> live = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            live.add(new NextGeneration.Placed(same, first.place("", same)));
        }
        assertThat(NextGeneration.after(settings, first, live, sizes(first, live), 10)).isEmpty();
    }
}

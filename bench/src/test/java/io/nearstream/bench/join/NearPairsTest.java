package io.nearstream.bench.join;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.bench.BenchProgress;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.testing.Property;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NearPairsTest {
    private static final VectorSpace LINE = VectorSpace.of(Metric.L2, Encoding.UINT8, 1);

    @TempDir private Path dir;

    private static List<byte[]> points(int... values) {
        List<byte[]> points = new ArrayList<>();
        for (int value : values) {
            points.add(new byte[] {(byte) value});
        }
        return points;
    }

    private static NearPairs within(double distance, int... values) {
        return NearPairs.within(LINE, points(values), distance, BenchProgress.NONE);
    }

    @Test
    void pairsAreThoseWithinTheDistance() {
        TruePairs pairs = within(3, 10, 200, 13, 17, 14).cut(3);
        assertThat(pairs.pairs())
                .containsExactly(TruePairs.pair(0, 2), TruePairs.pair(4, 2), TruePairs.pair(3, 4));
        assertThat(pairs.contains(TruePairs.pair(2, 0))).isTrue();
        assertThat(pairs.contains(TruePairs.pair(0, 4))).isFalse();
    }

    @Test
    void theDistanceLiesBetweenTheLastPairAndTheNext() {
        NearPairs near = within(9, 0, 1, 3, 7, 20);
        assertThat(near.nearest(1).eps()).isEqualTo(1.5);
        assertThat(near.nearest(3).eps()).isEqualTo(3.5);
        assertThat(near.nearest(3).size()).isEqualTo(3);
        assertThatThrownBy(() -> near.nearest(6)).hasMessageContaining("but 6 are known");
        assertThatThrownBy(() -> near.cut(9.5)).hasMessageContaining("known within 9.0");
    }

    @Test
    void equalDistancesAreNotParted() {
        assertThat(within(9, 0, 2, 4, 6, 100).nearest(1).size()).isEqualTo(3);
    }

    @Test
    void thereAreAsManyAsAreWanted() {
        Property.holds(
                40,
                random -> {
                    List<byte[]> vectors = vectors(random, 20 + random.nextInt(60));
                    VectorSpace space = VectorSpace.of(Metric.L2, Encoding.UINT8, 3);
                    int wanted = 1 + random.nextInt(vectors.size());
                    NearPairs near = NearPairs.atLeast(space, vectors, wanted, BenchProgress.NONE);
                    assertThat(near.size()).isGreaterThan(wanted);
                });
        assertThatThrownBy(() -> NearPairs.atLeast(LINE, points(1, 2), 1, BenchProgress.NONE))
                .hasMessageContaining("between 1 and 0");
    }

    private static List<byte[]> vectors(SplittableRandom random, int count) {
        List<byte[]> vectors = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] vector = new byte[3];
            random.nextBytes(vector);
            vectors.add(vector);
        }
        return vectors;
    }

    @Test
    void aFileHoldsWhatWasFound() throws Exception {
        Path file = dir.resolve("pairs.tsv");
        NearPairs near = within(9, 0, 1, 3, 7, 20);
        near.write(file);
        NearPairs again = NearPairs.read(file, 5);
        assertThat(again.size()).isEqualTo(near.size());
        assertThat(again.nearest(3).pairs()).isEqualTo(near.nearest(3).pairs());
        assertThatThrownBy(() -> again.cut(10)).hasMessageContaining("within 9.0");
        assertThatThrownBy(() -> NearPairs.read(file, 6))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("pairs of 5 vectors, but there are 6");
        Files.writeString(file, "1\t2\t3\n");
        assertThatThrownBy(() -> NearPairs.read(file, 5)).hasMessageContaining("no true pairs");
    }
}

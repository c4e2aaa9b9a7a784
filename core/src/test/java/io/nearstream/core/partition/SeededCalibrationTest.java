package io.nearstream.core.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.BucketScheme;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.Vectors;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What a sample says of seeded families. */
class SeededCalibrationTest {
    /** k neighbours among ten times as many vectors lie where one did: fewer buckets reach them. */
    @Test
    void aFamilyReachesTheTargetAndNotMuchMoreWhenTheCollectionHasGrown() {
        double target = 0.95;
        int seeds = 3;
        for (BucketScheme scheme :
                List.of(
                        BucketScheme.SIGN_PROJECTION,
                        BucketScheme.P_STABLE,
                        BucketScheme.CROSS_POLYTOPE,
                        BucketScheme.BIT_SAMPLING)) {
            CollectionSettings settings = grown(scheme);
            double recall = 0;
            for (int seed = 0; seed < seeds; seed++) {
                SplittableRandom random = new SplittableRandom(seed);
                List<byte[]> base = spread(random, settings, 20_000);
                List<byte[]> queries = spread(random, settings, 200);
                Generation generation = GenerationTrainer.train(settings, base.subList(0, 2_000));
                int probes = generation.probes(target, 10, base.size());
                recall += Recalls.of(settings, generation, base, queries, probes) / seeds;
            }
            assertThat(recall).as(scheme.name()).isBetween(target - 0.03, target + 0.02);
        }
    }

    private static CollectionSettings grown(BucketScheme scheme) {
        if (scheme == BucketScheme.BIT_SAMPLING) {
            return Clouds.seeded(scheme, Metric.HAMMING, Encoding.BINARY, 128, 10, 4);
        }
        return Clouds.seeded(scheme, Metric.L2, Encoding.FLOAT32, 24, 10, 4);
    }

    /** Vectors of one cloud, in few directions more than in others. */
    private static List<byte[]> spread(
            SplittableRandom random, CollectionSettings settings, int n) {
        List<byte[]> vectors = new ArrayList<>(n);
        for (int v = 0; v < n; v++) {
            if (settings.encoding() == Encoding.BINARY) {
                byte[] bits = new byte[settings.vectorBytes()];
                for (int i = 0; i < settings.dimensions(); i++) {
                    // Bits of a byte mostly agree, so that there are near neighbours.
                    boolean set = i % 8 == 0 ? random.nextBoolean() : (bits[i / 8] & 1) != 0;
                    bits[i / 8] |= (byte) ((set ^ random.nextInt(12) == 0 ? 1 : 0) << i % 8);
                }
                vectors.add(bits);
                continue;
            }
            float[] values = new float[settings.dimensions()];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (random.nextGaussian() * 20 / (1 + i / 3.0));
            }
            vectors.add(Vectors.fromFloats(values));
        }
        return vectors;
    }

    /** Every set of a cloud lies in one bucket of each table, and nothing ranks the others. */
    @Test
    void minHashVisitsTheBucketsOfItsTables() {
        CollectionSettings settings =
                Clouds.seeded(BucketScheme.MIN_HASH, Metric.JACCARD, Encoding.SET64, 8, 9, 3);
        List<byte[]> sample = Clouds.vectors(new SplittableRandom(1), settings, 300);
        for (Generation generation :
                List.of(Generation.initial(settings), GenerationTrainer.train(settings, sample))) {
            assertThat(generation.widens()).isFalse();
            assertThat(generation.probes(0.5, 10)).isEqualTo(3);
            assertThat(generation.probes(0.999, 1_000)).isEqualTo(3);
            assertThat(generation.probes(1, 10)).isEqualTo(generation.bucketCount());
            int[] placed = generation.place("", sample.get(0));
            assertThat(generation.probe(sample.get(0), 3)).isEqualTo(placed);
        }
    }

    @Test
    void theShareOfTheFullestBucketTellsAWidthThatDoesNotFit() {
        CollectionSettings fitting =
                Clouds.seeded(BucketScheme.P_STABLE, Metric.L2, Encoding.FLOAT32, 12, 10, 4);
        List<byte[]> sample = spread(new SplittableRandom(3), fitting, 500);
        assertThat(largest(fitting, 20, sample)).isBetween(0.002, 0.3);
        assertThat(largest(fitting, 1e25, sample)).isGreaterThan(0.5);
    }

    private static double largest(CollectionSettings like, double width, List<byte[]> sample) {
        CollectionSettings settings =
                new CollectionSettings(
                        like.name(),
                        like.uid(),
                        like.dimensions(),
                        like.metric(),
                        like.encoding(),
                        like.buckets(),
                        like.hashBits(),
                        like.tables(),
                        like.seed(),
                        like.targetRecall(),
                        like.trainAfter(),
                        like.cells(),
                        like.hashes(),
                        width);
        return GenerationTrainer.largestShare(GenerationTrainer.train(settings, sample), sample);
    }
}

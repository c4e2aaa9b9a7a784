package io.nearstream.core.partition;

import io.nearstream.core.model.BucketScheme;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.Sets;
import io.nearstream.core.similarity.Vectors;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Random settings and clustered random vectors for the tests of this package. */
final class Clouds {
    private Clouds() {}

    static CollectionSettings learned(
            Metric metric, Encoding encoding, int dimensions, int cells, long seed) {
        return new CollectionSettings(
                "clouds",
                1,
                dimensions,
                metric,
                encoding,
                BucketScheme.LEARNED,
                0,
                0,
                seed,
                0.95,
                10_000,
                cells);
    }

    static CollectionSettings signs(
            Metric metric, Encoding encoding, int dimensions, int hashBits, int tables) {
        return seeded(BucketScheme.SIGN_PROJECTION, metric, encoding, dimensions, hashBits, tables);
    }

    /** Of a seeded family: signs, with p-stable slots that hold a part of a cloud. */
    static CollectionSettings seeded(
            BucketScheme scheme,
            Metric metric,
            Encoding encoding,
            int dimensions,
            int hashBits,
            int tables) {
        boolean pStable = scheme == BucketScheme.P_STABLE;
        return new CollectionSettings(
                "clouds",
                1,
                dimensions,
                metric,
                encoding,
                scheme,
                hashBits,
                tables,
                42,
                0.95,
                10_000,
                1_024,
                pStable ? 4 : scheme == BucketScheme.MIN_HASH ? 2 : 0,
                pStable ? (metric == Metric.COSINE ? 0.2 : 20) : 0);
    }

    /** One of every kind of buckets, and of every metric that has learned buckets. */
    static List<CollectionSettings> each(SplittableRandom random) {
        List<CollectionSettings> each = new ArrayList<>();
        for (BucketScheme scheme : BucketScheme.values()) {
            each.add(any(random, scheme));
        }
        Encoding encoding = Encoding.values()[random.nextInt(4)];
        int dimensions = 1 + random.nextInt(20);
        each.add(learned(Metric.INNER_PRODUCT, encoding, dimensions, 30, random.nextLong()));
        each.add(learned(Metric.HAMMING, Encoding.BINARY, 64, 30, random.nextLong()));
        return each;
    }

    /** Any metric and encoding, few dimensions, few buckets. */
    static CollectionSettings any(SplittableRandom random, BucketScheme scheme) {
        Metric metric = Metric.values()[random.nextInt(2)];
        Encoding encoding = Encoding.values()[random.nextInt(4)];
        int dimensions = 2 + random.nextInt(20);
        if (scheme == BucketScheme.BIT_SAMPLING) {
            int bits = 1 + random.nextInt(8);
            int bytes = 1 + random.nextInt(20);
            return seeded(scheme, Metric.HAMMING, Encoding.BINARY, 8 * bytes, bits, 3);
        }
        if (scheme == BucketScheme.MIN_HASH) {
            int bits = 1 + random.nextInt(8);
            return seeded(scheme, Metric.JACCARD, Encoding.SET64, dimensions, bits, 3);
        }
        return scheme == BucketScheme.LEARNED
                ? learned(metric, encoding, dimensions, 2 + random.nextInt(40), random.nextLong())
                : seeded(
                        scheme,
                        metric,
                        encoding,
                        dimensions,
                        1 + random.nextInt(8),
                        1 + random.nextInt(4));
    }

    /** Vectors around a few centres; never zero. */
    static List<byte[]> vectors(SplittableRandom random, CollectionSettings settings, int n) {
        if (settings.encoding() == Encoding.SET64) {
            return sets(random, settings.dimensions(), n);
        }
        int centres = 1 + random.nextInt(8);
        float[][] centre = new float[centres][settings.dimensions()];
        for (float[] values : centre) {
            for (int i = 0; i < values.length; i++) {
                values[i] = 20 + 80 * (float) random.nextDouble();
            }
        }
        List<byte[]> vectors = new ArrayList<>(n);
        for (int v = 0; v < n; v++) {
            float[] around = centre[random.nextInt(centres)];
            byte[] vector = new byte[settings.vectorBytes()];
            for (int i = 0; i < around.length; i++) {
                put(settings, vector, i, around[i] + 10 * (float) random.nextDouble());
            }
            vectors.add(vector);
        }
        return vectors;
    }

    /** Sets of 1 to so many places, with some elements in common. */
    static List<byte[]> sets(SplittableRandom random, int places, int n) {
        List<byte[]> sets = new ArrayList<>(n);
        for (int i = 0; i < n; i++) {
            int size = 1 + random.nextInt(places);
            long[] elements = random.longs(size, -2L * places, 2L * places).toArray();
            sets.add(Sets.encode(elements, places));
        }
        return sets;
    }

    private static void put(CollectionSettings settings, byte[] vector, int index, float value) {
        switch (settings.encoding()) {
            case FLOAT32 -> Vectors.putFloat(vector, 0, index, value);
            case FLOAT16 -> { // between 16 and 128, by the high byte of the half
                vector[2 * index] = (byte) Math.round(value * 2);
                vector[2 * index + 1] = (byte) (0x4c + (int) value / 32);
            }
            case BINARY -> vector[index / 8] |= (byte) ((value > 60 ? 1 : 0) << index % 8);
            case INT8, UINT8 -> vector[index] = (byte) Math.round(value);
            default -> throw new AssertionError(settings.encoding());
        }
    }
}

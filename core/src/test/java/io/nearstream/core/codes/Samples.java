package io.nearstream.core.codes;

import io.nearstream.core.model.CodeKind;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.core.similarity.Vectors;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Settings, vectors and codes for the tests of this package. */
final class Samples {
    private Samples() {}

    static CollectionSettings settings(
            Metric metric, Encoding encoding, int dimensions, long seed) {
        return CollectionSettings.learned("samples", seed, dimensions, metric, encoding);
    }

    static CollectionSettings any(SplittableRandom random, int dimensions) {
        Metric metric = Metric.values()[random.nextInt(3)];
        Encoding encoding = Encoding.values()[random.nextInt(4)];
        return settings(metric, encoding, dimensions, random.nextLong());
    }

    /** Any number of dimensions, those around multiples of what is done at once too. */
    static int dimensions(SplittableRandom random) {
        int around = 32 * (1 + random.nextInt(8)) + random.nextInt(-2, 3);
        return random.nextInt(3) == 0 ? 1 + random.nextInt(300) : around;
    }

    /** A vector of values about -100 to 100, never all 0. */
    static byte[] vector(SplittableRandom random, CollectionSettings settings) {
        float[] values = new float[settings.dimensions()];
        for (int i = 0; i < values.length; i++) {
            double value = 60 + 15 * random.nextGaussian();
            values[i] = (float) Math.max(1, Math.min(120, value));
        }
        return encoded(settings.encoding(), values);
    }

    static byte[] encoded(Encoding encoding, float... values) {
        byte[] vector = new byte[encoding.vectorBytes(values.length)];
        for (int i = 0; i < values.length; i++) {
            switch (encoding) {
                case FLOAT32 -> Vectors.putFloat(vector, 0, i, values[i]);
                case FLOAT16 -> Vectors.putHalf(vector, 0, i, Vectors.floatToHalf(values[i]));
                case INT8, UINT8 -> vector[i] = (byte) Math.round(values[i]);
                default -> throw new AssertionError(encoding);
            }
        }
        return vector;
    }

    static List<byte[]> vectors(SplittableRandom random, CollectionSettings settings, int count) {
        List<byte[]> vectors = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            vectors.add(vector(random, settings));
        }
        return vectors;
    }

    /** A centroid amid some vectors: their mean. */
    static float[] centroid(CollectionSettings settings, List<byte[]> vectors) {
        Points points = new Points(VectorSpace.of(settings), new float[settings.dimensions()]);
        double[] sums = new double[settings.dimensions()];
        for (byte[] vector : vectors) {
            float[] point = points.point(vector, 0);
            for (int i = 0; i < sums.length; i++) {
                sums[i] += point[i];
            }
        }
        float[] mean = new float[sums.length];
        for (int i = 0; i < mean.length; i++) {
            mean[i] = (float) (sums[i] / vectors.size());
        }
        return mean;
    }

    /** A code of a kind, trained on the sample where it wants to be. */
    static VectorCode code(
            CollectionSettings settings, CodeKind kind, float[] origin, List<byte[]> sample) {
        if (kind != CodeKind.PRODUCT) {
            return VectorCodes.of(settings, kind, origin);
        }
        float[] mean = centroid(settings, sample);
        int subspaces = Math.max(1, settings.dimensions() / 4);
        ProductBook book = ProductTrainer.train(settings, sample, vector -> mean, subspaces);
        return VectorCodes.product(settings, book, origin);
    }

    static double exact(CollectionSettings settings, byte[] query, byte[] vector) {
        VectorSpace space = VectorSpace.of(settings);
        return space.score(space.query(query), vector, 0, space.inverseNorm(vector, 0));
    }

    static double estimate(
            VectorCode code, CodeReference about, VectorCode.Query query, byte[] vector) {
        byte[] out = new byte[code.bytes()];
        code.encode(vector, 0, about, out, 0);
        return query.about(about).score(out, 0);
    }
}

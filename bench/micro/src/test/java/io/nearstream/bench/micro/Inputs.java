package io.nearstream.bench.micro;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.Vectors;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Random vectors in the shapes of the data sets that the benchmarks run on. */
final class Inputs {
    /** Centres that vectors lie around, as real ones do. */
    private static final int CENTRES = 200;

    private Inputs() {}

    /** {@code images}: 784 unsigned bytes, L2. {@code words}: 100 floats, cosine. */
    static CollectionSettings settings(String shape) {
        return switch (shape) {
            case "images" -> CollectionSettings.learned(shape, 1, 784, Metric.L2, Encoding.UINT8);
            case "words" ->
                    CollectionSettings.learned(shape, 1, 100, Metric.COSINE, Encoding.FLOAT32);
            default -> throw new IllegalArgumentException("shape: " + shape);
        };
    }

    static List<byte[]> vectors(CollectionSettings settings, int count, long seed) {
        SplittableRandom centres = new SplittableRandom(1);
        double[][] centre = new double[CENTRES][settings.dimensions()];
        for (double[] values : centre) {
            for (int i = 0; i < values.length; i++) {
                values[i] = 128 + 30 * centres.nextGaussian();
            }
        }
        SplittableRandom random = new SplittableRandom(seed);
        List<byte[]> vectors = new ArrayList<>(count);
        for (int v = 0; v < count; v++) {
            double[] around = centre[random.nextInt(CENTRES)];
            byte[] vector = new byte[settings.vectorBytes()];
            for (int i = 0; i < around.length; i++) {
                double value = around[i] + 20 * random.nextGaussian();
                if (settings.encoding() == Encoding.FLOAT32) {
                    Vectors.putFloat(vector, 0, i, (float) (value - 128));
                } else {
                    vector[i] = (byte) Math.max(0, Math.min(255, Math.round(value)));
                }
            }
            vectors.add(vector);
        }
        return vectors;
    }
}

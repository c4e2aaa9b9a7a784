package io.nearstream.core.codes;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.partition.Clusters;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.core.similarity.Vectors;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * Trains a {@link ProductBook} by k-means in each subspace. Deterministic for the settings' seed
 * and the sample where the kernels are the same; the book is what others must be given.
 */
public final class ProductTrainer {
    private ProductTrainer() {}

    /**
     * Trains a book.
     *
     * @param sample vectors that were checked, at least one; some 40 for each of {@link
     *     ProductBook#WORDS} are enough
     * @param centroid of the bucket that a vector lies in; all 0 where there is none
     * @param subspaces bytes of a code without its float, 1 to the dimensions
     */
    public static ProductBook train(
            CollectionSettings settings,
            List<byte[]> sample,
            Function<byte[], float[]> centroid,
            int subspaces) {
        if (sample.isEmpty()) {
            throw new IllegalArgumentException("The sample must hold at least 1 vector.");
        }
        int dimensions = settings.dimensions();
        int[] starts = ProductBook.starts(dimensions, subspaces);
        Points points = new Points(VectorSpace.of(settings), new float[dimensions]);
        float[][] ways = new float[sample.size()][];
        int exponent = Integer.MIN_VALUE;
        for (int i = 0; i < ways.length; i++) {
            ways[i] = way(points, sample.get(i), centroid);
            exponent = Math.max(exponent, Points.exponent(ways[i]));
        }
        for (int i = 0; i < ways.length; i++) {
            ways[i] = Points.scaled(ways[i], exponent);
        }
        float[][] words = new float[dimensions][ProductBook.WORDS];
        for (int subspace = 0; subspace < subspaces; subspace++) {
            int from = starts[subspace];
            int to = starts[subspace + 1];
            byte[][] parts = new byte[ways.length][];
            Arrays.setAll(parts, i -> Vectors.fromFloats(Arrays.copyOfRange(ways[i], from, to)));
            float[][] centroids =
                    Clusters.train(parts, to - from, ProductBook.WORDS, settings.seed() + from);
            for (int word = 0; word < ProductBook.WORDS; word++) {
                float[] values = centroids[word < centroids.length ? word : 0];
                for (int i = from; i < to; i++) {
                    words[i][word] = values[i - from];
                }
            }
        }
        return new ProductBook(subspaces, exponent, words);
    }

    private static float[] way(Points points, byte[] vector, Function<byte[], float[]> centroid) {
        float[] way = points.point(vector, 0);
        float[] from = points.centroid(centroid.apply(vector));
        for (int i = 0; i < way.length; i++) {
            way[i] = Points.inRange((double) way[i] - from[i]);
        }
        return way;
    }
}

package io.nearstream.core.partition;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;

/** The k-means of the buckets, for others who have vectors to divide. */
public final class Clusters {
    private Clusters() {}

    /**
     * Centroids of float32 vectors by squared distance; deterministic for the seed. There are fewer
     * than wanted where there are fewer distinct vectors.
     *
     * @param vectors at least one
     * @param wanted at least 1
     */
    public static float[][] train(byte[][] vectors, int dimensions, int wanted, long seed) {
        CollectionSettings settings =
                CollectionSettings.learned(
                        "clusters", seed, dimensions, Metric.L2, Encoding.FLOAT32);
        RoutingSpace space = new RoutingSpace(settings);
        int cells = Math.min(wanted, vectors.length);
        Codebook codebook = KMeans.train(space, vectors, cells, new StableRandom(seed)).codebook();
        float[][] centroids = new float[codebook.cells()][];
        for (int cell = 0; cell < centroids.length; cell++) {
            centroids[cell] = codebook.centroid(cell);
        }
        return centroids;
    }
}

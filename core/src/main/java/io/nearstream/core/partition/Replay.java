package io.nearstream.core.partition;

import io.nearstream.core.topk.TopK;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Replays held-out queries over a sample: where in a probe does each true neighbour turn up? It
 * needs placing and routing only, so one replay serves every family of buckets.
 */
final class Replay {
    /** Probes are not followed further than this; what they miss counts as not found. */
    private static final int PROBES_MAX = 4_096;

    private Replay() {}

    /**
     * A sample, divided.
     *
     * @param base points that the codebook is trained on and that the queries search
     * @param queries points held out
     * @param baseVectors the vectors of the base, as they came
     * @param queryVectors the vectors of the queries
     */
    record Sample(byte[][] base, byte[][] queries, byte[][] baseVectors, byte[][] queryVectors) {
        static Sample of(RoutingSpace space, List<byte[]> sample, int[] order, int queries) {
            byte[][] shuffled = Arrays.stream(order).mapToObj(sample::get).toArray(byte[][]::new);
            byte[][] queryVectors = Arrays.copyOf(shuffled, queries);
            byte[][] baseVectors = Arrays.copyOfRange(shuffled, queries, shuffled.length);
            return new Sample(
                    points(space, baseVectors),
                    points(space, queryVectors),
                    baseVectors,
                    queryVectors);
        }

        private static byte[][] points(RoutingSpace space, byte[][] vectors) {
            return Arrays.stream(vectors).map(space::point).toArray(byte[][]::new);
        }
    }

    static Calibration calibrate(RoutingSpace space, Sample sample, Buckets buckets) {
        int[][] placed = new int[sample.base().length][];
        for (int i = 0; i < placed.length; i++) {
            placed[i] = buckets.place("", sample.baseVectors()[i]);
        }
        int probesMax = Math.min(PROBES_MAX, Math.max(1, buckets.count() - 1));
        int[][] ranks = new int[sample.queries().length][];
        TopK nearest = new TopK(Calibration.neighborsMax(placed.length));
        for (int q = 0; q < ranks.length; q++) {
            nearest.reset(Calibration.neighborsMax(placed.length));
            for (int i = 0; i < placed.length; i++) {
                nearest.offer(space.distance(sample.queries()[q], 0, sample.base()[i], 0), i);
            }
            int[] probe = buckets.probe(sample.queryVectors()[q], probesMax);
            ranks[q] = ranks(nearest.drainRefs(), placed, probe);
        }
        return Calibration.of(placed.length, ranks, probesMax);
    }

    private static int[] ranks(int[] neighbors, int[][] placed, int[] probe) {
        Map<Integer, Integer> positions = new HashMap<>();
        for (int i = 0; i < probe.length; i++) {
            positions.putIfAbsent(probe[i], i + 1);
        }
        int[] ranks = new int[neighbors.length];
        for (int i = 0; i < ranks.length; i++) {
            ranks[i] = Calibration.NOT_FOUND;
            for (int bucket : placed[neighbors[i]]) {
                ranks[i] =
                        Math.min(ranks[i], positions.getOrDefault(bucket, Calibration.NOT_FOUND));
            }
        }
        return ranks;
    }
}

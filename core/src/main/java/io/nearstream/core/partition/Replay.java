package io.nearstream.core.partition;

import io.nearstream.core.topk.TopK;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Replays held-out queries over a sample: where in a probe does each true neighbour turn up? It
 * needs placing and routing only, so one replay serves every family of buckets.
 */
final class Replay {
    /** Probes are not followed further than this; what they miss counts as not found. */
    private static final int PROBES_MAX = 4_096;

    /** Queries that a point is compared with while it is near. */
    private static final int QUERIES_AT_ONCE = 16;

    private final RoutingSpace space;
    private final Sample sample;
    private final int neighbors;

    private Replay(RoutingSpace space, Sample sample) {
        this.space = space;
        this.sample = sample;
        this.neighbors = Calibration.neighborsMax(sample.base().length);
    }

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
                    points(baseVectors, space::point),
                    points(queryVectors, space::queryPoint),
                    baseVectors,
                    queryVectors);
        }

        private static byte[][] points(byte[][] vectors, UnaryOperator<byte[]> point) {
            return Arrays.stream(vectors).map(point).toArray(byte[][]::new);
        }
    }

    /**
     * Replays all queries.
     *
     * @param placing the buckets of each point of the base; called by several threads
     */
    static Calibration calibrate(
            RoutingSpace space, Sample sample, Buckets buckets, IntFunction<int[]> placing) {
        int[][] placed =
                IntStream.range(0, sample.base().length)
                        .parallel()
                        .mapToObj(placing)
                        .toArray(int[][]::new);
        int probesMax = Math.min(PROBES_MAX, Math.max(1, buckets.count() - 1));
        int[][] nearest = new Replay(space, sample).nearest();
        int[][] ranks = new int[nearest.length][];
        for (int query = 0; query < ranks.length; query++) {
            int[] probe = buckets.probe(sample.queryVectors()[query], probesMax);
            ranks[query] = ranks(nearest[query], placed, probe);
        }
        return Calibration.of(placed.length, ranks, probesMax);
    }

    /** The true neighbours of each query, nearest first. */
    private int[][] nearest() {
        TopK[] nearest = new TopK[sample.queries().length];
        for (int query = 0; query < nearest.length; query++) {
            nearest[query] = new TopK(neighbors);
        }
        int blocks = (nearest.length + QUERIES_AT_ONCE - 1) / QUERIES_AT_ONCE;
        IntStream.range(0, blocks)
                .parallel()
                .forEach(block -> compareBlock(block * QUERIES_AT_ONCE, nearest));
        return Arrays.stream(nearest).map(TopK::drainRefs).toArray(int[][]::new);
    }

    private void compareBlock(int first, TopK[] nearest) {
        int end = Math.min(nearest.length, first + QUERIES_AT_ONCE);
        for (int point = 0; point < sample.base().length; point++) {
            compare(point, first, end, nearest);
        }
    }

    private void compare(int point, int first, int end, TopK[] nearest) {
        byte[] stored = sample.base()[point];
        for (int query = first; query < end; query++) {
            float distance = space.distance(sample.queries()[query], 0, stored, 0);
            if (distance < nearest[query].threshold()) {
                nearest[query].offer(distance, point);
            }
        }
    }

    private static int[] ranks(int[] neighbors, int[][] placed, int[] probe) {
        Map<Integer, Integer> positions = new HashMap<>(2 * probe.length);
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

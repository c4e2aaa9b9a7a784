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

    /** Points that are kept for each neighbour: more may be as far away as the last. */
    private static final int KEPT_PER_NEIGHBOR = 4;

    /** Queries that a point is compared with while it is near. */
    private static final int QUERIES_AT_ONCE = 16;

    private final RoutingSpace space;
    private final Sample sample;
    private final int kept;

    private Replay(RoutingSpace space, Sample sample) {
        this.space = space;
        this.sample = sample;
        this.kept = KEPT_PER_NEIGHBOR * Calibration.neighborsMax(sample.searched());
    }

    /**
     * A sample, divided.
     *
     * @param base points that the codebook is trained on and that the queries search
     * @param queries points held out, or the first of the base
     * @param baseVectors the vectors of the base, as they came
     * @param queryVectors the vectors of the queries
     * @param heldOut whether the queries are not in the base; each of them does not find itself
     */
    record Sample(
            byte[][] base,
            byte[][] queries,
            byte[][] baseVectors,
            byte[][] queryVectors,
            boolean heldOut) {
        /** For buckets that are trained: the queries are held out. */
        static Sample of(RoutingSpace space, List<byte[]> sample, int[] order, int queries) {
            return of(space, sample, order, queries, true);
        }

        /** For buckets that no data changes: every query searches all others. */
        static Sample whole(RoutingSpace space, List<byte[]> sample, int[] order, int queries) {
            return of(space, sample, order, queries, false);
        }

        private static Sample of(
                RoutingSpace space,
                List<byte[]> sample,
                int[] order,
                int queries,
                boolean heldOut) {
            byte[][] shuffled = Arrays.stream(order).mapToObj(sample::get).toArray(byte[][]::new);
            byte[][] queryVectors = Arrays.copyOf(shuffled, queries);
            byte[][] baseVectors =
                    Arrays.copyOfRange(shuffled, heldOut ? queries : 0, shuffled.length);
            return new Sample(
                    points(baseVectors, space::point),
                    points(queryVectors, space::queryPoint),
                    baseVectors,
                    queryVectors,
                    heldOut);
        }

        /** Points among which a query's neighbours are. */
        int searched() {
            return base.length - (heldOut ? 0 : 1);
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
        TopK[] nearest = new Replay(space, sample).nearest();
        Calibration.Found[] found =
                IntStream.range(0, nearest.length)
                        .parallel()
                        .mapToObj(
                                query -> {
                                    byte[] vector = sample.queryVectors()[query];
                                    int[] probe = buckets.probe(vector, probesMax);
                                    int[] points = nearest[query].drainRefs();
                                    return new Calibration.Found(
                                            nearest[query].drainScores(),
                                            ranks(points, placed, probe));
                                })
                        .toArray(Calibration.Found[]::new);
        return Calibration.of(sample.searched(), found, probesMax);
    }

    /** The points nearest to each query. */
    private TopK[] nearest() {
        TopK[] nearest = new TopK[sample.queries().length];
        for (int query = 0; query < nearest.length; query++) {
            nearest[query] = new TopK(kept);
        }
        int blocks = (nearest.length + QUERIES_AT_ONCE - 1) / QUERIES_AT_ONCE;
        IntStream.range(0, blocks)
                .parallel()
                .forEach(block -> compareBlock(block * QUERIES_AT_ONCE, nearest));
        return nearest;
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
            if (query == point && !sample.heldOut()) {
                continue;
            }
            float distance = space.distance(sample.queries()[query], 0, stored, 0);
            if (distance < nearest[query].threshold()) {
                nearest[query].offer(distance, point);
            }
        }
    }

    private static int[] ranks(int[] points, int[][] placed, int[] probe) {
        Map<Integer, Integer> positions = new HashMap<>(2 * probe.length);
        for (int i = 0; i < probe.length; i++) {
            positions.putIfAbsent(probe[i], i + 1);
        }
        int[] ranks = new int[points.length];
        for (int i = 0; i < ranks.length; i++) {
            ranks[i] = Calibration.NOT_FOUND;
            for (int bucket : placed[points[i]]) {
                ranks[i] =
                        Math.min(ranks[i], positions.getOrDefault(bucket, Calibration.NOT_FOUND));
            }
        }
        return ranks;
    }
}
